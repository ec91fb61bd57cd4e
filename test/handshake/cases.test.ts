// Handshakes as vendors publish them, through the judging code of the command line: ours, and those of the shared folder where there is one.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compareWithExpectation, readCase } from '../../packages/cli/src/cases.ts';
import { compareResponse } from '../../packages/cli/src/compare-response.ts';
import { judgeCase } from '../../packages/cli/src/judge-case.ts';
import { readCases } from '../src/wire/read-cases.ts';

const OWN = fileURLToPath(new URL('vectors.jsonl', import.meta.url));
const SHARED = process.env.POSTERN_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
const PUBLISHED = `${SHARED}/vectors/handshakes.jsonl`;

async function judgeFile(file: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const one of await readCases(file)) {
    const verdict = await judgeCase(one);
    const { outcome, reason, response } = verdict;
    const comparison = compareWithExpectation(one, outcome, reason, response);
    if (comparison !== 'as-expected') wrong.push(`${one.id}: ${comparison} ${JSON.stringify(verdict)}`);
  }
  return wrong;
}

describe('published handshakes', () => {
  it('are answered as their vendors want', async () => {
    expect(await judgeFile(OWN)).toEqual([]);
  });

  it.runIf(existsSync(PUBLISHED))('of the shared folder are answered as their vendors want', async () => {
    expect(await judgeFile(PUBLISHED)).toEqual([]);
  });

  it('are never HTML, and keep browsers from taking them for it', async () => {
    for (const one of await readCases(OWN)) {
      const { response } = await judgeCase(one);
      const type = response?.headers['content-type'];
      if (type === undefined) continue;
      expect(type).toMatch(/^(?:text\/plain; charset=utf-8|application\/json)$/);
      expect(response?.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
    }
  });
});

describe('a case without secrets', () => {
  const slack = (secrets: readonly string[], body: string) =>
    readCase(
      new TextEncoder().encode(
        JSON.stringify({
          id: 'x',
          provider: 'slack',
          secrets,
          now: null,
          request: { method: 'POST', url: '/', headers: [], bodyBase64: Buffer.from(body).toString('base64') },
        }),
      ),
    );
  const question = '{"type":"url_verification","challenge":"abc"}';

  it('shows what a handshake is answered with', async () => {
    expect(await judgeCase(slack([], question))).toMatchObject({ outcome: 'accept', response: { body: 'abc' } });
  });

  it('is misconfigured for a delivery, and a handshake with secrets must be signed', async () => {
    expect(await judgeCase(slack([], '{"type":"event_callback"}'))).toMatchObject({ reason: 'misconfigured' });
    expect(await judgeCase(slack(['test-secret-not-a-real-one'], question))).toMatchObject({
      outcome: 'reject',
      reason: 'missing-signature',
    });
  });
});

describe('an expected response', () => {
  const answer = {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-a': '1' },
    body: '{"a":1,"b":[2]}',
  };

  it.each([
    [{}, []],
    [{ status: 200 }, []],
    [{ status: [204, 200] }, []],
    [{ status: 204 }, ['status']],
    [{ contentType: 'application/json', json: { b: [2], a: 1 }, headers: { 'X-A': '1' } }, []],
    [{ contentType: 'text/plain' }, ['contentType']],
    [{ body: '{"a":1}' }, ['body']],
    [{ json: { a: 1, b: [3] } }, ['json']],
    [{ headers: { 'X-A': '2', 'X-B': '1' } }, ['X-A', 'X-B']],
  ])('%j finds %j', (expected, wrong) => {
    expect(compareResponse(answer, expected)).toEqual(wrong);
  });

  it('is missed where there is no answer, and where a delivery is none', () => {
    expect(compareResponse(undefined, { status: 200 })).toEqual(['answer']);
    const one = { expect: { outcome: 'accept', reasons: [], lenient: false }, expectResponse: { body: 'x' } } as const;
    expect(compareWithExpectation(one, 'accept', undefined)).toBe('wrong-response');
    expect(compareWithExpectation(one, 'reject', 'stale')).toBe('wrong-outcome');
  });
});
