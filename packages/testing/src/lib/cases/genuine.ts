import { github } from '@postern/core/providers/github';
import { standardWebhooks } from '@postern/core/providers/standard-webhooks';
import { ACCEPTED, type CaseScript } from '../adapter-case.ts';
import { request } from '../raw-caller.ts';
import { SECRET } from '../stage.ts';
import { JSON_BODY } from './bodies.ts';

/** Deliveries that must get through. */
export const GENUINE_CASES: readonly CaseScript[] = [
  {
    id: 'genuine',
    title: 'accepts a genuine delivery and acknowledges it when the handler answers nothing',
    expects: { ...ACCEPTED, body: '' },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const answer = await stage.send(request([['Content-Type', 'application/json'], ...lines], body));
      stage.see({ body: answer?.body });
    },
  },
  {
    id: 'genuine-own-answer',
    title: 'sends the handler’s own 2xx answer as it was written',
    handler: () => ({ status: 202, headers: { 'x-own': 'yes', 'content-type': 'text/plain' }, body: 'queued' }),
    expects: { ...ACCEPTED, answers: [202], header: 'yes', body: 'queued' },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const answer = await stage.send(request(lines, body));
      stage.see({ header: answer?.headers['x-own'], body: answer?.body });
    },
  },
  {
    id: 'genuine-own-204',
    title: 'sends the handler’s own 204, which has no body',
    handler: () => ({ status: 204 }),
    expects: {
      ...ACCEPTED,
      answers: [204, 204],
      verdicts: ['accepted', 'accepted'],
      runs: [1, 1],
      settled: ['committed', 'committed'],
    },
    async play(stage) {
      const line = await stage.dial();
      for (const text of ['{"number":1}', '{"number":2}']) {
        const { lines, body } = await stage.sign(text);
        line.write(request(lines, body));
        await stage.answer(line);
      }
    },
  },
  {
    id: 'genuine-github',
    title: 'accepts a delivery signed as GitHub signs, whose event stands in a header',
    options: { provider: github() },
    handler: ({ type }, stage) => {
      stage.see({ type });
      return undefined;
    },
    expects: { ...ACCEPTED, type: 'push' },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      await stage.send(request([['X-GitHub-Event', 'push'], ...lines], body));
    },
  },
  {
    id: 'genuine-standard-webhooks',
    title: 'accepts a delivery signed as Standard Webhooks says, with a signed id',
    options: { provider: standardWebhooks(), secrets: `whsec_${btoa(SECRET)}` },
    handler: ({ id }, stage) => {
      stage.see({ id });
      return undefined;
    },
    expects: { ...ACCEPTED, id: 'msg_conformance' },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY, { id: 'msg_conformance' });
      await stage.send(request(lines, body));
    },
  },
  {
    id: 'header-case',
    title: 'finds the signature in a header whose name is written in odd case',
    expects: ACCEPTED,
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const odd = lines.map(
        ([name, value]) => [name.replace(/[a-m]/g, (letter) => letter.toUpperCase()), value] as const,
      );
      await stage.send(request(odd, body));
    },
  },
  {
    id: 'poisoned-json',
    title: 'accepts signed JSON with a __proto__ key, and does not parse it',
    handler: (delivery, stage) => {
      stage.see({ json: jsonOf(delivery) });
      return undefined;
    },
    expects: { ...ACCEPTED, json: 'refused' },
    async play(stage) {
      const { lines, body } = await stage.sign('{"__proto__":{"posternPlanted":true},"event_type":"payment.paid"}');
      await stage.send(request([['Content-Type', 'application/json'], ...lines], body));
    },
  },
];

function jsonOf(delivery: { json(): unknown }): 'parsed' | 'refused' {
  try {
    delivery.json();
    return 'parsed';
  } catch {
    return 'refused';
  }
}
