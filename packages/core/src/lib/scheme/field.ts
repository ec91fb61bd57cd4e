import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import type { Field } from '../types.ts';

/**
 * Checks where a value stands, and brings header names to lower case.
 *
 * @throws ConfigurationError `invalid-provider` or `unknown-option`, by the name of the option
 */
export function compileField<F extends Field>(field: F, option: string, more: readonly string[] = []): F {
  refuseUnknownOptions(field, ['header', 'json', 'form', 'query', ...more], option);
  if ('header' in field && typeof field.header === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(field.header))
    return Object.freeze<F>({ ...field, header: field.header.toLowerCase() });
  if ('json' in field && typeof field.json === 'string' && /^[\w-]+(?:\.[\w-]+)*$/.test(field.json))
    return Object.freeze<F>({ ...field });
  const name: unknown = 'form' in field ? field.form : 'query' in field ? field.query : undefined;
  if (typeof name === 'string' && name !== '') return Object.freeze<F>({ ...field });
  throw new ConfigurationError(
    'invalid-provider',
    option,
    'give { header: "name" }, { json: "path.of.keys" }, { form: "name" } or { query: "name" }.',
  );
}
