import { describe, expect, it } from 'vitest';
import type { Provider } from '../types.ts';
import { defineProvider, type ProviderData } from './define-provider.ts';
import { hmac } from './hmac.ts';
import { none } from './none.ts';

const BODY_ONLY = hmac({
  digest: 'sha256',
  encoding: 'hex',
  content: '{body}',
  signature: { header: 'x-signature', grammar: 'plain' },
});
const TIMED = hmac({
  digest: 'sha256',
  encoding: 'hex',
  content: '{id}.{timestamp}.{body}',
  signature: { header: 'x-signature', grammar: 'plain' },
  timestamp: { header: 'x-time' },
  id: { header: 'X-Id' },
});
const NO_BODY = hmac({
  digest: 'sha256',
  encoding: 'hex',
  content: '{id}',
  signature: { header: 'x-signature', grammar: 'plain' },
  id: { header: 'x-id' },
});

const define = (changes: object): Provider =>
  defineProvider({ name: 'acme', scheme: BODY_ONLY, ...changes } as ProviderData);

describe('defineProvider', () => {
  it.each(['', 'Acme', 'acme corp', 'acme_corp', '-acme', 'acme-', 'a--b', 'ácme', 'a/b', undefined, 7, null])(
    'refuses the name %o',
    (name) => {
      expect(() => define({ name })).toThrow(
        expect.objectContaining({ code: 'invalid-provider', option: 'provider.name' }),
      );
    },
  );

  it.each([undefined, null, {}, 'hmac', hmac])('refuses the scheme %o', (scheme) => {
    expect(() => define({ scheme })).toThrow(
      expect.objectContaining({ code: 'invalid-provider', option: 'provider.scheme' }),
    );
  });

  it.each([
    [{ tolerance: 300 }, 'unknown-option', 'provider.tolerance'],
    [{ maxBodySize: 1 }, 'unknown-option', 'provider.maxBodySize'],
    [{ maxBodyBytes: 0 }, 'invalid-limit', 'provider.maxBodyBytes'],
    [{ maxBodyBytes: '1mb' }, 'invalid-limit', 'provider.maxBodyBytes'],
    [{ retryHours: 0 }, 'invalid-limit', 'provider.retryHours'],
    [{ retryHours: 8761 }, 'invalid-limit', 'provider.retryHours'],
    [{ methods: ['PO ST'] }, 'invalid-provider', 'provider.methods'],
    [{ methods: [7] }, 'invalid-provider', 'provider.methods'],
    [{ methods: [] }, 'invalid-provider', 'provider.methods'],
    [{ methods: ['post'] }, 'invalid-provider', 'provider.methods'],
    [{ methods: 'POST' }, 'invalid-provider', 'provider.methods'],
    [
      { acknowledgement: { status: 200, contentType: 'text/plain; charset=“utf-8”' } },
      'invalid-provider',
      'provider.acknowledgement.contentType',
    ],
    [
      { acknowledgement: { status: 200, contentType: 'a\r\nx-injected: 1' } },
      'invalid-provider',
      'provider.acknowledgement.contentType',
    ],
    [{ acknowledgement: { status: 200, body: { ok: true } } }, 'invalid-provider', 'provider.acknowledgement.body'],
    [{ eventId: { header: 'x-id' } }, 'invalid-provider', 'provider.eventId'],
    [{ eventId: { json: '' } }, 'invalid-provider', 'provider.eventId'],
    [{ eventId: { json: 'a..b' } }, 'invalid-provider', 'provider.eventId'],
    [{ eventId: { json: '$.id' } }, 'invalid-provider', 'provider.eventId'],
    [{ eventId: {} }, 'invalid-provider', 'provider.eventId'],
    [{ eventId: 'id' }, 'invalid-option', 'provider.eventId'],
    [{ eventId: { path: 'id' } }, 'unknown-option', 'provider.eventId.path'],
    [{ eventType: { header: 'x type' } }, 'invalid-provider', 'provider.eventType'],
    [{ acknowledgement: { status: 199 } }, 'invalid-provider', 'provider.acknowledgement.status'],
    [{ acknowledgement: { status: 300 } }, 'invalid-provider', 'provider.acknowledgement.status'],
    [{ acknowledgement: { status: '200' } }, 'invalid-provider', 'provider.acknowledgement.status'],
    [{ acknowledgement: { status: 200, type: 'text/plain' } }, 'unknown-option', 'provider.acknowledgement.type'],
    [{ statuses: { forged: 401 } }, 'invalid-provider', 'provider.statuses.forged'],
    [{ statuses: { toString: 401 } }, 'invalid-provider', 'provider.statuses.toString'],
    [{ statuses: { stale: 200 } }, 'invalid-provider', 'provider.statuses.stale'],
    [{ statuses: { stale: 399 } }, 'invalid-provider', 'provider.statuses.stale'],
    [{ statuses: { stale: 600 } }, 'invalid-provider', 'provider.statuses.stale'],
    [{ statuses: { stale: Number.NaN } }, 'invalid-provider', 'provider.statuses.stale'],
  ])('refuses %o', (changes, code, option) => {
    expect(() => define(changes)).toThrow(expect.objectContaining({ code, option }));
  });

  it('refuses no data at all', () => {
    for (const data of [undefined, null, 'acme', []])
      expect(() => defineProvider(data as unknown as ProviderData)).toThrow(
        expect.objectContaining({ code: 'invalid-option', option: 'provider' }),
      );
  });

  it('refuses a tolerance where no time is signed, and its absence where one is', () => {
    const refusal = expect.objectContaining({ code: 'invalid-tolerance', option: 'toleranceSeconds' });
    expect(() => define({ toleranceSeconds: 300 })).toThrow(refusal);
    expect(() => define({ scheme: TIMED })).toThrow(refusal);
    for (const toleranceSeconds of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '300', 1.5])
      expect(() => define({ scheme: TIMED, toleranceSeconds })).toThrow(refusal);
    expect(define({ scheme: TIMED, toleranceSeconds: 60 }).tolerance).toEqual({ past: 60, future: 60 });
  });

  it('refuses an event id in a body or a header that is not signed', () => {
    const refusal = expect.objectContaining({ code: 'invalid-provider', option: 'provider.eventId' });
    expect(() => define({ scheme: NO_BODY, eventId: { json: 'id' } })).toThrow(refusal);
    expect(() => define({ scheme: TIMED, toleranceSeconds: 300, eventId: { header: 'x-delivery' } })).toThrow(refusal);
    expect(define({ scheme: TIMED, toleranceSeconds: 300, eventId: { header: 'X-ID' } }).eventId).toEqual({
      header: 'x-id',
    });
  });

  it('takes the signed id for the event id where the data names none', () => {
    expect(define({ scheme: TIMED, toleranceSeconds: 300 }).eventId).toEqual({ header: 'x-id' });
    expect(define({}).eventId).toBeUndefined();
  });

  it('has defaults: POST, 1 MiB, 72 hours, 200', () => {
    expect(define({})).toMatchObject({
      methods: ['POST'],
      maxBodyBytes: 1_048_576,
      retryHours: 72,
      acknowledgement: { status: 200 },
      statuses: {},
    });
  });

  it('freezes what it returns, and does not change when the data does', () => {
    const methods = ['POST'];
    const statuses = { stale: 410 };
    const acknowledgement = { status: 202, body: 'ok' };
    const provider = define({ methods, statuses, acknowledgement, eventType: { json: 'type' } });
    methods.push('GET');
    statuses.stale = 404;
    acknowledgement.status = 500;
    expect(provider).toMatchObject({ methods: ['POST'], statuses: { stale: 410 }, acknowledgement: { status: 202 } });
    for (const part of [provider, provider.methods, provider.statuses, provider.acknowledgement, provider.eventType])
      expect(Object.isFrozen(part)).toBe(true);
  });
});

