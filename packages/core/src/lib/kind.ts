import type { Reason } from './reasons.ts';

/**
 * What a verdict means to whoever watches: what to count, what to alarm on, whom to blame. The list is closed.
 *
 * - `genuine`: accepted.
 * - `handshake`: a question of the provider's, answered.
 * - `duplicate`: authentic, and finished before or in flight now.
 * - `forged`: not authentic: the signature or a part of it is missing, malformed, repeated or wrong.
 * - `stale`: authentic, and signed too long ago or too far ahead: a clock, a late retry, or a replay.
 * - `unconfirmed`: the provider, your order or the environment disagrees.
 * - `elsewhere`: from an address that is not allowed, or that a sender made unreadable; or not judged, in a flood of tenants that nobody knows.
 * - `misfit`: the method, or the body's size, time or completeness; or an authentic question that cannot be answered.
 * - `ours`: our own fault or trouble. Honest deliveries are being turned away.
 */
export type VerdictKind =
  | 'genuine'
  | 'handshake'
  | 'duplicate'
  | 'forged'
  | 'stale'
  | 'unconfirmed'
  | 'elsewhere'
  | 'misfit'
  | 'ours';

/** By type exhaustive: a new reason cannot go without a kind. */
const KIND_OF_REASON: Readonly<Record<Reason, Exclude<VerdictKind, 'genuine' | 'handshake'>>> = Object.freeze({
  'missing-signature': 'forged',
  'malformed-signature': 'forged',
  'bad-signature': 'forged',
  'unsupported-scheme': 'forged',
  'duplicate-header': 'forged',
  'missing-timestamp': 'forged',
  'malformed-timestamp': 'forged',
  'missing-id': 'forged',
  'malformed-id': 'forged',
  stale: 'stale',
  future: 'stale',
  unconfirmed: 'unconfirmed',
  'unknown-order': 'unconfirmed',
  'wrong-environment': 'unconfirmed',
  'source-not-allowed': 'elsewhere',
  'method-not-allowed': 'misfit',
  'body-timeout': 'misfit',
  'body-incomplete': 'misfit',
  'body-too-large': 'misfit',
  'in-flight': 'duplicate',
  misconfigured: 'ours',
  'secret-unavailable': 'ours',
  'store-unavailable': 'ours',
  'source-unknown': 'ours',
  'source-unavailable': 'ours',
  'confirm-unavailable': 'ours',
  overloaded: 'ours',
  draining: 'ours',
  'invalid-payload': 'ours',
  'handler-failed': 'ours',
  'handler-timeout': 'ours',
});

/**
 * The kind of a refusal. What was proven to be the provider's own is never called forged, whatever the reason: it would count against an
 * honest sender's address.
 */
export function kindOfRefusal(reason: Reason, proven: boolean): VerdictKind {
  const kind = KIND_OF_REASON[reason];
  return kind === 'forged' && proven ? 'misfit' : kind;
}
