import type { Reason } from '@postern/core';

/** What each reason asks of the operator who reads it. To the operator only: a caller is never told any of this. */
export const REMEDIES: Readonly<Record<Reason, string>> = {
  'missing-signature':
    'The signature header is not there. Was it captured, is it the right provider, and is a secret set in the sender’s dashboard?',
  'malformed-signature':
    'The signature header is not written as this provider writes it. Compare it with the provider’s page: a proxy may have changed it, or another format is in use (see --settings).',
  'bad-signature':
    'None of the secrets makes this signature over these bytes. Take the secret of this very endpoint and environment, and capture the body raw: re-serialised JSON, changed line ends or another charset are other bytes.',
  'unsupported-scheme':
    'The signature is of a version or kind that is not accepted here. Ask the provider for the current one; an older one is never a fallback.',
  'duplicate-header':
    'A header that is signed, or signs, came more than once, and which one counts would be anyone’s choice. Look for a proxy that adds headers.',
  'missing-timestamp': 'The signed time is not there. Was its header captured, and is it the right provider?',
  'malformed-timestamp':
    'The signed time is not plain decimal unix seconds. Compare it with the provider’s page; something on the way may have rewritten it.',
  stale:
    'It is genuine and too old for the clock it was judged by. For a stored capture add --now signed-time; if live deliveries say so, look at the clock and at queues on the way.',
  future:
    'It is genuine and ahead of the clock it was judged by. Set the receiver’s clock (NTP), or give the right --now.',
  'missing-id': 'The signed event id is not there. Was its header captured, and is it the right provider?',
  'malformed-id': 'The event id holds characters that an id cannot hold under this scheme. Look at what rewrote it.',
  unconfirmed:
    'The provider was asked and does not know of this event. Treat it as forged, and compare the environment.',
  'wrong-environment':
    'It belongs to another environment (sandbox or live) than this endpoint. Point that environment’s dashboard elsewhere.',
  'source-not-allowed':
    'The address is not in the allowlist. If it is the provider’s, add its range; behind a proxy, name the proxy.',
  'source-unknown': 'An allowlist is set and the address is not known. Tell the receiver how to learn it.',
  'source-unavailable':
    'The list of addresses that the allowlist asks for could not be got. Its record says why; the sender will try again.',
  'unknown-order': 'It speaks of an order that is not known here. Compare the environment and the order’s store.',
  'method-not-allowed':
    'The provider does not send with this method. Was the request captured whole? A browser or a monitor may have sent it.',
  'body-timeout': 'The body did not arrive in time. Look at the network on the way, or raise bodyTimeoutMs.',
  'body-incomplete': 'The connection ended before the whole body had come. The sender will try again.',
  'body-too-large': 'The body is over the limit. If the provider really sends so much, raise maxBodyBytes.',
  'in-flight': 'Another copy of this delivery is being handled. The sender will try again.',
  'store-unavailable': 'The claim store did not answer. Mend the store; the sender will try again.',
  'secret-unavailable': 'No secret is valid at that time. Look at notBefore and notAfter of the secrets.',
  'confirm-unavailable': 'The provider could not be asked. The sender will try again.',
  overloaded: 'Too many body bytes were held at once. Raise maxHeldBytes, or add a process.',
  'handler-failed': 'The handler failed; its error is in onSettled. The sender will try again.',
  'handler-timeout': 'The handler did not end in time. Acknowledge early, or raise handlerTimeoutMs.',
  draining: 'The process is shutting down. The sender will try again.',
  'invalid-payload': 'It is genuine and its body does not fit. Widen the schema, or tell the provider.',
  misconfigured: 'The receiver is set up wrongly. Its record says what to change.',
};
