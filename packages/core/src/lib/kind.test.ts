import { describe, expect, it } from 'vitest';
import { kindOfRefusal, type VerdictKind } from './kind.ts';
import { REASON_STATUS, type Reason } from './reasons.ts';

const REASONS: Readonly<Partial<Record<VerdictKind, readonly Reason[]>>> = {
  forged: [
    'missing-signature',
    'malformed-signature',
    'bad-signature',
    'unsupported-scheme',
    'duplicate-header',
    'missing-timestamp',
    'malformed-timestamp',
    'missing-id',
    'malformed-id',
  ],
  stale: ['stale', 'future'],
  unconfirmed: ['unconfirmed', 'unknown-order', 'wrong-environment'],
  elsewhere: ['source-not-allowed'],
  misfit: ['method-not-allowed', 'body-timeout', 'body-incomplete', 'body-too-large'],
  duplicate: ['in-flight'],
  ours: [
    'misconfigured',
    'secret-unavailable',
    'store-unavailable',
    'source-unknown',
    'source-unavailable',
    'confirm-unavailable',
    'overloaded',
    'draining',
    'invalid-payload',
    'handler-failed',
    'handler-timeout',
  ],
};
const PAIRS = Object.entries(REASONS).flatMap(([kind, reasons]) => reasons.map((reason) => [reason, kind] as const));

describe('the kind of a refusal', () => {
  it('is told for every reason there is', () => {
    expect(PAIRS.map(([reason]) => reason).sort()).toEqual(Object.keys(REASON_STATUS).sort());
  });

  it.each(PAIRS)('for %s is %s', (reason, kind) => expect(kindOfRefusal(reason, false)).toBe(kind));

  it.each(PAIRS)('for %s of a proven delivery is never forged', (reason, kind) => {
    expect(kindOfRefusal(reason, true)).toBe(kind === 'forged' ? 'misfit' : kind);
  });
});
