import type { HeadReader } from './header-reader.ts';
import { queryOf } from './place.ts';
import { latin1Bytes, readStrictForm } from './strict-form.ts';
import type { ListItem } from './structured-field.ts';

/**
 * The value of a component (RFC 9421 §2): a header, or something derived from the request. `undefined` for one that is not there, stands
 * there twice, or is of a kind that is not read here.
 */
export function componentValue(
  { value: name, parameters }: ListItem,
  head: HeadReader,
  url: string,
): string | undefined {
  if (name === '@query-param') {
    const wanted = parameters.get('name');
    return parameters.size === 1 && typeof wanted === 'string' ? queryParameter(wanted, url) : undefined;
  }
  if (parameters.size > 0) return undefined;
  if (!name.startsWith('@'))
    return head.count(name) === 1 && name === name.toLowerCase() ? head.value(name) : undefined;
  if (name === '@method') return head.method;
  const [, scheme = '', authority = '', path = ''] = /^(https?):\/\/([^/?]+)([^?]*)/i.exec(url) ?? [];
  const query = queryOf(url);
  switch (scheme === '' ? '' : name) {
    case '@authority':
      return authorityOf(scheme, authority);
    case '@scheme':
      return scheme.toLowerCase();
    case '@target-uri':
      return url;
    case '@path':
      return path === '' ? '/' : path;
    case '@query':
      return `?${query}`;
    case '@request-target':
      return (path === '' ? '/' : path) + (query === '' ? '' : `?${query}`);
    default:
      return undefined;
  }
}

/** In lower case, without the scheme's own port and without a user. */
function authorityOf(scheme: string, authority: string): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  return host.replace(scheme.toLowerCase() === 'https' ? /:443$/ : /:80$/, '');
}

function queryParameter(name: string, url: string): string | undefined {
  const found = readStrictForm(latin1Bytes(queryOf(url)))?.filter(([one]) => one === name);
  const [field] = found ?? [];
  if (found?.length !== 1 || field === undefined) return undefined;
  return field[1].replace(
    /[^A-Za-z0-9*_.-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
