import { ConfigurationError } from '../errors.ts';
import type { Warn } from '../host.ts';
import { queryOf } from './place.ts';

/** Of a URL that is signed percent-decoded, the characters that are. */
const PUNCTUATION = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/i;

/**
 * The URL that the sender called: the configured one, with the query of this request. Never the Host header, which its sender writes.
 */
export function requestUrl(
  publicUrl: string,
  target: string,
  form: { readonly port?: 'added'; readonly quotes?: '%27'; readonly decoded?: true },
): string {
  const query = queryOf(target);
  const base = publicUrl.split('?', 1)[0] ?? '';
  const url = (form.port === undefined ? base : addPort(base)) + (query === '' ? '' : `?${query}`);
  const quoted = form.quotes === undefined ? url : url.replaceAll("'", form.quotes);
  return form.decoded ? quoted.replace(new RegExp(PUNCTUATION, 'gi'), (code) => decodeURIComponent(code)) : quoted;
}

/** The path of a URL, without its query. */
export function pathOf(publicUrl: string): string {
  return /^https?:\/\/[^/?]+([^?]*)/.exec(publicUrl)?.[1] || '/';
}

/** @throws ConfigurationError for what is no absolute URL */
export function checkPublicUrl(publicUrl: unknown, option: string): string {
  if (publicUrl === undefined)
    throw new ConfigurationError(
      'missing-option',
      option,
      'give the URL that the provider calls, exactly as it is configured there: it is signed.',
    );
  if (typeof publicUrl !== 'string' || !/^https?:\/\/[^\s/?#]+[^\s#]*$/.test(publicUrl))
    throw new ConfigurationError('invalid-option', option, 'give an absolute URL: https://example.com/webhooks.');
  return publicUrl;
}

/**
 * A URL that a provider calls without TLS shows its deliveries, and the signatures by which they could be repeated, to everybody on the way.
 * This machine's own is none of the network's business, and a sandbox may be what it is.
 *
 * @throws ConfigurationError where the receiver is said to be live; else it is a warning
 */
export function checkPlainUrl(
  publicUrl: string | undefined,
  { endpoint, environment, warn }: { endpoint: string; environment?: unknown; warn: Warn },
): void {
  if (publicUrl === undefined || environment === 'sandbox') return;
  if (/^https:|^http:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/?]|$)/.test(publicUrl)) return;
  const remedy = 'give the https: URL that the provider calls: over http: everybody on the way reads its deliveries.';
  if (environment === 'live') throw new ConfigurationError('invalid-option', 'publicUrl', remedy);
  warn('POSTERN_PLAIN_URL', `${endpoint}: publicUrl is no https: URL. For anything but a sandbox, ${remedy}`);
}

function addPort(url: string): string {
  return url.replace(/^(https?):\/\/([^/]*)/, (all, scheme: string, authority: string) =>
    /:\d+$/.test(authority) ? all : `${scheme}://${authority}:${scheme === 'https' ? 443 : 80}`,
  );
}
