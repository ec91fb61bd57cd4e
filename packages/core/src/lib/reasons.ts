/** Why a delivery is refused. The list is closed; the README explains each with its remedy. */
export type Reason =
  | 'missing-signature'
  | 'malformed-signature'
  | 'bad-signature'
  | 'unsupported-scheme'
  | 'duplicate-header'
  | 'missing-timestamp'
  | 'malformed-timestamp'
  | 'stale'
  | 'future'
  | 'missing-id'
  | 'malformed-id'
  | 'unconfirmed'
  | 'wrong-environment'
  | 'source-not-allowed'
  | 'source-unknown'
  | 'source-unavailable'
  | 'unknown-order'
  | 'method-not-allowed'
  | 'body-timeout'
  | 'body-incomplete'
  | 'body-too-large'
  | 'in-flight'
  | 'store-unavailable'
  | 'secret-unavailable'
  | 'confirm-unavailable'
  | 'overloaded'
  | 'handler-failed'
  | 'handler-timeout'
  | 'draining'
  | 'invalid-payload'
  | 'misconfigured';

/**
 * The status of each reason. What the sender did wrong is 4xx; what is ours, or may pass, is 5xx: senders give up on a 4xx for good.
 */
export const REASON_STATUS: Readonly<Record<Reason, number>> = Object.freeze({
  'missing-signature': 401,
  'malformed-signature': 401,
  'bad-signature': 401,
  'unsupported-scheme': 401,
  'duplicate-header': 401,
  'missing-timestamp': 401,
  'malformed-timestamp': 401,
  stale: 401,
  future: 401,
  'missing-id': 401,
  'malformed-id': 401,
  unconfirmed: 401,
  'wrong-environment': 401,
  'source-not-allowed': 403,
  'source-unknown': 403,
  'source-unavailable': 503,
  'unknown-order': 404,
  'method-not-allowed': 405,
  'body-timeout': 408,
  'body-incomplete': 400,
  'body-too-large': 413,
  'in-flight': 503,
  'store-unavailable': 503,
  'secret-unavailable': 503,
  'confirm-unavailable': 503,
  overloaded: 503,
  'handler-failed': 503,
  'handler-timeout': 503,
  draining: 503,
  'invalid-payload': 503,
  misconfigured: 500,
});

/** True for a member of the closed list. */
export function isReason(text: string): text is Reason {
  return Object.hasOwn(REASON_STATUS, text);
}
