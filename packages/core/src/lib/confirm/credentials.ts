import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { isSource, readSource, refuseUnlikelySecret, type SecretSource } from '../secrets.ts';
import type { Environment } from './confirm.ts';
import type { Confirmation } from './confirmation.ts';
import type { Values } from './template.ts';

/** What proves us to the provider: the value itself, or `fromEnv('NAME')`. */
export type Credential = string | SecretSource;

/**
 * Checks the credentials now; those of `fromEnv` at the first delivery, where the host asks for that.
 *
 * @throws ConfigurationError for one that is missing, blank, padded, in quotes, a placeholder or of the other system, by its name
 */
export function prepareCredentials(
  credentials: unknown,
  { credentials: names, systems = {} }: Pick<Confirmation, 'credentials' | 'systems'>,
  environment: Environment,
  sourcesAtFirstDelivery: boolean,
): () => Values {
  refuseUnknownOptions(credentials, names, 'confirm');
  const given = credentials as Readonly<Record<string, unknown>>;
  for (const name of names) {
    if (given[name] === undefined)
      throw new ConfigurationError('missing-option', `confirm.${name}`, 'give this credential, as text or fromEnv(…).');
  }
  const read = () => {
    const values = names.map((name) => [name, readCredential(given[name], name)] as const);
    for (const [name, value] of values) refuseOtherSystem(value, name, systems[name], environment);
    return Object.freeze(Object.fromEntries(values));
  };
  let values = sourcesAtFirstDelivery && names.some((name) => isSource(given[name])) ? undefined : read();
  return () => {
    values ??= read();
    return values;
  };
}

function readCredential(credential: unknown, name: string): string {
  // Two credentials never count at once: of a rotation, the current one is sent.
  const entry = isSource(credential) ? readSource(credential, `confirm.${name}`)[0] : undefined;
  const value = entry === undefined ? credential : entry.value;
  const option = entry === undefined ? `confirm.${name}` : entry.id;
  if (typeof value !== 'string')
    throw new ConfigurationError('missing-secret', option, 'give the credential as text, or fromEnv(…).');
  refuseUnlikelySecret(value, option);
  return value;
}

/** One host serves both systems of some vendors, and the key alone decides: a guard of live payments must not ask about play money. */
function refuseOtherSystem(
  value: string,
  name: string,
  begins: { readonly live?: string; readonly sandbox?: string } | undefined,
  environment: Environment,
): void {
  const other = environment === 'live' ? begins?.sandbox : begins?.live;
  if (other !== undefined && value.startsWith(other))
    throw new ConfigurationError(
      'wrong-kind-secret',
      `confirm.${name}`,
      `this is a credential of the other system: give one of the ${environment} system, or change environment.`,
    );
}
