import type { Finding } from '../head.ts';
import { type BodyReader, readBody, readBodyPlace, readHeadPlace } from '../scheme/place.ts';
import { latin1Bytes } from '../scheme/strict-form.ts';
import type { Field } from '../types.ts';
import type { Unconfirmed } from './confirm.ts';
import type { Confirmation, NoticeValue } from './confirmation.ts';

/** The values of a notice, by name. */
export type NoticeValues = Readonly<Record<string, string>>;

/** No id of any vendor is longer, nor is a signature that the vendor checks itself, and each is part of a key of what is under way. */
const LONGEST_VALUE = 1024;

/**
 * Reads what a delivery says of itself, and refuses what its provider could not have written.
 *
 * An id goes into the path of a request that carries our credentials: a `/`, a `?` or a `..` in it would choose another request. Patterns
 * are anchored here, so that data cannot forget it, and a value that stands in two places with two meanings is no value.
 */
export function readNotice(
  data: Pick<Confirmation, 'provider' | 'notice'>,
  delivery: Unconfirmed,
): { readonly values: NoticeValues & { readonly id: string } } | { readonly finding: Finding } {
  const body = readBody(delivery.authentic.body);
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(data.notice)) {
    const text = readValue(value, delivery, body);
    if (text === 'malformed')
      return refused(
        'malformed-id',
        `the notice’s ${name} is repeated, contradicts itself or is not what ${data.provider} sends`,
      );
    if (text !== undefined) values[name] = text.value;
    else if (value.optional !== true) return refused('missing-id', `the notice has no ${name}`);
  }
  const { id } = values;
  return id === undefined ? refused('missing-id', 'the notice has no id') : { values: { ...values, id } };
}

function refused(reason: Finding['reason'], detail: string): { readonly finding: Finding } {
  return { finding: { reason, detail } };
}

function readValue(
  { at, pattern, fold }: NoticeValue,
  delivery: Unconfirmed,
  body: BodyReader,
): { readonly value: string } | 'malformed' | undefined {
  const found = new Set<string>();
  for (const place of Array.isArray(at) ? (at as readonly Field[]) : [at as Field]) {
    const one = readField(place, delivery, body);
    if (one === 'malformed') return 'malformed';
    if (one !== undefined && one !== '') found.add(one);
  }
  const [text] = found;
  if (text === undefined) return undefined;
  if (found.size > 1 || text.length > LONGEST_VALUE || !wholly(pattern).test(text)) return 'malformed';
  return { value: fold === 'lower' ? text.toLowerCase() : fold === 'upper' ? text.toUpperCase() : text };
}

/** A field of the delivery as text; a JSON body is no form, and a form no JSON. */
export function readField(
  place: Field,
  { authentic }: Unconfirmed,
  body: BodyReader,
): string | 'malformed' | undefined {
  if ('json' in place && body.json() === undefined) return undefined;
  if ('form' in place && body.json() !== undefined) return undefined;
  const found =
    'form' in place || 'json' in place ? readBodyPlace(place, body) : readHeadPlace(place, authentic.head.headers);
  if (found === 'absent') return undefined;
  return found === 'malformed' ? 'malformed' : unicode(found.text);
}

/** Text of one byte a character as the text that was meant. */
export function unicode(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text : new TextDecoder().decode(latin1Bytes(text));
}

function wholly({ source, flags }: RegExp): RegExp {
  return new RegExp(`^(?:${source})$`, flags.replace(/[gmy]/g, ''));
}
