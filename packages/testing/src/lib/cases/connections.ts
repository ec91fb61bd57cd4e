import { ACCEPTED, type CaseScript } from '../adapter-case.ts';
import { head, request } from '../raw-caller.ts';
import { JSON_BODY } from './bodies.ts';

/** Connections that stay, and connections that go. */
export const CONNECTION_CASES: readonly CaseScript[] = [
  {
    id: 'keep-alive',
    title: 'takes three deliveries on one connection',
    expects: {
      ...ACCEPTED,
      answers: [200, 200, 200],
      verdicts: ['accepted', 'accepted', 'accepted'],
      runs: [1, 1, 1],
      settled: ['committed', 'committed', 'committed'],
    },
    async play(stage) {
      const line = await stage.dial();
      for (const number of [1, 2, 3]) {
        const { lines, body } = await stage.sign(JSON.stringify({ number }));
        line.write(request(lines, body));
        await stage.answer(line);
      }
    },
  },
  {
    id: 'refused-then-genuine',
    title: 'keeps the connection of a small delivery that it refused, for a genuine one',
    expects: { ...ACCEPTED, answers: [401, 401, 200], verdicts: ['missing-signature', 'bad-signature', 'accepted'] },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const line = await stage.dial();
      for (const bytes of [request([], body), request(lines, body.subarray(1)), request(lines, body)]) {
        line.write(bytes);
        await stage.answer(line);
      }
    },
  },
  {
    id: 'gone-mid-body',
    title: 'does not run or claim a delivery whose client went away in the middle of the body',
    expects: { ...ACCEPTED, verdicts: ['body-incomplete', 'accepted'] },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const line = await stage.dial();
      await line.writeApart([head([['Content-Length', String(body.byteLength)], ...lines]), body.subarray(0, 20)]);
      line.hangUp();
      await stage.soon(() => stage.verdicts.length > 0);
      await stage.send(request(lines, body));
    },
  },
  {
    id: 'gone-mid-chunk',
    title: 'does not run or claim a chunked delivery whose client went away before the last chunk',
    expects: { ...ACCEPTED, verdicts: ['body-incomplete', 'accepted'] },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const line = await stage.dial();
      await line.writeApart([
        head([['Transfer-Encoding', 'chunked'], ...lines]),
        Buffer.concat([Buffer.from(`${body.byteLength.toString(16)}\r\n`), body]),
      ]);
      line.hangUp();
      await stage.soon(() => stage.verdicts.length > 0);
      await stage.send(request(lines, body));
    },
  },
  {
    id: 'gone-mid-handler',
    title: 'settles a run by the handler’s end, though the client went away before it',
    async handler(_delivery, { gate }) {
      await gate.passed;
      return undefined;
    },
    expects: { ...ACCEPTED, answers: [401, 200], verdicts: ['accepted', 'missing-signature', 'answered'] },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const line = await stage.dial();
      line.write(request(lines, body));
      await stage.soon(() => stage.runs() > 0);
      line.hangUp();
      // When this is answered, the server knows that the client has gone.
      await stage.send(request([], new Uint8Array()));
      stage.gate.open();
      await stage.soon(() => stage.settled.length > 0);
      await stage.send(request(lines, body));
    },
  },
];
