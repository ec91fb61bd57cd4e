import { createHash, createHmac, generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type HeaderLines, readHead } from './header-reader.ts';
import { type HttpSignatureOptions, httpSignature } from './http-signature.ts';
import { isRefusal } from './scheme.ts';

const SECRET = 'test-secret-for-unit-tests-only';
const BODY = '{"amount":25.00}';
const URL = 'https://example.com/hooks';
const OPTIONS: HttpSignatureOptions = {
  components: ['@method', '@path', 'content-digest'],
  algorithm: 'hmac-sha256',
  publicUrl: URL,
};
const digestOf = (body: string, name = 'sha-256') =>
  `${name}=:${createHash(name.replace('-', '')).update(body).digest('base64')}:`;
const DIGEST = digestOf(BODY);
const COVERED = '("@method" "@path" "content-digest")';

/** Signs by itself: never with the code under test. */
function signed(input: string, lines: readonly string[], more: HeaderLines = [], digest = DIGEST): HeaderLines {
  const base = `${lines.map((line) => `${line}\n`).join('')}"@signature-params": ${input}`;
  const signature = createHmac('sha256', SECRET).update(base).digest('base64');
  return [
    ['Content-Digest', digest],
    ['Signature-Input', `sig1=${input}`],
    ['Signature', `sig1=:${signature}:`],
    ...more,
  ];
}

const LINES = (digest = DIGEST) => ['"@method": POST', '"@path": /hooks', `"content-digest": ${digest}`];
const genuine = (parameters = ';created=100', digest = DIGEST) =>
  signed(`${COVERED}${parameters}`, LINES(digest), [], digest);

interface Request {
  readonly method?: string;
  readonly url?: string;
  readonly body?: string;
}

async function judge(headers: HeaderLines, options: HttpSignatureOptions = OPTIONS, request: Request = {}) {
  const { method = 'POST', url = '/hooks', body = BODY } = request;
  const scheme = httpSignature(options);
  const proof = scheme.readProof(readHead({ method, url, headers }));
  if (isRefusal(proof)) return proof.refused;
  const at = await scheme.verify(proof, new TextEncoder().encode(body), [scheme.importSecret(SECRET, 'secrets')]);
  return at === 0 ? `right, at ${proof.timestamp}` : 'wrong';
}

