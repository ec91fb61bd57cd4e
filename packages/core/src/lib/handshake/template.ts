import { ConfigurationError } from '../errors.ts';
import type { Payload } from '../payload.ts';
import { readField } from '../payload.ts';
import { compileField } from '../scheme/field.ts';
import type { HeadReader } from '../scheme/header-reader.ts';
import { readHeadPlace } from '../scheme/place.ts';
import { latin1Bytes } from '../scheme/strict-form.ts';
import type { Field } from '../types.ts';

/** A value of an answer: as it is written here, or what stands at a place of the request, the first of several that holds something. */
export type TemplateValue = string | number | boolean | null | Field | readonly Field[];

/** The members of a JSON object, one by one. */
export type JsonTemplate = Readonly<Record<string, TemplateValue>>;

/** A request, as its fields are read for an answer: nothing of it need be signed. */
export interface Asked {
  readonly headers: HeadReader;
  readonly payload: Payload;
}

/** No vendor's reference or challenge is longer. What is, is not repeated to anybody. */
export const MOST_ECHOED = 512;

/** Checks a template and freezes it. @throws ConfigurationError `invalid-provider`, by the name of the member */
export function compileTemplate(template: unknown, option: string): JsonTemplate {
  if (typeof template !== 'object' || template === null || Array.isArray(template))
    throw invalid(option, 'give an object: each member a value, or where it stands in the delivery.');
  const compiled = Object.entries(template).map(([name, value]) => [name, compileValue(value, `${option}.${name}`)]);
  return Object.freeze(Object.fromEntries(compiled)) as JsonTemplate;
}

/** Checks one value. */
export function compileValue(value: TemplateValue, option: string): TemplateValue {
  if (value === null || ['string', 'boolean'].includes(typeof value)) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object') throw invalid(option, 'give text, a number, true, false, null, or a place.');
  if (!isList(value)) return compileField(value, option);
  if (value.length === 0) throw invalid(option, 'give at least one place.');
  return Object.freeze(value.map((field, index) => compileField(field, `${option}[${index}]`)));
}

/** Writes the JSON. Every value of the request is text, bounded, and escaped by the writer; a member whose place holds nothing is left out. */
export function writeJson(template: JsonTemplate, asked: Asked): string {
  const members = Object.entries(template).flatMap(([name, value]) => {
    const written = readValue(value, asked);
    return written === undefined ? [] : [[name, written] as const];
  });
  // fromEntries makes own properties, whatever they are called.
  return JSON.stringify(Object.fromEntries(members));
}

/** One value; `undefined` where its places hold nothing, or more than is repeated. */
export function readValue(value: TemplateValue, asked: Asked): string | number | boolean | null | undefined {
  if (typeof value !== 'object' || value === null) return value;
  for (const field of isList(value) ? value : [value]) {
    const text = readAsked(field, asked);
    if (text !== undefined && text.length <= MOST_ECHOED) return text;
  }
  return undefined;
}

/** The text at a place of a request; that of a query is decoded as UTF-8. A parameter or header that stands there twice has no value. */
export function readAsked(field: Field, { headers, payload }: Asked): string | undefined {
  if ('header' in field && headers.count(field.header) > 1) return undefined;
  return readField(field, headers.value, (name) => readQuery(name, headers), payload);
}

function readQuery(name: string, headers: HeadReader): string | undefined {
  const found = readHeadPlace({ query: name }, headers);
  if (typeof found === 'string') return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(latin1Bytes(found.text));
  } catch {
    return undefined;
  }
}

/** `Array.isArray` does not see read-only lists. */
function isList(value: object): value is readonly Field[] {
  return Array.isArray(value);
}

function invalid(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', option, message);
}
