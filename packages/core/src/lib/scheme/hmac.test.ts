import { createHmac } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { readHead } from './header-reader.ts';
import { type HmacOptions, hmac } from './hmac.ts';
import { isRefusal, type Proof } from './scheme.ts';

const SECRET = 'test-secret-for-unit-tests-only';
const BODY = new TextEncoder().encode('{"amount":25.00}');
const PLAIN: HmacOptions = {
  digest: 'sha256',
  encoding: 'hex',
  content: '{body}',
  signature: { header: 'X-Signature', grammar: 'plain' },
};
const TIMED: HmacOptions = {
  ...PLAIN,
  content: '{id}.{timestamp}.{body}',
  signature: { header: 'X-Signature', grammar: 'versioned', version: 'v1', separator: ' ', versionSeparator: ',' },
  timestamp: { header: 'X-Time' },
  id: { header: 'X-Id' },
};

function mac(content: string | Uint8Array, secret = SECRET): string {
  return createHmac('sha256', secret).update(content).digest('hex');
}

function read(options: HmacOptions, headers: Record<string, string>): Proof | string {
  const proof = hmac(options).readProof(readHead({ method: 'POST', url: '/', headers: Object.entries(headers) }));
  return isRefusal(proof) ? proof.refused : proof;
}

const timedHeaders = (changes: Record<string, string> = {}) => ({
  'x-id': 'msg_1',
  'x-time': '1767225600',
  'x-signature': `v1,${mac('x')}`,
  ...changes,
});

describe('readProof', () => {
  it.each([
    ['missing-signature', { 'x-signature': '' }],
    ['missing-signature', { 'x-signature': ' \t ' }],
    ['malformed-signature', { 'x-signature': 'v1,' }],
    ['malformed-signature', { 'x-signature': `v1,${mac('x').slice(2)}` }],
    ['malformed-signature', { 'x-signature': `v1,${mac('x')}00` }],
    ['malformed-signature', { 'x-signature': `v1,${mac('x')} v1,zz` }],
    ['unsupported-scheme', { 'x-signature': `v1a,${mac('x')}` }],
    ['missing-timestamp', { 'x-time': '' }],
    ['malformed-timestamp', { 'x-time': 'NaN' }],
    ['malformed-timestamp', { 'x-time': '1767225600.0' }],
    ['malformed-timestamp', { 'x-time': '1767225600, 1767225600' }],
    ['missing-id', { 'x-id': '' }],
    ['malformed-id', { 'x-id': 'msg.1' }],
    ['malformed-id', { 'x-id': 'msg 1' }],
    ['malformed-id', { 'x-id': 'msg\u00e9' }],
    ['malformed-id', { 'x-id': 'msg\u0000' }],
    ['malformed-id', { 'x-id': 'msg\u007f' }],
    ['malformed-id', { 'x-id': 'x'.repeat(257) }],
  ])('refuses with %s: %o', (reason, changes) => {
    expect(read(TIMED, timedHeaders(changes))).toBe(reason);
  });

  it('names the missing signature first when nothing is there', () => {
    expect(read(TIMED, {})).toBe('missing-signature');
  });

  it('decodes what is well formed', () => {
    const proof = read(TIMED, timedHeaders({ 'x-id': 'a:b,c=~!', 'x-signature': `v1,${mac('x')} v1,${mac('y')}` }));
    expect(proof).toMatchObject({ id: 'a:b,c=~!', timestamp: 1_767_225_600, timestampText: '1767225600' });
    expect((proof as Proof).signatures).toHaveLength(2);
  });

  it('keeps a pairs header without a time from being a proof', () => {
    const options: HmacOptions = {
      ...PLAIN,
      content: '{timestamp}.{body}',
      signature: { header: 'x-signature', grammar: 'pairs', timestamp: 't', signatures: 'v1' },
    };
    expect(read(options, { 'x-signature': `v1=${mac('x')}` })).toBe('missing-timestamp');
    expect(read(options, { 'x-signature': `t=,v1=${mac('x')}` })).toBe('malformed-timestamp');
  });

  it('reads a body-only scheme without looking at any other header', () => {
    const proof = read(PLAIN, { 'x-signature': mac('x'), 'x-time': 'NaN', 'x-id': 'a' }) as Proof;
    expect(proof.signatures).toHaveLength(1);
    expect([proof.timestamp, proof.timestampText, proof.id]).toEqual([undefined, undefined, undefined]);
  });
});

