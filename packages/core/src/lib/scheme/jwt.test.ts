import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signRequest } from '../sign.ts';
import { verify } from '../verify.ts';
import { defineProvider } from './define-provider.ts';
import { type JwtOptions, jwt } from './jwt.ts';
import { checkBaseUrl, writeCanonicalRequest } from './query-string-hash.ts';

const SECRET = 'test-secret-for-unit-tests-only';
const BODY = new TextEncoder().encode('{"id":1}');
const OPTIONS: JwtOptions = { token: { header: 'authorization' }, algorithms: ['HS256'] };

function token(claims: object): string {
  const text = [{ alg: 'HS256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

function judge(options: JwtOptions, claims: object, url = '/') {
  const provider = defineProvider({ name: 'token', scheme: jwt(options) });
  const capture = { method: 'POST', url, headers: [['Authorization', token(claims)] as const], body: BODY };
  return verify(capture, { provider, secrets: SECRET, now: () => 0 });
}

describe('claims', () => {
  const options: JwtOptions = { ...OPTIONS, claims: { iss: ['https://a', 'a'], aud: 'me', verified: true } };

  it.each([['https://a'], ['a']])('may have one of several values: %s', async (iss) => {
    expect(await judge(options, { iss, aud: 'me', verified: true })).toMatchObject({ outcome: 'accepted' });
  });

  it.each([
    [{ iss: 'b', aud: 'me', verified: true }],
    [{ iss: ['a'], aud: 'me', verified: true }],
    [{ aud: 'me', verified: true }],
    [{ iss: 'a', aud: 'you', verified: true }],
    [{ iss: 'a', aud: 'me', verified: false }],
    [{ iss: 'a', aud: 'me', verified: 'true' }],
    [{ iss: 'a', aud: 'me' }],
  ])('refuse %o', async (claims) => {
    expect(await judge(options, claims)).toMatchObject({ reason: 'malformed-signature' });
  });

  it.each([[undefined], [''], [[]]])('cannot be demanded as %o, which would ask for their absence', (aud) => {
    expect(() => jwt({ ...OPTIONS, claims: { aud } as never })).toThrow(
      expect.objectContaining({ code: 'missing-option', option: 'aud' }),
    );
  });
});

it('tells deliveries under one token apart by their bytes, where the token binds no body', () => {
  const unbound = jwt(OPTIONS);
  const proof = { signatures: [], token: token({}) };
  expect(unbound.material(proof, BODY)).toEqual([BODY]);
  const bound = jwt({ ...OPTIONS, body: { claim: 'hash', digest: 'sha256' } });
  expect(bound.material(proof, BODY)).toEqual([proof.token, BODY]);
});

describe('a token that is the whole body', () => {
  const whole: JwtOptions = { token: { body: 'whole' }, algorithms: ['HS256'] };
  const provider = defineProvider({ name: 'whole', scheme: jwt(whole) });
  const send = (body: string, now = 0) =>
    verify(
      { method: 'POST', url: '/', headers: [], body: new TextEncoder().encode(body) },
      { provider, secrets: SECRET, now: () => now * 1000 },
    );

  it('is accepted, and every byte of the body is signed', async () => {
    const verdict = await send(token({ state: 'hangup' }));
    expect(verdict).toMatchObject({ outcome: 'accepted', delivery: { covers: { body: true } } });
  });

  it('is the event itself: its claims are what a handler reads as JSON, and the body is kept as it came', async () => {
    const body = token({ state: 'hangup', name: 'é' });
    const verdict = await send(body);
    if (verdict.outcome !== 'accepted') throw new Error(verdict.outcome);
    expect(verdict.delivery.json()).toEqual({ state: 'hangup', name: 'é' });
    expect(verdict.delivery.text()).toBe(body);
  });

  it.each(['{"__proto__":{"isAdmin":true}}', '{"a":{"constructor":{"prototype":{}}}}'])(
    'is read as strictly as any body: %s',
    async (claims) => {
      const text = [Buffer.from('{"alg":"HS256"}'), Buffer.from(claims)]
        .map((part) => part.toString('base64url'))
        .join('.');
      const verdict = await send(`${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`);
      if (verdict.outcome === 'accepted') expect(() => verdict.delivery.json()).toThrow(/__proto__|constructor/);
      else expect(verdict).toMatchObject({ reason: 'malformed-signature' });
    },
  );

  it.each([
    ['nothing', '', 'missing-signature'],
    ['the claims alone', '{"state":"hangup"}', 'malformed-signature'],
    ['white space around it', ` ${token({ state: 'hangup' })}\n`, 'malformed-signature'],
    ['a fourth part', `${token({ state: 'hangup' })}.e30`, 'malformed-signature'],
    ['no signature', token({ state: 'hangup' }).replace(/[^.]*$/, ''), 'bad-signature'],
    [
      'the claims of another',
      token({ state: 'a' }).replace(/\.[^.]*\./, `.${token({ state: 'b' }).split('.')[1]}.`),
      'bad-signature',
    ],
    [
      'a token that its own header calls unsigned',
      token({ state: 'a' }).replace(/^[^.]*/, Buffer.from('{"alg":"none"}').toString('base64url')),
      'unsupported-scheme',
    ],
    ['another spelling of the same claims', token({ state: 'a' }).replace('.', '=.'), 'malformed-signature'],
  ])('is refused where there is %s', async (_, body, reason) => {
    expect(await send(body)).toMatchObject({ reason });
  });

  it('is held to the end of its own life', async () => {
    const body = token({ exp: 100 });
    expect(await send(body, 100)).toMatchObject({ outcome: 'accepted' });
    expect(await send(body, 101)).toMatchObject({ reason: 'stale' });
  });

  it('may be longer than a header', async () => {
    expect(await send(token({ note: 'a'.repeat(20_000) }))).toMatchObject({ outcome: 'accepted' });
    expect(await judge(OPTIONS, { note: 'a'.repeat(20_000) })).toMatchObject({ reason: 'malformed-signature' });
  });

  it('is made of claims by what signs', async () => {
    const signed = await signRequest(provider, { secret: SECRET, body: '{"state":"ringing"}' });
    expect(await verify(signed, { provider, secrets: SECRET, now: () => 0 })).toMatchObject({ outcome: 'accepted' });
    const claims = Buffer.from(signed.body).toString().split('.')[1] ?? '';
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({ state: 'ringing' });
    for (const body of ['', '[]', '"a"', '{"a":1,"a":2}'])
      await expect(signRequest(provider, { secret: SECRET, body })).rejects.toMatchObject({ option: 'body' });
  });

  it.each([
    { prefix: 'Bearer ' },
    { body: { claim: 'hash', digest: 'sha256' } },
    { url: { claim: 'qsh', digest: 'sha256' }, publicUrl: 'https://example.com/' },
    { token: { body: 'part' } },
  ])('is refused at start-up with %o', (more) => {
    expect(() => jwt({ ...whole, ...more } as JwtOptions)).toThrow(
      expect.objectContaining({ code: 'invalid-provider', option: 'jwt.token' }),
    );
  });
});

describe('the query string hash', () => {
  const urls = { publicUrl: 'https://example.test/app/webhooks/issue', baseUrl: 'https://example.test/app' };
  const write = (target: string, method = 'post', other = urls) => writeCanonicalRequest(method, target, other);

  it.each([
    ['/app/webhooks/issue', 'POST&/webhooks/issue&'],
    ['/anything?b=2&a=1', 'POST&/webhooks/issue&a=1&b=2'],
    ['/?a=2&jwt=x.y.z&a=1', 'POST&/webhooks/issue&a=1,2'],
    ['/?a=b%20c&d=e+f&g=%2B*(~', 'POST&/webhooks/issue&a=b%20c&d=e%20f&g=%2B%2A%28~'],
    ['/?a', 'POST&/webhooks/issue&a='],
  ])('is over method, path and sorted query: %s', (target, canonical) => {
    expect(write(target)).toBe(canonical);
  });

  it('signs the root where nothing is below it, and reads no broken query', () => {
    expect(write('/', 'get', { ...urls, publicUrl: 'https://example.test/app/' })).toBe('GET&/&');
    expect(write('/?a=%zz')).toBeUndefined();
  });

  it('is refused at start-up under a base that the URL is not below', () => {
    expect(checkBaseUrl('', urls.publicUrl)).toBe('https://example.test');
    expect(checkBaseUrl(`${urls.baseUrl}/`, urls.publicUrl)).toBe(urls.baseUrl);
    for (const base of ['https://example.test/ap', 'https://other.test/app', 'app'])
      expect(() => checkBaseUrl(base, urls.publicUrl)).toThrow(
        expect.objectContaining({ code: 'invalid-option', option: 'baseUrl' }),
      );
  });

  it('refuses another query and another method than the signed', async () => {
    const options: JwtOptions = {
      ...OPTIONS,
      url: { claim: 'qsh', digest: 'sha256', below: urls.baseUrl },
      publicUrl: urls.publicUrl,
    };
    const qsh = createHash('sha256').update('POST&/webhooks/issue&a=1').digest('hex');
    expect(await judge(options, { qsh }, '/?a=1')).toMatchObject({ outcome: 'accepted' });
    expect(await judge(options, { qsh }, '/?a=2')).toMatchObject({ reason: 'bad-signature' });
    expect(await judge(options, {}, '/?a=1')).toMatchObject({ reason: 'bad-signature' });
    expect(await judge(options, { qsh }, '/?a=%zz')).toMatchObject({ reason: 'malformed-signature' });
  });
});
