import { ACCEPTED, type CaseScript } from '../adapter-case.ts';
import type { Reply } from '../mount.ts';
import { request } from '../raw-caller.ts';
import type { Sight } from '../sight.ts';
import type { Stage } from '../stage.ts';
import { JSON_BODY } from './bodies.ts';

/** What the handlers of these cases throw: nobody outside may see it. */
const MARK = 'words-of-the-handlers-own-error';

/** A failed run: the caller is asked to try again, and told nothing of the cause. */
const GIVEN_BACK: Sight = {
  ...ACCEPTED,
  answers: [503],
  settled: ['released: handler-failed'],
  retryAfter: true,
  leaked: false,
};

const OWN_ANSWERS: readonly (readonly [id: string, title: string, reply: Reply])[] = [
  [
    'answers-3xx',
    'sends a redirect of the handler’s, and gives the event back',
    reply(302, { location: '/elsewhere' }),
  ],
  ['answers-4xx', 'sends a 4xx of the handler’s, and gives the event back', reply(422)],
  ['answers-500', 'sends a 500 of the handler’s, and gives the event back', reply(500)],
];

/** How a handler ends, and what that does to its event and its answer. */
export const HANDLER_CASES: readonly CaseScript[] = [
  {
    id: 'throws',
    title: 'answers a generic 503 when the handler throws, and gives the event back',
    handler: () => {
      throw new Error(MARK);
    },
    expects: GIVEN_BACK,
    play: sendOne,
  },
  {
    id: 'rejects',
    title: 'answers a generic 503 when the handler rejects later, and gives the event back',
    async handler() {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error(MARK);
    },
    expects: GIVEN_BACK,
    play: sendOne,
  },
  {
    id: 'hangs',
    title: 'answers 503 at the handler’s deadline, and is told when the handler ends after it',
    options: { handlerTimeoutMs: 300 },
    async handler(_delivery, { gate }) {
      await gate.passed;
      return reply(200);
    },
    expects: { ...GIVEN_BACK, settled: ['released: handler-timeout', 'late'] },
    async play(stage) {
      await sendOne(stage);
      stage.gate.open();
    },
  },
  ...OWN_ANSWERS.map(
    ([id, title, own]): CaseScript => ({
      id,
      title,
      handler: () => own,
      expects: {
        ...ACCEPTED,
        answers: [own.status],
        settled: ['released: handler-failed'],
        location: own.headers?.location,
        body: own.body,
      },
      async play(stage) {
        const { lines, body } = await stage.sign(JSON_BODY);
        const answer = await stage.send(request(lines, body));
        stage.see({ location: answer?.headers.location, body: answer?.body });
      },
    }),
  ),
  {
    id: 'acknowledges-early',
    title: 'acknowledges when the handler says so, and keeps to it when the handler throws afterwards',
    async handler(delivery, { gate }) {
      delivery.acknowledge();
      await gate.passed;
      throw new Error(MARK);
    },
    expects: { ...ACCEPTED, settled: ['committed', 'late: handler-failed'], leaked: false },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const line = await stage.dial();
      line.write(request(lines, body));
      await stage.answer(line);
      stage.gate.open();
      await stage.soon(() => stage.settled.length > 1);
      stage.see({ leaked: line.received().includes(MARK) });
    },
  },
  {
    id: 'fails-by-hand',
    title: 'gives the event back when the handler calls fail(), though it answers 200 afterwards',
    handler: (delivery) => {
      delivery.fail(new Error(MARK));
      return reply(200);
    },
    expects: GIVEN_BACK,
    play: sendOne,
  },
];

async function sendOne(stage: Stage): Promise<void> {
  const { lines, body } = await stage.sign(JSON_BODY);
  const answer = await stage.send(request(lines, body));
  stage.see({
    retryAfter: Number(answer?.headers['retry-after']) > 0,
    leaked: JSON.stringify(answer ?? '').includes(MARK),
  });
}

function reply(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': 'text/plain', ...headers }, body: `the handler's own ${status}` };
}
