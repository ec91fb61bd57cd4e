import type { Reason } from './reasons.ts';
import { REASON_STATUS } from './reasons.ts';
import type { Answer, Provider } from './types.ts';

/** The titles of RFC 9110: they say no more than the status does. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** The status of a reason: the provider's own where its sender demands one. */
export function statusOf(reason: Reason, provider: Provider): number {
  return provider.statuses[reason] ?? REASON_STATUS[reason];
}

/**
 * What a refused caller is told: a status and an opaque id, in the form of RFC 9457.
 *
 * Never the reason, the expected value or which secret nearly matched: each of them helps only who is guessing.
 * The id stands in the record too, so that an honest sender's support can be helped.
 */
export function refusalAnswer(
  status: number,
  instance: string,
  extra: { readonly allow?: readonly string[] | undefined; readonly retryAfter?: number | undefined },
): Answer {
  const body = JSON.stringify({ title: TITLES[status] ?? 'Refused', status, instance: `urn:uuid:${instance}` });
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(extra.allow === undefined ? {} : { allow: extra.allow.join(', ') }),
      ...(extra.retryAfter === undefined ? {} : { 'retry-after': String(extra.retryAfter) }),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
    body,
  };
}

/**
 * Seconds to wait before another try: `least` and up to half as much again, so that the deliveries of one outage do not all come back at once.
 */
export function jittered(least: number): number {
  const seconds = Math.max(1, Math.ceil(least));
  return seconds + Math.floor(Math.random() * (Math.ceil(seconds / 2) + 1));
}

/** True for a status that settles a run as done: 2xx. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}
