import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { github } from '../providers/github.ts';
import { slack } from '../providers/slack.ts';
import { stripe } from '../providers/stripe.ts';
import { sign } from './sign.ts';
import type { Capture, StandardSchema } from './types.ts';
import { assertVerified, createVerifier, type VerifyOptions, verify } from './verify.ts';

const SECRET = 'test-secret-for-unit-tests-only';
const NOW = 1_767_225_600;
const TEXT = '{"id":"evt_1","type":"charge.paid","amount":25.00}';
const BODY = new TextEncoder().encode(TEXT);
const provider = stripe();
const options: VerifyOptions = { provider, secrets: SECRET, now: () => NOW * 1000 };

async function capture(changes: Partial<Capture> = {}, timestamp = NOW): Promise<Capture> {
  const headers = await sign(provider, { secret: SECRET, body: BODY, timestamp });
  return { method: 'POST', url: '/', headers: Object.entries(headers), body: BODY, ...changes };
}

describe('verify', () => {
  it('accepts a genuine capture and hands on the very bytes', async () => {
    const verdict = await verify(await capture(), options);
    if (verdict.outcome !== 'accepted') throw new Error(`it was ${verdict.outcome}`);
    const { delivery } = verdict;
    expect(delivery.body).toBe(BODY);
    expect(delivery.text()).toBe(TEXT);
    expect(delivery.json()).toEqual({ id: 'evt_1', type: 'charge.paid', amount: 25 });
    expect(delivery).toMatchObject({
      provider: 'stripe',
      endpoint: 'stripe',
      id: 'evt_1',
      type: 'charge.paid',
      timestamp: NOW,
      secretId: 'secret-1',
      attempt: 1,
      previouslyStarted: false,
      covers: { body: true, timestamp: true, id: true, type: true },
    });
    expect(Object.isFrozen(delivery)).toBe(true);
    delivery.acknowledge();
    delivery.fail();
  });

  it.each([
    ['method-not-allowed', 405, { method: 'GET' }],
    ['missing-signature', 401, { headers: [] }],
    ['malformed-signature', 401, { headers: [['stripe-signature', 'x']] }],
    ['bad-signature', 401, { body: new TextEncoder().encode(TEXT.replace('25.00', '25.01')) }],
    ['bad-signature', 401, { body: new TextEncoder().encode(TEXT.replace('25.00', '25')) }],
    ['bad-signature', 401, { body: Uint8Array.of(0xef, 0xbb, 0xbf, ...BODY) }],
    ['bad-signature', 401, { body: new Uint8Array() }],
  ] as [string, number, Partial<Capture>][])(
    'answers %s (%d) with a value, not a throw',
    async (reason, status, changes) => {
      expect(await verify(await capture(changes), options)).toEqual({ outcome: 'rejected', reason, status });
    },
  );

  it('refuses a time outside the window on either side', async () => {
    expect(await verify(await capture({}, NOW - 300), options)).toMatchObject({ outcome: 'accepted' });
    expect(await verify(await capture({}, NOW + 300), options)).toMatchObject({ outcome: 'accepted' });
    expect(await verify(await capture({}, NOW - 301), options)).toMatchObject({ reason: 'stale', status: 401 });
    expect(await verify(await capture({}, NOW + 301), options)).toMatchObject({ reason: 'future', status: 401 });
    expect(
      await verify(await capture({}, NOW - 301), { ...options, toleranceSeconds: { past: 301, future: 1 } }),
    ).toMatchObject({ outcome: 'accepted' });
  });

  it('refuses a body over the limit before it hashes it', async () => {
    expect(await verify(await capture(), { ...options, maxBodyBytes: BODY.byteLength - 1 })).toMatchObject({
      reason: 'body-too-large',
      status: 413,
    });
    expect(await verify(await capture(), { ...options, maxBodyBytes: BODY.byteLength })).toMatchObject({
      outcome: 'accepted',
    });
  });

  it('takes the moment of arrival for the clock where none is given, and the signed time on demand', async () => {
    const { now: _now, ...clockless } = options;
    const receivedAt = new Date((NOW + 10) * 1000);
    expect(await verify(await capture({ receivedAt }), clockless)).toMatchObject({ outcome: 'accepted' });
    expect(await verify(await capture({}, 1_000_000_000), clockless)).toMatchObject({ reason: 'stale' });
    expect(await verify(await capture({}, 1_000_000_000), { ...options, now: 'signed-time' })).toMatchObject({
      outcome: 'accepted',
    });
    expect(await verify(await capture({ receivedAt }, NOW), { ...options, now: new Date(0) })).toMatchObject({
      reason: 'future',
    });
  });

  it('parses no body that nobody reads, and parses one once', async () => {
    const parse = vi.spyOn(JSON, 'parse');
    try {
      const delivery = await assertVerified(await capture(), options);
      expect(parse).not.toHaveBeenCalled();
      expect([delivery.id, delivery.type, delivery.covers.id, delivery.json()]).toMatchObject([
        'evt_1',
        'charge.paid',
        true,
        {},
      ]);
      expect(parse).toHaveBeenCalledTimes(1);
    } finally {
      parse.mockRestore();
    }
  });

  it('counts secrets by the same moment', async () => {
    const secrets = [{ id: 'old', value: SECRET, notAfter: new Date((NOW - 1) * 1000) }];
    expect(await verify(await capture(), { ...options, secrets })).toMatchObject({ reason: 'secret-unavailable' });
  });

  it('accepts a repeat: replays are the claim store’s part', async () => {
    const verifier = createVerifier(options);
    const repeated = await capture();
    expect(await verifier(repeated)).toMatchObject({ outcome: 'accepted' });
    expect(await verifier(repeated)).toMatchObject({ outcome: 'accepted' });
  });

  it('infers the event from the schema, and refuses what does not fit', async () => {
    const schema: StandardSchema<{ readonly id: string }> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) =>
          typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
            ? { value: { id: value.id } }
            : { issues: [{ message: 'no id', path: ['id'] }] },
      },
    };
    const delivery = await assertVerified(await capture(), { ...options, schema });
    const id: string = delivery.event.id;
    expect(id).toBe('evt_1');
    const body = new TextEncoder().encode('{"id":7}');
    const headers = Object.entries(await sign(provider, { secret: SECRET, body, timestamp: NOW }));
    expect(await verify({ method: 'POST', url: '/', headers, body }, { ...options, schema })).toMatchObject({
      reason: 'invalid-payload',
      status: 503,
    });
  });

  it('says of a type in a header that it is not covered', async () => {
    const signed = await sign(github(), { secret: SECRET, body: BODY });
    const headers = Object.entries({ ...signed, 'X-GitHub-Event': 'push', 'X-GitHub-Delivery': 'b7d2' });
    const verdict = await verify(
      { method: 'POST', url: '/', headers, body: BODY },
      { provider: github(), secrets: SECRET },
    );
    expect(verdict).toMatchObject({
      delivery: {
        type: 'push',
        id: undefined,
        timestamp: undefined,
        covers: { body: true, timestamp: false, id: false, type: false },
      },
    });
  });

  it('shows no secret in anything it returns or throws', async () => {
    const shown: string[] = [];
    const show = (value: unknown) =>
      shown.push(inspect(value, { depth: 9, showHidden: true }), JSON.stringify(value) ?? '');
    show(await verify(await capture(), options));
    show(await verify(await capture({ body: new Uint8Array() }), options));
    show(createVerifier(options));
    await assertVerified(await capture({ headers: [] }), options).catch(show);
    await verify(await capture(), { ...options, secrets: [SECRET, `${SECRET}\n`] }).catch(show);
    await verify(await capture(), { ...options, secret: SECRET } as VerifyOptions).catch(show);
    expect(shown).toHaveLength(12);
    expect(shown.join('\n')).not.toContain(SECRET);
    // The scan itself sees a secret where there is one.
    show({ planted: { deep: SECRET } });
    expect(shown.join('\n')).toContain(SECRET);
  });
});

