import { cloudeventsWebhook } from '@postern/core/providers/cloudevents-webhook';
import { dropbox } from '@postern/core/providers/dropbox';
import { intercom } from '@postern/core/providers/intercom';
import { slack } from '@postern/core/providers/slack';
import { ACCEPTED, type CaseScript, refused } from '../adapter-case.ts';
import { head, request } from '../raw-caller.ts';
import { JSON_BODY } from './bodies.ts';

/** What is seen of a handshake that is answered. */
const ANSWERED = { answers: [200], verdicts: ['answered'], runs: [], settled: [] } as const;

const QUESTION = '{"type":"url_verification","challenge":"abc-1"}';

/** Questions that the guard answers in place of the handler. They come by methods that carry no deliveries, and the mount must route them. */
export const HANDSHAKE_CASES: readonly CaseScript[] = [
  {
    id: 'handshake-get',
    title: 'answers a GET with its challenge as plain text, and a delivery after it on the same connection',
    options: { provider: dropbox() },
    expects: {
      ...ACCEPTED,
      answers: [200, 200],
      verdicts: ['answered', 'accepted'],
      type: 'text/plain; charset=utf-8',
      sniffing: 'nosniff',
      body: 'abc-1',
    },
    async play(stage) {
      const line = await stage.dial();
      line.write(head([], 'GET', '?challenge=abc-1'));
      const answer = await stage.answer(line, 'GET');
      stage.see({
        type: answer?.headers['content-type']?.toLowerCase(),
        sniffing: answer?.headers['x-content-type-options'],
        body: answer?.body,
      });
      const { lines, body } = await stage.sign(JSON_BODY);
      line.write(request(lines, body));
      await stage.answer(line);
    },
  },
  {
    id: 'handshake-get-hostile',
    title: 'refuses a GET without its challenge, with two, and with one that holds a line end or markup',
    options: { provider: dropbox() },
    expects: {
      answers: [405, 405, 401, 401],
      verdicts: ['method-not-allowed', 'method-not-allowed', 'unsupported-scheme', 'unsupported-scheme'],
      runs: [],
      settled: [],
      injected: [],
    },
    async play(stage) {
      const injected: unknown[] = [];
      const queries = ['', '?challenge=a&challenge=b', '?challenge=a%0d%0ax-own:%20yes', '?challenge=%3Cb%3Ex-own'];
      for (const query of queries) {
        const answer = await stage.send(head([], 'GET', query), 'GET');
        if (answer?.headers['x-own'] !== undefined || answer?.body.includes('x-own')) injected.push(query);
      }
      stage.see({ injected });
    },
  },
  {
    id: 'handshake-head',
    title: 'answers a HEAD with no body, so that the connection can be used on',
    options: { provider: intercom() },
    expects: { ...ACCEPTED, answers: [200, 200], verdicts: ['answered', 'accepted'] },
    async play(stage) {
      const line = await stage.dial();
      line.write(head([], 'HEAD'));
      await stage.answer(line, 'HEAD');
      const { lines, body } = await stage.sign(JSON_BODY);
      line.write(request(lines, body));
      await stage.answer(line);
    },
  },
  {
    id: 'handshake-options',
    title: 'is asked by OPTIONS whether somebody may send, and says no where nobody is named',
    options: { provider: cloudeventsWebhook() },
    expects: { ...refused(403, 'source-not-allowed'), allowed: undefined },
    async play(stage) {
      const answer = await stage.send(head([['WebHook-Request-Origin', 'events.example.com']], 'OPTIONS'), 'OPTIONS');
      stage.see({ allowed: answer?.headers['webhook-allowed-origin'] });
    },
  },
  {
    id: 'handshake-signed',
    title: 'answers a signed question without the handler',
    options: { provider: slack() },
    expects: { ...ANSWERED, body: 'abc-1' },
    async play(stage) {
      const { lines, body } = await stage.sign(QUESTION);
      const answer = await stage.send(request([['Content-Type', 'application/json'], ...lines], body));
      stage.see({ body: answer?.body });
    },
  },
  {
    id: 'handshake-unsigned',
    title: 'refuses the same question unsigned, and repeats nothing of it',
    options: { provider: slack() },
    expects: { ...refused(401, 'missing-signature'), repeated: false },
    async play(stage) {
      const { body } = await stage.sign(QUESTION);
      const answer = await stage.send(request([['Content-Type', 'application/json']], body));
      stage.see({ repeated: answer?.body.includes('abc-1') });
    },
  },
];