describe('a message signature', () => {
  it('covers what it must, and the body by its digest', async () => {
    expect(await judge(genuine())).toBe('right, at 100');
    expect(await judge(genuine(), OPTIONS, { body: '{"amount":95.00}' })).toBe('wrong');
    expect(await judge(genuine(), OPTIONS, { method: 'PUT' })).toBe('wrong');
  });

  it.each([
    ['nothing', '()', []],
    ['all but the digest', '("@method" "@path")', LINES().slice(0, 2)],
    ['the digest of the request that this is no answer to', '("@method" "@path" "content-digest";req)', LINES()],
  ])('does not count where it covers %s', async (_, covered, lines) => {
    expect(await judge(signed(`${covered};created=100`, lines))).toBe('unsupported-scheme');
  });

  it('may cover more, and then that is signed, too', async () => {
    const more = signed(
      '("@method" "@path" "content-digest" "x-topic" "@query");created=100',
      [...LINES(), '"x-topic": created', '"@query": ?a=1'],
      [['X-Topic', 'created']],
    );
    expect(await judge(more, OPTIONS, { url: '/hooks?a=1' })).toBe('right, at 100');
    expect(await judge(more, OPTIONS, { url: '/hooks?a=2' })).toBe('wrong');
    const changed = more.map(([name, value]) => [name, name === 'X-Topic' ? 'deleted' : value] as const);
    expect(await judge(changed, OPTIONS, { url: '/hooks?a=1' })).toBe('wrong');
  });

  it.each([
    ['a header that is not there', '"x-topic"', []],
    ['a header that is there twice', '"x-topic"', [['X-Topic', 'a'] as const, ['x-topic', 'a'] as const]],
    ['a header in capitals', '"X-Topic"', [['X-Topic', 'a'] as const]],
    ['a component twice', '"@method"', []],
    ['the status of an answer', '"@status"', []],
    ['a component with a parameter that is not read', '"@method";req', []],
    ['a header as bytes', '"x-topic";bs', [['X-Topic', 'a'] as const]],
    ['a parameter of the query that is not there', '"@query-param";name="a"', []],
  ])('is malformed where it covers %s', async (_, item, more) => {
    const input = `("@method" "@path" "content-digest" ${item});created=100`;
    expect(await judge(signed(input, [...LINES(), `${item}: a`], more))).toBe('malformed-signature');
  });

  it('is malformed where a parameter of the query stands there twice', async () => {
    const input = '("@method" "@path" "content-digest" "@query-param";name="a");created=100';
    const one = signed(input, [...LINES(), '"@query-param";name="a": b%20c']);
    expect(await judge(one, OPTIONS, { url: '/hooks?a=b+c' })).toBe('right, at 100');
    expect(await judge(one, OPTIONS, { url: '/hooks?a=b+c&a=d' })).toBe('malformed-signature');
  });

  it('takes host and path from the configuration, never from the request', async () => {
    const options = { ...OPTIONS, components: ['@authority', '@target-uri', 'content-digest'] };
    const input = '("@authority" "@target-uri" "content-digest");created=100';
    const lines = [
      '"@authority": example.com',
      '"@target-uri": https://example.com/hooks',
      `"content-digest": ${DIGEST}`,
    ];
    const headers = signed(input, lines, [['Host', 'attacker.example']]);
    expect(await judge(headers, options)).toBe('right, at 100');
    expect(await judge(headers, options, { url: 'https://attacker.example/hooks' })).toBe('right, at 100');
  });

  it.each([
    ['', 'missing-timestamp'],
    [';created="100"', 'malformed-timestamp'],
    [';created=-1', 'malformed-timestamp'],
    [';created=100;expires="200"', 'malformed-timestamp'],
  ])('says when it was made: %j', async (parameters, reason) => {
    expect(await judge(genuine(parameters))).toBe(reason);
  });

  it('is refused where it names another algorithm than the pinned one', async () => {
    expect(await judge(genuine(';created=100;alg="hmac-sha256"'))).toBe('right, at 100');
    expect(await judge(genuine(';created=100;alg="none"'))).toBe('wrong');
    expect(await judge(genuine(';created=100;alg="ed25519"'))).toBe('wrong');
  });

  it.each([
    ['no signature', (lines: HeaderLines) => lines.filter(([name]) => name !== 'Signature'), 'missing-signature'],
    ['no input', (lines: HeaderLines) => lines.filter(([name]) => name !== 'Signature-Input'), 'missing-signature'],
    [
      'another label',
      (lines: HeaderLines) => lines.map(([name, text]) => [name, name === 'Signature' ? `x${text}` : text] as const),
      'unsupported-scheme',
    ],
    [
      'no base64',
      (lines: HeaderLines) => lines.map(([name, text]) => [name, name === 'Signature' ? 'sig1=:A:' : text] as const),
      'malformed-signature',
    ],
    [
      'no structured field',
      (lines: HeaderLines) => lines.map(([name, text]) => [name, name === 'Signature' ? 'sig1=x' : text] as const),
      'malformed-signature',
    ],
  ])('is refused with %s', async (_, change, reason) => {
    expect(await judge(change(genuine()))).toBe(reason);
  });

  it('is the one of the label, where one is pinned', async () => {
    const [digest, input, signature] = genuine();
    const lines: HeaderLines = [
      digest as HeaderLines[number],
      ['Signature-Input', `sig0=();created=1, ${input?.[1]}`],
      ['Signature', `sig0=:AA==:, ${signature?.[1]}`],
    ];
    expect(await judge(lines)).toBe('right, at 100');
    expect(await judge(lines, { ...OPTIONS, label: 'sig1' })).toBe('right, at 100');
    expect(await judge(lines, { ...OPTIONS, label: 'sig0' })).toBe('unsupported-scheme');
  });
});