describe('verify', () => {
  const scheme = hmac(PLAIN);
  const secrets = ['retired', SECRET, 'other'].map((value) => scheme.importSecret(value, 'secrets'));
  const proof = (...signatures: string[]): Proof => ({
    signatures: signatures.map((text) => new Uint8Array(Buffer.from(text, 'hex'))),
  });

  it('names the secret that matched', async () => {
    expect(await scheme.verify(proof(mac(BODY)), BODY, secrets)).toBe(1);
    expect(await scheme.verify(proof(mac(BODY, 'retired')), BODY, secrets)).toBe(0);
    expect(await scheme.verify(proof(mac('x'), mac('y'), mac(BODY, 'other')), BODY, secrets)).toBe(2);
  });

  it('refuses a right value under no secret, over other bytes, cut short or empty', async () => {
    expect(await scheme.verify(proof(mac(BODY, 'unknown')), BODY, secrets)).toBe(-1);
    expect(await scheme.verify(proof(mac(`${Buffer.from(BODY)} `)), BODY, secrets)).toBe(-1);
    expect(await scheme.verify(proof(mac(BODY).slice(0, 32)), BODY, secrets)).toBe(-1);
    expect(await scheme.verify(proof(''), BODY, secrets)).toBe(-1);
    expect(await scheme.verify(proof(), BODY, secrets)).toBe(-1);
    expect(await scheme.verify(proof(mac(BODY)), BODY, [])).toBe(-1);
  });

  it('refuses when any one bit of the signature is changed', async () => {
    for (let bit = 0; bit < 256; bit++) {
      const bytes = Buffer.from(mac(BODY), 'hex');
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await scheme.verify({ signatures: [bytes] }, BODY, secrets)).toBe(-1);
    }
  });

  it('hashes the body as the bytes it is', async () => {
    const timed = hmac({ ...TIMED, content: '{id}.{timestamp}.{body}' });
    const key = [timed.importSecret(SECRET, 'secrets')];
    for (const body of [
      Buffer.from("{timestamp} {id} $' $& {body}"),
      Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]),
      Buffer.from([0xff, 0xfe, 0x00, 0xc0, 0x80]),
      Buffer.alloc(0),
    ]) {
      const signed = Buffer.concat([Buffer.from('msg_1.1767225600.'), body]);
      const signatures = [Buffer.from(mac(signed), 'hex')];
      const proofOf = { signatures, id: 'msg_1', timestamp: 1_767_225_600, timestampText: '1767225600' };
      expect(await timed.verify(proofOf, body, key)).toBe(0);
      // What a decoder makes of the bytes is another body.
      const decoded = Buffer.from(new TextDecoder().decode(body));
      if (!decoded.equals(body)) expect(await timed.verify(proofOf, decoded, key)).toBe(-1);
    }
  });

  it('computes one MAC a secret, however many signatures there are', async () => {
    const sixteen = proof(...Array.from({ length: 16 }, (_, index) => mac(String(index))));
    const digest = vi.spyOn(Object.getPrototypeOf(createHmac('sha256', 'x')), 'digest');
    try {
      await scheme.verify(sixteen, BODY, secrets);
      expect(digest).toHaveBeenCalledTimes(secrets.length);
    } finally {
      digest.mockRestore();
    }
  });
});

