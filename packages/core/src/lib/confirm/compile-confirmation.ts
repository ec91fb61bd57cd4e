import { ConfigurationError } from '../errors.ts';
import { compilePlace } from '../scheme/place.ts';
import type { Field } from '../types.ts';
import type { Confirmation, NoticeValue } from './confirmation.ts';

const TIMES = ['isoTime', 'offsetTime', 'compactTime', 'unixTime'];

/**
 * Checks the data of a confirmation, and brings header names to lower case.
 *
 * @throws ConfigurationError `invalid-provider`, by the name of the field
 */
export function compileConfirmation(data: Confirmation): Confirmation {
  for (const environment of ['live', 'sandbox'] as const) {
    refuseBase(data.base[environment], `base.${environment}`);
    if (data.token?.base !== undefined) refuseBase(data.token.base[environment], `token.base.${environment}`);
  }
  const notice = compileNotice(data.notice);
  const always = Object.entries(notice).filter(([, { optional }]) => optional !== true);
  const known = [...always.map(([name]) => name), ...data.credentials, ...TIMES];
  const { token } = data;
  if (token !== undefined) refuseUnknownNames(token, [...known, ...derivedNames(data)], 'token');
  const all = [...known, ...(token === undefined ? [] : ['token'])];
  for (const [index, [name, how]] of Object.entries(data.derived ?? {}).entries())
    refuseUnknownNames(how, [...all, ...derivedNames(data).slice(0, index)], `derived.${name}`);
  // `{body}` is the delivery's own JSON.
  refuseUnknownNames(data.lookup, [...all, ...derivedNames(data), 'body'], 'lookup');
  refuseUnknownNames(data.answer.own, data.credentials, 'answer.own');
  return Object.freeze<Confirmation>({ ...data, notice });
}

/** Checks what is read from a delivery. @throws ConfigurationError `invalid-provider`, by the name of the value */
export function compileNotice(notice: Confirmation['notice']): Confirmation['notice'] {
  const compiled: Record<string, NoticeValue> = {};
  for (const [name, value] of Object.entries(notice)) {
    const option = `notice.${name}`;
    if (typeof value !== 'object' || value === null || !(value.pattern instanceof RegExp))
      throw invalid(option, 'give { at, pattern }: where it stands, and what the whole value looks like.');
    const places = (Array.isArray(value.at) ? value.at : [value.at]) as readonly Field[];
    if (places.length === 0) throw invalid(option, 'give at least one place.');
    compiled[name] = Object.freeze({ ...value, at: Object.freeze(places.map((place) => compilePlace(place, option))) });
  }
  const { id } = compiled;
  if (id === undefined || id.optional === true) throw invalid('notice.id', 'every delivery must name its payment.');
  return Object.freeze({ ...compiled, id });
}

function refuseBase(base: unknown, option: string): void {
  // Whatever is put after it, the host stays the one that is written here.
  if (typeof base !== 'string' || !/^https:\/\/(?:[a-z0-9-]+\.)+[a-z]{2,}(?:\/[\w.~-]+)*$/.test(base))
    throw invalid(option, 'give https, a host name and perhaps a path: no port, no slash at the end.');
}

function derivedNames({ derived = {} }: Confirmation): readonly string[] {
  return Object.keys(derived);
}

function refuseUnknownNames(templates: unknown, known: readonly string[], option: string): void {
  for (const [, name = ''] of (JSON.stringify(templates) ?? '').matchAll(/\{(\w+)\}/g))
    if (!known.includes(name))
      throw invalid(option, `nothing is always called {${name}} here. Known: ${known.join(', ')}.`);
}

function invalid(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', `confirmation.${option}`, message);
}