describe('the addresses that a vendor publishes', () => {
  const scheme = none({});
  const addresses = { ranges: ['192.0.2.0/24'], asOf: '2026-11-27', source: 'https://acme.example/ips' };

  it('are frozen, ranges and hosts too', () => {
    const given = { ...addresses, ranges: [...addresses.ranges], hosts: ['out.acme.example'] };
    const kept = defineProvider({ name: 'acme', scheme, addresses: given }).addresses;
    given.ranges.push('0.0.0.0/0');
    given.hosts.push('evil.example');
    expect(kept).toEqual({ ...addresses, hosts: ['out.acme.example'] });
  });

  it('may be hosts or a list alone', () => {
    for (const instead of [{ hosts: ['out.acme.example'] }, { list: 'https://acme.example/ips.json' }])
      expect(() =>
        defineProvider({ name: 'acme', scheme, addresses: { ...addresses, ranges: [], ...instead } }),
      ).not.toThrow();
  });

  it.each([
    ['nothing at all', { ranges: [] }, 'provider.addresses.ranges'],
    ['every address', { ranges: ['192.0.2.0/24', '0.0.0.0/0'] }, 'provider.addresses.ranges[1]'],
    ['host bits', { ranges: ['192.0.2.1/24'] }, 'provider.addresses.ranges[0]'],
    ['no day', { asOf: 'yesterday' }, 'provider.addresses.asOf'],
    ['a day that there is not', { asOf: '2026-13-41' }, 'provider.addresses.asOf'],
    ['a name that nobody reads', { range: [] }, 'provider.addresses.range'],
  ])('are refused with %s', (_, wrong, option) => {
    expect(() =>
      defineProvider({ name: 'acme', scheme, addresses: { ...addresses, ...wrong } as typeof addresses }),
    ).toThrow(expect.objectContaining({ option }));
  });
});
