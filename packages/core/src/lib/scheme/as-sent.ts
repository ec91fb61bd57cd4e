import type { Part } from '../crypto.ts';
import type { HeadReader } from './header-reader.ts';
import type { Proof } from './scheme.ts';

/** What a scheme that covers nothing keeps of the head: the query, which is all that a GET says. */
export function querySent({ url }: Pick<HeadReader, 'url'>): NonNullable<Proof['values']> {
  const start = url.indexOf('?');
  return { query: start < 0 ? '' : url.slice(start + 1) };
}

/** Where nothing is covered, nothing but what was sent tells two deliveries apart. The path is the endpoint's, and says nothing. */
export function materialSent({ values }: Proof, body: Uint8Array): readonly Part[] {
  return [values?.query ?? '', body];
}