describe('hmac', () => {
  it.each([
    ['an unknown digest', { digest: 'md4' }, 'hmac.digest'],
    ['an inherited name as digest', { digest: 'toString' }, 'hmac.digest'],
    ['no digest', { digest: undefined }, 'hmac.digest'],
    ['an unknown encoding', { encoding: 'base32' }, 'hmac.encoding'],
    ['a header that is no header', { signature: { header: 'x signature', grammar: 'plain' } }, 'hmac.signature.header'],
    ['an empty header', { signature: { header: '', grammar: 'plain' } }, 'hmac.signature.header'],
    ['a signed time that stands nowhere', { content: '{timestamp}.{body}' }, 'hmac.timestamp'],
    ['a time that is not signed', { timestamp: { header: 'x-time' } }, 'hmac.timestamp'],
    [
      'a time that is not signed in the signature header',
      { signature: { header: 'x', grammar: 'pairs', timestamp: 't', signatures: 'v1' } },
      'hmac.timestamp',
    ],
    [
      'a time in two places',
      {
        content: '{timestamp}.{body}',
        signature: { header: 'x', grammar: 'pairs', timestamp: 't', signatures: 'v1' },
        timestamp: { header: 'x-time' },
      },
      'hmac.timestamp',
    ],
    ['a signed id that stands nowhere', { content: '{id}.{body}' }, 'hmac.id'],
    ['an id that is not signed', { id: { header: 'x-id' } }, 'hmac.id'],
    [
      'a time header that is no header',
      { content: '{timestamp}.{body}', timestamp: { header: 'x:y' } },
      'hmac.timestamp.header',
    ],
    ['an id header that is no header', { content: '{id}.{body}', id: { header: '' } }, 'hmac.id.header'],
    ['content that signs nothing', { content: 'constant' }, 'content'],
  ])('refuses a scheme with %s', (_, changes, option) => {
    expect(() => hmac({ ...PLAIN, ...changes } as HmacOptions)).toThrow(
      expect.objectContaining({ code: 'invalid-provider', option }),
    );
  });

  it('refuses an option nobody reads', () => {
    expect(() => hmac({ ...PLAIN, algorithm: 'sha512' } as HmacOptions)).toThrow(
      expect.objectContaining({ code: 'unknown-option', option: 'hmac.algorithm' }),
    );
  });

  it('is frozen, and says in lower case which headers it reads', () => {
    const scheme = hmac(TIMED);
    expect(scheme.headers).toEqual(['x-signature', 'x-time', 'x-id']);
    expect(scheme.idHeader).toBe('x-id');
    expect(Object.isFrozen(scheme) && Object.isFrozen(scheme.headers) && Object.isFrozen(scheme.signs)).toBe(true);
  });

  it('makes identity of the signed values, not of the signature', () => {
    const scheme = hmac(TIMED);
    const proof = { signatures: [], timestampText: '17', timestamp: 17, id: 'a' };
    expect(scheme.material(proof, BODY)).toEqual(['17', 'a', BODY]);
    expect(scheme.material({ ...proof, signatures: [Buffer.alloc(32)] }, BODY)).toEqual(['17', 'a', BODY]);
  });
});

describe('what is not signed', () => {
  it('is no part of the identity: another body under a signature that does not cover it is no other event', () => {
    const scheme = hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: 'acme:{timestamp}',
      signature: { header: 'x-signature', grammar: 'pairs', timestamp: 't', signatures: 'v1' },
    });
    const proof = { signatures: [], timestampText: '1' };
    const bytes = (text: string) => new TextEncoder().encode(text);
    expect(scheme.material(proof, bytes('a'))).toEqual(scheme.material(proof, bytes('b')));
  });

  it.each([
    [{ secret: { encoding: 'base32' } }],
    [{ secret: { prefixes: 'x' } }],
    [
      {
        timestamp: { header: 'X-Signature' },
        content: '{timestamp}.{body}',
        signature: { header: 'x-signature', grammar: 'plain' },
      },
    ],
    [{ signature: { header: 'x-signature', grammar: 'pairs', signatures: 'v1', timestamp: 'v1' } }],
    [{ signature: { header: 'x-signature', grammar: 'pairs', timestamp: 't' } }],
    [{ signature: { header: 'x-signature', grammar: 'pairs', signatures: 'v1', timestamp: 't', separator: '=' } }],
    [{ signature: { header: 'x-signature', grammar: 'pairs', signature: 'v1' } }],
    [{ signature: undefined }],
  ])('refuses a scheme that could not work: %j', (changes) => {
    const data = {
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: { header: 'x-signature', grammar: 'pairs', timestamp: 't', signatures: 'v1' },
      ...changes,
    };
    expect(() => hmac(data as unknown as HmacOptions)).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
  });
});

