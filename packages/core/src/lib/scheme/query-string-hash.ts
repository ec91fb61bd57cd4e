import { ConfigurationError } from '../errors.ts';
import { queryOf } from './place.ts';
import { checkPublicUrl } from './request-url.ts';
import { latin1Bytes, readStrictForm } from './strict-form.ts';

/**
 * The canonical request of Atlassian's query string hash: method, path and query with `&` between them. The path is that of the configured
 * URL, without the path of the base URL; the query is sorted, without the token itself, and values of one name are joined by commas.
 *
 * `undefined` where the query cannot be read in one way only.
 */
export function writeCanonicalRequest(
  method: string,
  target: string,
  urls: { readonly publicUrl: string; readonly baseUrl: string },
): string | undefined {
  const fields = readStrictForm(latin1Bytes(queryOf(target)));
  if (fields === undefined) return undefined;
  const values = new Map<string, string[]>();
  for (const [name, value] of fields)
    if (name !== 'jwt') values.set(encode(name), [...(values.get(encode(name)) ?? []), encode(value)]);
  const query = [...values.keys()].sort().map((name) => `${name}=${(values.get(name) ?? []).sort().join(',')}`);
  const path = pathOf(urls.publicUrl).slice(pathOf(urls.baseUrl).length);
  return `${method.toUpperCase()}&${path === '' ? '/' : path.replaceAll('&', '%26')}&${query.join('&')}`;
}

/** Checks that the webhook's URL is below the app's. @throws ConfigurationError for one that is not */
export function checkBaseUrl(baseUrl: string, publicUrl: string): string {
  const root = /^https?:\/\/[^/]*/.exec(publicUrl)?.[0] ?? '';
  const base = checkPublicUrl(baseUrl === '' ? root : baseUrl.replace(/\/$/, ''), 'baseUrl');
  if (publicUrl !== base && !publicUrl.startsWith(`${base}/`))
    throw new ConfigurationError('invalid-option', 'baseUrl', 'give a URL that publicUrl starts with.');
  return base;
}

/** The path without a slash at its end. */
function pathOf(url: string): string {
  return url
    .replace(/^https?:\/\/[^/?#]*/, '')
    .replace(/[?#].*$/, '')
    .replace(/\/$/, '');
}

/** Everything but letters, digits and `-._~` (RFC 3986), byte by byte. */
function encode(text: string): string {
  return text.replace(
    /[^A-Za-z0-9._~-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