describe('a content digest', () => {
  it.each([
    ['another digest that is right', `${DIGEST}, ${digestOf(BODY, 'sha-512')}`, 'right, at 100'],
    ['one that nobody knows, too', `md5=:AAAA:, ${DIGEST}`, 'right, at 100'],
    ['another digest that is wrong', `${DIGEST}, ${digestOf('other', 'sha-512')}`, 'wrong'],
    ['none that is known', 'md5=:AAAA:', 'wrong'],
    ['one that is cut short', 'sha-256=:AAAA:', 'wrong'],
    ['one in hex', `sha-256=${createHash('sha256').update(BODY).digest('hex')}`, 'wrong'],
  ])('with %s', async (_, digest, verdict) => {
    expect(await judge(genuine(';created=100', digest))).toBe(verdict);
  });
});

describe('a key of a message signature', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const ed = generateKeyPairSync('ed25519');
  const spki = (key: typeof publicKey) => String(key.export({ format: 'pem', type: 'spki' }));
  const { algorithm: _, ...unpinned } = OPTIONS;

  it.each([
    ['a short RSA key', unpinned, spki(publicKey)],
    ['a key of another algorithm', { ...unpinned, algorithm: 'ecdsa-p256-sha256' } as const, spki(ed.publicKey)],
    ['a private key', unpinned, String(privateKey.export({ format: 'pem', type: 'pkcs8' }))],
  ])('is refused at start-up: %s', (_name, options, key) => {
    expect(() => httpSignature(options).importSecret(key, 'secrets')).toThrow(
      expect.objectContaining({ code: 'wrong-kind-secret', option: 'secrets' }),
    );
  });

  it('says the algorithm, and not the sender', async () => {
    const scheme = httpSignature(unpinned);
    const input = `${COVERED};created=100`;
    const base = `${LINES().join('\n')}\n"@signature-params": ${input}`;
    // Whoever holds the public key could compute this, if its text were taken for a shared secret.
    const forged = createHmac('sha256', spki(ed.publicKey)).update(base).digest('base64');
    const right = nodeSign(null, Buffer.from(base), ed.privateKey).toString('base64');
    for (const [signature, at] of [
      [right, 0],
      [forged, -1],
    ] as const) {
      const headers: HeaderLines = [
        ['content-digest', DIGEST],
        ['signature-input', `sig1=${input}`],
        ['signature', `sig1=:${signature}:`],
      ];
      const proof = scheme.readProof(readHead({ method: 'POST', url: '/hooks', headers }));
      if (isRefusal(proof)) throw new Error(proof.detail);
      const key = scheme.importSecret(spki(ed.publicKey), 'secrets');
      expect(await scheme.verify(proof, new TextEncoder().encode(BODY), [key])).toBe(at);
    }
  });
});

it.each([
  { components: 'content-digest' },
  { components: ['Content-Digest'] },
  { algorithm: 'none' },
  { ecdsaForm: 'any' },
  { publicUrl: '/hooks' },
  { component: [] },
])('a scheme of %o is refused at start-up', (more) => {
  expect(() => httpSignature({ ...OPTIONS, ...more } as never)).toThrow(
    expect.objectContaining({ name: 'ConfigurationError' }),
  );
});

it('verifies the signature that RFC 9421 publishes (B.2.6)', async () => {
  const scheme = httpSignature({
    components: ['date', '@method', '@path', '@authority', 'content-type', 'content-length'],
    publicUrl: 'https://example.com/foo',
  });
  const headers: HeaderLines = [
    ['Host', 'example.com'],
    ['Date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
    ['Content-Type', 'application/json'],
    ['Content-Length', '18'],
    [
      'Signature-Input',
      'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    ],
    ['Signature', 'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:'],
  ];
  const proof = scheme.readProof(readHead({ method: 'POST', url: '/foo?param=Value&Pet=dog', headers }));
  if (isRefusal(proof)) throw new Error(proof.detail);
  const key = scheme.importSecret('MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=', 'secrets');
  expect(await scheme.verify(proof, new TextEncoder().encode('{"hello": "world"}'), [key])).toBe(0);
});