describe('assertVerified', () => {
  it('returns the delivery, or throws the reason without anything of the delivery', async () => {
    expect((await assertVerified(await capture(), options)).id).toBe('evt_1');
    const failing = assertVerified(await capture({ body: new TextEncoder().encode('other') }), options);
    await expect(failing).rejects.toMatchObject({
      name: 'VerificationError',
      code: 'bad-signature',
      message: 'The delivery is refused: bad-signature.',
    });
  });
});

describe('createVerifier', () => {
  it.each([NOW, NOW * 1000, '2026-01-01T00:00:00Z', 'signed', null, {}])(
    'refuses %o as a clock: it could be seconds or milliseconds',
    (now) => {
      expect(() => createVerifier({ ...options, now } as VerifyOptions)).toThrow(
        expect.objectContaining({ code: 'invalid-option', option: 'now' }),
      );
    },
  );

  it.each(['store', 'allow', 'endpoint', 'onVerdict', 'tolerance'])(
    'refuses the option %s, which it would not keep',
    (name) => {
      expect(() => createVerifier({ ...options, [name]: undefined } as VerifyOptions)).toThrow(
        expect.objectContaining({ code: 'unknown-option' }),
      );
    },
  );

  it('compiles once and reads no clock before a capture comes', () => {
    const now = vi.fn(() => 0);
    createVerifier({ provider: slack(), secrets: SECRET, now });
    expect(now).not.toHaveBeenCalled();
  });

  it('reads the clock once a capture', async () => {
    const now = vi.fn(() => NOW * 1000);
    await createVerifier({ ...options, now })(await capture());
    expect(now).toHaveBeenCalledTimes(1);
  });
});

describe('a schema that throws', () => {
  it('is a verdict, not a throw', async () => {
    const schema: StandardSchema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => {
          throw new Error('blew up');
        },
      },
    };
    const body = new TextEncoder().encode('{}');
    const headers = Object.entries(
      await sign(stripe(), { secret: 'test-secret-for-unit-tests-only', body, timestamp: 1_767_225_600 }),
    );
    const verdict = await verify(
      { method: 'POST', url: '/', headers, body },
      { provider: stripe(), secrets: 'test-secret-for-unit-tests-only', now: 'signed-time', schema },
    );
    expect(verdict).toMatchObject({ outcome: 'rejected', reason: 'invalid-payload' });
  });
});

it('refuses confirm, and says that it asks nobody', async () => {
  const asking = { ...options, confirm: {} } as VerifyOptions;
  await expect(verify(await capture(), asking)).rejects.toThrow(/options\.confirm: verify\(\).*asks nobody/);
});