describe('a signed value with text around it', () => {
  const scheme = hmac({
    ...PLAIN,
    content: ['{item}{request}ts:{timestamp};', '{lower}{request}ts:{timestamp};'],
    values: {
      item: { query: 'id', optional: true, around: ['id:', ';'] },
      lower: { query: 'id', optional: true, lowercase: true, around: ['id:', ';'] },
      request: { header: 'X-Request', optional: true, around: ['request:', ';'] },
    },
    timestamp: { header: 'X-Time', unit: 'seconds' },
  });
  const position = async (content: string, url: string, request?: string) => {
    const headers: [string, string][] = [
      ['X-Signature', mac(content)],
      ['X-Time', '1767225600'],
    ];
    if (request !== undefined) headers.push(['X-Request', request]);
    const proof = scheme.readProof(readHead({ method: 'POST', url, headers }));
    return isRefusal(proof) ? proof.refused : scheme.verify(proof, BODY, [scheme.importSecret(SECRET, 'secrets')]);
  };

  it('is signed with it, and left out with it where it is absent', async () => {
    expect(await position('id:A1;request:r-1;ts:1767225600;', '/?id=A1', 'r-1')).toBe(0);
    expect(await position('id:a1;request:r-1;ts:1767225600;', '/?id=A1', 'r-1')).toBe(0);
    expect(await position('id:A1;ts:1767225600;', '/?id=A1')).toBe(0);
    expect(await position('request:r-1;ts:1767225600;', '/', 'r-1')).toBe(0);
    expect(await position('ts:1767225600;', '/')).toBe(0);
  });

  it('cannot be put where none was signed, nor taken away', async () => {
    expect(await position('request:r-1;ts:1767225600;', '/?id=A1', 'r-1')).toBe(-1);
    expect(await position('id:A1;request:r-1;ts:1767225600;', '/', 'r-1')).toBe(-1);
    expect(await position('id:;request:r-1;ts:1767225600;', '/', 'r-1')).toBe(-1);
  });

  it('is one word, so that it cannot hold the text that ends it', async () => {
    const content = 'id:A1;request:r-1;ts:1767225600;';
    expect(await position(content, '/?id=A1%3Brequest%3Ar-1')).toBe('malformed-signature');
    expect(await position(content, '/', 'r-1;ts:1767225600')).toBe('malformed-signature');
  });
});

describe('identity', () => {
  const charge = { ...PLAIN, content: '{charge}', values: { charge: { json: 'id' } } } as const;
  const material = (options: HmacOptions, body: string) => {
    const scheme = hmac(options);
    const bytes = new TextEncoder().encode(body);
    return scheme.material(scheme.readBody?.({ signatures: [], values: {} }, bytes) as Proof, bytes);
  };

  it('is that of the signed values, or of the body where one object’s events are signed alike', () => {
    const [paid, refunded] = ['{"id":"c","status":"paid"}', '{"id":"c","status":"refunded"}'];
    expect(material(charge, paid)).toEqual(material(charge, refunded));
    const own = { ...charge, identity: 'body' } as const;
    expect(material(own, paid)).not.toEqual(material(own, refunded));
    expect(material(own, paid)).toEqual([new TextEncoder().encode(paid)]);
  });

  it('refuses another word', () => {
    expect(() => hmac({ ...charge, identity: 'id' as 'body' })).toThrow('hmac.identity');
  });
});
