import { standardWebhooks } from '@postern/core/providers/standard-webhooks';
import { ACCEPTED, type CaseScript } from '../adapter-case.ts';
import { request } from '../raw-caller.ts';
import { NOW_SECONDS, SECRET } from '../stage.ts';
import { JSON_BODY } from './bodies.ts';

/** The same delivery more than once. */
export const REPEAT_CASES: readonly CaseScript[] = [
  {
    id: 'replay-finished',
    title: 'acknowledges a repeat of a finished delivery without the handler',
    expects: { ...ACCEPTED, answers: [200, 200], verdicts: ['accepted', 'answered'] },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      await stage.send(request(lines, body));
      await stage.send(request(lines, body));
    },
  },
  {
    id: 'replay-resigned',
    title: 'knows a repeat by its signed id, though it was signed anew with another body',
    options: { provider: standardWebhooks(), secrets: `whsec_${btoa(SECRET)}` },
    expects: { ...ACCEPTED, answers: [200, 200], verdicts: ['accepted', 'answered'] },
    async play(stage) {
      const first = await stage.sign(JSON_BODY, { id: 'msg_repeated' });
      await stage.send(request(first.lines, first.body));
      const second = await stage.sign(`${JSON_BODY} `, { id: 'msg_repeated', timestamp: NOW_SECONDS + 60 });
      await stage.send(request(second.lines, second.body));
    },
  },
  {
    id: 'replay-failed',
    title: 'runs a repeat of a failed delivery, as its second attempt',
    handler: ({ attempt, previouslyStarted }, stage) => {
      stage.see({ previouslyStarted });
      return { status: attempt === 1 ? 500 : 200 };
    },
    expects: {
      ...ACCEPTED,
      answers: [500, 200],
      verdicts: ['accepted', 'accepted'],
      runs: [1, 2],
      settled: ['released: handler-failed', 'committed'],
      previouslyStarted: true,
    },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      await stage.send(request(lines, body));
      await stage.send(request(lines, body));
    },
  },
  {
    id: 'simultaneous',
    title: 'runs one of two simultaneous copies, and answers 503 with Retry-After to the other',
    async handler(_delivery, { gate }) {
      await gate.passed;
      return undefined;
    },
    expects: { ...ACCEPTED, answers: [503, 200], verdicts: ['accepted', 'in-flight'], retryAfter: true },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const copies = [await stage.dial(), await stage.dial()];
      for (const copy of copies) copy.write(request(lines, body));
      const answers = copies.map((copy) => stage.answer(copy));
      const first = await Promise.race(answers);
      stage.see({ retryAfter: Number(first?.headers['retry-after']) > 0 });
      stage.gate.open();
      await Promise.all(answers);
    },
  },
];
