import { ConfigurationError } from '../errors.ts';
import type { Finding } from '../head.ts';
import { refuseUnknownOptions } from '../options.ts';
import { createOutbound } from '../outbound/client.ts';
import type { Outbound } from '../outbound/request.ts';
import { readTarget } from '../outbound/target.ts';
import { type Place, readBody, readBodyPlace } from '../scheme/place.ts';

type BodyPlace = Exclude<Place, { readonly header: string } | { readonly query: string }>;

/** Deliveries that ask whether they are wanted, and are answered by visiting a URL in them, as data. */
export interface ConfirmByUrlOptions {
  /** What tells them from events. */
  readonly when: BodyPlace & { readonly value: string };
  /** Where the URL stands. It must be signed. */
  readonly url: BodyPlace;
  /** The hosts that it may name; a `*` stands for exactly one label. */
  readonly hosts: readonly string[];
  /** What its path and query must be, from beginning to end. */
  readonly path: RegExp;
}

/** How a receiver confirms subscriptions of its provider. */
export interface SubscriptionConfirmer {
  /** True for a delivery that asks for it. */
  isAsked(body: Uint8Array): boolean;
  /** Visits the URL of a genuine delivery; resolves to why it was not confirmed, or to nothing. Never rejects. */
  confirm(body: Uint8Array): Promise<Finding | undefined>;
}

/** The part of a provider that confirms subscriptions: made by `confirmByUrl`. */
export interface Subscription {
  open(outbound: Outbound | undefined): SubscriptionConfirmer;
}

/** The deadline of the visit, milliseconds, and the longest answer, bytes: nobody reads it. */
const TIMEOUT_MS = 5000;
const MOST_BYTES = 65_536;

/**
 * Confirms a subscription by visiting the URL in the delivery: after its signature was found right and its claim was had, so that a replay of
 * it visits nothing, and only where host and path are those of the vendor's own confirmation.
 *
 * @throws ConfigurationError `invalid-provider` for hosts or a path that pin nothing
 */
export function confirmByUrl(options: ConfirmByUrlOptions): Subscription {
  refuseUnknownOptions(options, ['when', 'url', 'hosts', 'path'], 'confirmByUrl');
  const { when, url, hosts, path } = options;
  if (hosts.length === 0 || !path.source.startsWith('^') || !path.source.endsWith('$') || path.flags !== '')
    throw new ConfigurationError('invalid-provider', 'confirmByUrl', 'name the hosts, and pin the whole path: /^…$/.');
  return Object.freeze<Subscription>({
    open(given) {
      const outbound = given ?? createOutbound();
      return {
        isAsked: (body) => textAt(when, body) === when.value,
        async confirm(body) {
          const written = textAt(url, body);
          const target = readTarget(written, hosts);
          if (written === undefined || target === undefined || !path.test(target.path))
            return {
              reason: 'unconfirmed',
              detail: 'the URL that would confirm the subscription is none of the vendor’s',
            };
          const result = await outbound({ url: written, hosts, timeoutMs: TIMEOUT_MS, maxBytes: MOST_BYTES });
          if (result.ok && result.status === 200) return undefined;
          if (result.ok && result.status >= 400 && result.status < 500)
            return { reason: 'unconfirmed', detail: `the vendor takes the confirmation for none: ${result.status}` };
          return {
            reason: 'confirm-unavailable',
            detail: `the subscription could not be confirmed: ${result.ok ? result.status : result.failure}`,
            ...(!result.ok && result.error !== undefined ? { error: result.error } : {}),
          };
        },
      };
    },
  });
}

function textAt(place: BodyPlace, body: Uint8Array): string | undefined {
  const found = readBodyPlace(place, readBody(body));
  return typeof found === 'object' ? found.text : undefined;
}
