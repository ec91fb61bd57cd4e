import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verify } from '../verify.ts';
import { defineProvider } from './define-provider.ts';
import { type HeaderLines, readHead } from './header-reader.ts';
import { type HmacOptions, hmac } from './hmac.ts';
import { isRefusal } from './scheme.ts';

const LISTED = {
  signedHeaders: { header: 'X-Signed-Headers' },
  separator: ',',
  order: 'sorted',
  pair: ':',
  join: ';',
} as const;
const OPTIONS: HmacOptions = {
  digest: 'sha256',
  encoding: 'hex',
  content: '{path}\n{headers}\n{body}',
  values: { path: { url: 'path' }, headers: { ...LISTED, includes: ['X-Time'] } },
  publicUrl: 'https://example.com/hooks/one?a=1',
  signature: { header: 'x-signature', grammar: 'plain' },
  timestamp: { header: 'x-time' },
};
const SECRET = 'test-secret-for-unit-tests-only';
const BODY = new TextEncoder().encode('{"amount":25.00}');
const SIGNED = '/hooks/one\nx-time:1767225600;x-topic:created\n{"amount":25.00}';

const headers = (list: string, more: HeaderLines = []): HeaderLines => [
  ['X-Signature', createHmac('sha256', SECRET).update(SIGNED).digest('hex')],
  ['X-Signed-Headers', list],
  ['X-Time', '1767225600'],
  ['X-Topic', ' created '],
  ...more,
];

async function judge(lines: HeaderLines): Promise<string> {
  const scheme = hmac(OPTIONS);
  const proof = scheme.readProof(readHead({ method: 'POST', url: '/elsewhere', headers: lines }));
  if (isRefusal(proof)) return proof.refused;
  const at = await scheme.verify(proof, BODY, [scheme.importSecret(SECRET, 'secrets')]);
  return at === 0 ? `right, at ${proof.timestamp}` : 'wrong';
}

describe('headers that another header lists', () => {
  it.each(['x-time,x-topic', 'x-topic,x-time', 'X-Topic,X-TIME'])('are signed sorted, as in %s', async (list) => {
    expect(await judge(headers(list))).toBe('right, at 1767225600');
  });

  it.each([
    ['the list leaves the time out', headers('x-topic')],
    ['there is no list', headers('')],
    ['the list names one twice', headers('x-time,x-topic,x-topic')],
    ['the list has an empty name', headers('x-time,,x-topic')],
    ['the list names what is not there', headers('x-time,x-topic,x-other')],
    ['one of them is there twice', headers('x-time,x-topic', [['x-topic', 'deleted']])],
    ['one of them holds a line break', headers('x-time,x-topic,x-note', [['X-Note', 'a\nb']])],
    ['the list is longer than fifty', headers(`x-time,${Array.from({ length: 50 }, (_, at) => `x-${at}`).join(',')}`)],
  ])('are refused where %s', async (_, lines) => {
    expect(await judge(lines)).toBe('malformed-signature');
  });

  it('are wrong where the list or a value is another one', async () => {
    expect(await judge(headers('x-time'))).toBe('wrong');
    const changed = headers('x-time,x-topic').map(([name, value]) => [name, name === 'X-Topic' ? 'x' : value] as const);
    expect(await judge(changed)).toBe('wrong');
  });

  it('cannot make a time count that they need not hold', () => {
    const values = {
      ...OPTIONS.values,
      headers: { ...LISTED, includes: ['x-topic'] },
    } as const;
    expect(() => hmac({ ...OPTIONS, values })).toThrow(
      expect.objectContaining({ code: 'invalid-provider', option: 'hmac.timestamp' }),
    );
  });

  it('are listed by what signs', async () => {
    const scheme = hmac(OPTIONS);
    const request = { method: 'POST', url: '/', headers: [], body: BODY, timestamp: 1_767_225_600, id: 'x' };
    const made = await scheme.sign(request, [scheme.importSecret(SECRET, 'secret')]);
    expect(made.headers).toMatchObject({ 'x-signed-headers': 'x-signed-headers,x-time', 'x-time': '1767225600' });
    expect(await judge(Object.entries(made.headers))).toBe('right, at 1767225600');
  });
});

const named = defineProvider({
  name: 'named',
  scheme: hmac({
    digest: 'sha256',
    encoding: 'hex',
    content: '{names}.{headers}.{body}',
    values: {
      names: { signatureField: 'h' },
      headers: { signedHeaders: { signatureField: 'h' }, separator: ' ', join: '.' },
    },
    signature: { header: 'x-signature', grammar: 'pairs', signatures: 'v1', fields: ['h'] },
  }),
});

/** Signs by itself: never with the code under test. */
function judgeNamed(names: string, values: string, headers: HeaderLines, body = '{}', signedBody = '{}') {
  const v1 = createHmac('sha256', SECRET).update(`${names}.${values}.${signedBody}`).digest('hex');
  return verify(
    {
      method: 'POST',
      url: '/',
      headers: [...headers, ['X-Signature', `h=${names},v1=${v1}`]],
      body: new TextEncoder().encode(body),
    },
    { provider: named, secrets: SECRET, now: () => 0 },
  );
}

describe('headers that the signature names', () => {
  it('are signed by their values, in the order of their names', async () => {
    const headers: HeaderLines = [
      ['X-B', 'two'],
      ['X-A', 'one.1'],
    ];
    expect(await judgeNamed('x-a x-b', 'one.1.two', headers)).toMatchObject({ outcome: 'accepted' });
    expect(await judgeNamed('X-A x-b', 'one.1.two', headers)).toMatchObject({ outcome: 'accepted' });
    expect(await judgeNamed('x-b x-a', 'one.1.two', headers)).toMatchObject({ reason: 'bad-signature' });
    expect(await judgeNamed('x-a x-b', 'one.1.two', [['X-A', 'one.2'], ...headers.slice(0, 1)])).toMatchObject({
      reason: 'bad-signature',
    });
  });

  it.each([
    ['one that is not there', 'x-c', []],
    ['one that is there twice', 'x-a', [['X-A', 'one'] as const, ['x-a', 'one'] as const]],
    ['one that is named twice', 'x-a x-a', [['X-A', 'one'] as const]],
    ['one that is named in other capitals, too', 'x-a X-A', [['X-A', 'one'] as const]],
    ['two spaces between names', 'x-a  x-b', [['X-A', 'one'] as const, ['X-B', 'two'] as const]],
    [
      'more than fifty names',
      Array.from({ length: 51 }, (_, at) => `x-${at}`).join(' '),
      Array.from({ length: 51 }, (_, at) => [`X-${at}`, 'one'] as const),
    ],
  ])('refuse %s', async (_, names, headers) => {
    expect(await judgeNamed(names, 'one', headers)).toMatchObject({ reason: 'malformed-signature' });
  });

  it('do not take over the start of a body: what was signed as one is not read as the other', async () => {
    const signed = '{"note":"a.b"}';
    const moved: HeaderLines = [['X-A', 'one.{"note":"a']];
    expect(await judgeNamed('x-a', 'one', [['X-A', 'one']], signed, signed)).toMatchObject({ outcome: 'accepted' });
    expect(await judgeNamed('x-a', 'one', moved, 'b"}', signed)).toMatchObject({ reason: 'malformed-signature' });
  });
});
