import { ACCEPTED, type CaseScript, refused } from '../adapter-case.ts';
import { head, request } from '../raw-caller.ts';
import { JSON_BODY } from './bodies.ts';

/** Methods that are not the provider's, and what a refused caller is told. */
export const METHOD_CASES: readonly CaseScript[] = [
  ...['GET', 'OPTIONS', 'PUT', 'DELETE'].map(
    (method): CaseScript => ({
      id: `method-${method.toLowerCase()}`,
      title: `refuses ${method} with 405 and Allow`,
      expects: { ...refused(405, 'method-not-allowed'), allow: 'POST' },
      async play(stage) {
        const { lines, body } = await stage.sign(method === 'PUT' ? JSON_BODY : '');
        const bytes = method === 'PUT' ? request(lines, body, method) : head(lines, method);
        const answer = await stage.send(bytes, method);
        stage.see({ allow: answer?.headers.allow });
      },
    }),
  ),
  {
    id: 'method-head',
    title: 'refuses HEAD with 405 and Allow and no body, so that the connection can be used on',
    expects: { ...ACCEPTED, answers: [405, 200], verdicts: ['method-not-allowed', 'accepted'], allow: 'POST' },
    async play(stage) {
      const line = await stage.dial();
      const empty = await stage.sign('');
      line.write(head(empty.lines, 'HEAD'));
      const answer = await stage.answer(line, 'HEAD');
      stage.see({ allow: answer?.headers.allow });
      const { lines, body } = await stage.sign(JSON_BODY);
      line.write(request(lines, body));
      await stage.answer(line);
    },
  },
  {
    id: 'refusal-says-nothing',
    title: 'tells a refused caller a status and an opaque instance, which the record has too, and nothing else',
    expects: {
      ...refused(401, 'bad-signature'),
      type: 'application/problem+json',
      keys: ['instance', 'status', 'title'],
      status: 401,
      sameInstance: true,
    },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY, { secret: 'other-test-secret-other-test-secret' });
      const answer = await stage.send(request(lines, body));
      await stage.soon(() => stage.verdicts.length > 0);
      const problem = problemOf(answer?.body);
      stage.see({
        type: answer?.headers['content-type'],
        keys: Object.keys(problem).sort(),
        status: problem.status,
        sameInstance: problem.instance === `urn:uuid:${stage.verdicts[0]?.instance}`,
      });
    },
  },
];

function problemOf(text = ''): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
