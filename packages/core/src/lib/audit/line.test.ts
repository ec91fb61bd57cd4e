import { describe, expect, it } from 'vitest';
import type { SettledRecord, VerdictRecord } from '../types.ts';
import { auditLine, LONGEST_LINE, lossLine } from './line.ts';

const AT = 1_767_225_600_000;
const VERDICT: VerdictRecord = {
  instance: '7f9c',
  at: AT,
  outcome: 'accepted',
  kind: 'genuine',
  status: 200,
  detail: 'marker-detail: what a stranger wrote',
  error: Object.assign(new TypeError('marker-message postgres://user:password@host'), { code: 'ECONNREFUSED' }),
  authentic: true,
  provider: 'acme',
  endpoint: 'orders',
  tenant: 'shop-1',
  method: 'MARKER-METHOD',
  peerAddress: '::ffff:203.0.113.77',
  secretId: 'A',
  eventId: 'evt_1',
  eventType: 'payment.paid',
  attempt: 1,
  claimed: true,
  bodyBytes: 20,
  skewSeconds: 1,
  durationMs: 3,
};
const SETTLED: SettledRecord = {
  instance: '7f9c',
  at: AT,
  provider: 'acme',
  endpoint: 'orders',
  attempt: 1,
  outcome: 'released',
  reason: 'handler-failed',
  error: new Error('marker-message'),
  durationMs: 4,
};

const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const read = (bytes: Uint8Array): Record<string, unknown> => JSON.parse(text(bytes));

describe('a line of the audit log', () => {
  it('holds of a verdict what is listed and nothing else', () => {
    const full = {
      ...VERDICT,
      enforced: false,
      clientAddress: '198.51.100.9',
      secret: 'marker-secret',
      body: 'marker',
    };
    expect(Object.entries(read(auditLine('verdict', full, 'network', 0)))).toEqual([
      ['audit', 'verdict'],
      ['at', '2026-01-01T00:00:00.000Z'],
      ['instance', '7f9c'],
      ['kind', 'genuine'],
      ['outcome', 'accepted'],
      ['status', 200],
      ['provider', 'acme'],
      ['endpoint', 'orders'],
      ['tenant', 'shop-1'],
      ['secretId', 'A'],
      ['eventId', 'evt_1'],
      ['eventType', 'payment.paid'],
      ['attempt', 1],
      ['authentic', true],
      ['claimed', true],
      ['bodyBytes', 20],
      ['skewSeconds', 1],
      ['durationMs', 3],
      ['enforced', false],
      ['error', 'TypeError ECONNREFUSED'],
      ['clientAddress', '198.51.100.0/24'],
    ]);
  });

  it('holds of a settled run and of a secret what is listed', () => {
    expect(read(auditLine('settled', SETTLED, 'full', 0))).toEqual({
      audit: 'settled',
      at: '2026-01-01T00:00:00.000Z',
      instance: '7f9c',
      outcome: 'released',
      reason: 'handler-failed',
      provider: 'acme',
      endpoint: 'orders',
      attempt: 1,
      error: 'Error',
      durationMs: 4,
    });
    const secret = { at: AT, provider: 'acme', endpoint: 'orders', secretId: 'A', change: 'removed', value: 'marker' };
    expect(read(auditLine('secret', secret, 'full', 0))).toEqual({
      audit: 'secret',
      at: '2026-01-01T00:00:00.000Z',
      provider: 'acme',
      endpoint: 'orders',
      secretId: 'A',
      change: 'removed',
    });
  });

  it.each([
    ['network', '203.0.113.0/24'],
    ['full', '203.0.113.77'],
    ['none', undefined],
  ] as const)('tells of the client’s address, with %s, %s', (detail, address) => {
    expect(read(auditLine('verdict', VERDICT, detail, 0)).clientAddress).toBe(address);
  });

  it('is one line whatever a sender wrote, and cannot be taken for two', () => {
    const evil = 'x"}\n{"audit":"verdict"}\r\u2028\u2029\u0085\u0000\u001b[2J\u202e\ud800';
    for (const name of ['eventId', 'eventType', 'tenant', 'secretId', 'endpoint', 'instance'] as const) {
      const line = text(auditLine('verdict', { ...VERDICT, [name]: evil }, 'full', 0));
      // Every kind of line end there is, and none within.
      expect(line.split(/[\n\r\u2028\u2029\u0085\v\f]/u)).toEqual([expect.stringMatching(/^\{.*\}$/u), '']);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}](?!$)/u);
      expect(JSON.parse(line)[name]).toBe(
        'x"}\\u000a{"audit":"verdict"}\\u000d\\u2028\\u2029\\u0085\\u0000\\u001b[2J\\u202e\\ud800',
      );
    }
  });

  it.each(['\u0000', '\\', '"', '€', '😀', 'a'])('of texts full of %j is never longer than 4 KiB', (character) => {
    const long = character.repeat(5000);
    const record = { ...VERDICT, eventId: long, eventType: long, tenant: long, secretId: long, endpoint: long };
    const line = auditLine('verdict', { ...record, provider: long, instance: long }, 'full', 0);
    expect(line.byteLength).toBeLessThanOrEqual(LONGEST_LINE);
    expect(read(line)).toMatchObject({ audit: 'verdict', kind: 'genuine' });
  });

  it('keeps an event id as the record has it, escapes and all', () => {
    const eventId = `${'\\u0000'.repeat(200)}…`;
    expect(read(auditLine('verdict', { ...VERDICT, eventId }, 'full', 0)).eventId).toBe(eventId);
  });

  it('has a time though the record’s clock gave none, and no number that is none', () => {
    const broken = { ...VERDICT, at: Number.NaN, durationMs: Number.POSITIVE_INFINITY, status: '200' as never };
    const line = read(auditLine('verdict', broken, 'full', AT));
    expect(line).toMatchObject({ at: '2026-01-01T00:00:00.000Z' });
    expect(line).not.toHaveProperty('durationMs');
    expect(line).not.toHaveProperty('status');
  });

  it('says how many records were lost', () => {
    expect(read(lossLine(7, AT))).toEqual({ audit: 'lost', at: '2026-01-01T00:00:00.000Z', count: 7 });
  });
});
