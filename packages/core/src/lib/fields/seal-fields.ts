import { ConfigurationError } from '../errors.ts';
import { FieldError } from './field-error.ts';
import { readSealingKey, type SealingKey } from './keys.ts';
import { type OpeningKeys, openOne, paddingOf, readOpeningKeys, type SealOptions, sealOne } from './seal.ts';

/**
 * Seals some fields of a payload and leaves the rest as it is: `await sealFields(body, ['transactionPin', 'answers.0.text'], key)`.
 *
 * A path that leads nowhere is an error and not passed over: a misspelt one would send the secret as it stands. The payload given is not changed.
 *
 * @param payload an object or a list, as `JSON.stringify` takes it
 * @param paths keys joined by full stops; an index of a list is a key
 * @param key base64 of the DER, PEM or a JWK, or what `readSealingKey` returned
 * @returns a copy, in which base64 stands at each path
 * @throws FieldError `missing-field`, `not-text` or `value-too-long`, with the path; nothing of the payload is in it
 * @throws ConfigurationError as `seal` does, and for no path, an empty key in one, and one that is there twice
 */
export async function sealFields<Payload extends object>(
  payload: Payload,
  paths: readonly string[],
  key: string | SealingKey,
  options: SealOptions = {},
): Promise<Payload> {
  const read = readSealingKey(key);
  const oaep = paddingOf(options, 'sealFields');
  return replaceFields(payload, paths, (value, path) => sealOne(value, read, oaep, path));
}

/**
 * Opens some fields of a payload: what `sealFields` made, where the private key is.
 *
 * @throws FieldError `missing-field`, or `not-opened` with the path
 * @throws ConfigurationError as `open` does, and for no path, an empty key in one, and one that is there twice
 */
export async function openFields<Payload extends object>(
  payload: Payload,
  paths: readonly string[],
  keys: OpeningKeys,
  options: SealOptions = {},
): Promise<Payload> {
  const read = readOpeningKeys(keys);
  const oaep = paddingOf(options, 'openFields');
  return replaceFields(payload, paths, (value, path) => openOne(value, read, oaep, path));
}

async function replaceFields<Payload extends object>(
  payload: Payload,
  paths: readonly string[],
  replace: (value: unknown, path: string) => Promise<string>,
): Promise<Payload> {
  refuseBadPaths(paths);
  let copy: unknown = payload;
  for (const path of paths) copy = await replaceAt(copy, path.split('.'), path, replace);
  return copy as Payload;
}

/** A copy in which the value at the path is another one. Only what lies on the path is copied. */
async function replaceAt(
  value: unknown,
  [key, ...rest]: readonly string[],
  path: string,
  replace: (value: unknown, path: string) => Promise<string>,
): Promise<unknown> {
  if (key === undefined) return replace(value, path);
  // Own members only: what stands in a prototype is nobody's payload.
  if (
    typeof value !== 'object' ||
    value === null ||
    !Object.hasOwn(value, key) ||
    (Array.isArray(value) && !isIndex(key))
  )
    throw new FieldError(
      'missing-field',
      path,
      'nothing stands there, so nothing would be sealed or opened. Look at the spelling.',
    );
  const child = await replaceAt((value as Record<string, unknown>)[key], rest, path, replace);
  // Defined, not assigned: a member called __proto__ stays one.
  const copy = Array.isArray(value) ? [...value] : { ...value };
  return Object.defineProperty(copy, key, { value: child, enumerable: true, writable: true, configurable: true });
}

function isIndex(key: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(key);
}

function refuseBadPaths(paths: readonly string[]): void {
  if (!Array.isArray(paths) || paths.length === 0)
    throw new ConfigurationError('missing-option', 'paths', 'name at least one field.');
  for (const [index, path] of paths.entries()) {
    if (typeof path !== 'string' || path.split('.').includes(''))
      throw new ConfigurationError('invalid-option', `paths[${index}]`, 'give keys joined by full stops: user.pin.');
    // Sealed twice, a field is opened once and still sealed.
    if (paths.indexOf(path) !== index)
      throw new ConfigurationError('invalid-option', `paths[${index}]`, 'this path is there twice.');
  }
}
