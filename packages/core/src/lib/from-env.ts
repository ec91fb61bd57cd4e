import { ConfigurationError } from './errors.ts';
import type { SecretEntry, SecretSource } from './secrets.ts';

interface EnvironmentHost {
  process?: { env?: Record<string, string | undefined> };
}

/** Prefixes with which bundlers copy a variable into the code that browsers are sent. */
const CLIENT_SIDE = ['NEXT_PUBLIC_', 'VITE_', 'REACT_APP_', 'NUXT_PUBLIC_', 'PUBLIC_', 'EXPO_PUBLIC_', 'GATSBY_'];

/**
 * Takes the signing secret from an environment variable, and says which variable it is when it is missing, blank, padded or a placeholder.
 *
 * Nothing is read before a receiver is made, so importing a module stays free of the environment.
 * During a rotation, `previous` names the variable of the old secret; it may be unset or empty.
 *
 * @param name the variable's name, in capitals
 * @throws ConfigurationError when the variable's name says that browsers get it (`NEXT_PUBLIC_…`); the rest when the receiver is made
 */
export function fromEnv(name: string, options: { readonly previous?: string } = {}): SecretSource {
  const { previous } = options;
  for (const variable of previous === undefined ? [name] : [name, previous]) refuseClientSide(variable);
  return Object.freeze({
    read: (): readonly SecretEntry[] => {
      const value = readVariable(name);
      if (value === undefined) {
        throw new ConfigurationError(
          'missing-variable',
          name,
          `the environment variable ${name} is not set. Set it to the provider’s webhook signing secret. A .env file is not read by itself: start with node --env-file=.env, or load it before this.`,
        );
      }
      // An empty line in an .env file is how "no previous secret" is written; of the current one it is a mistake, named later.
      const old = previous === undefined ? undefined : readVariable(previous);
      return previous === undefined || old === undefined || old === ''
        ? [{ id: name, value }]
        : [
            { id: name, value },
            { id: previous, value: old },
          ];
    },
  });
}

function readVariable(name: string): string | undefined {
  return (globalThis as EnvironmentHost).process?.env?.[name];
}

function refuseClientSide(name: unknown): void {
  // Not echoed: what stands here in place of a name is often the secret itself.
  if (typeof name !== 'string' || !/^[A-Z_][A-Z0-9_]*$/.test(name)) {
    throw new ConfigurationError(
      'invalid-option',
      'fromEnv',
      'give the name of an environment variable, in capitals: WEBHOOK_SECRET. The secret itself goes into that variable.',
    );
  }
  const prefix = CLIENT_SIDE.find((start) => name.startsWith(start));
  if (prefix !== undefined)
    throw new ConfigurationError(
      'client-side-variable',
      name,
      `variables that start with ${prefix} are built into the code browsers get: name it without, and change the secret if it was ever deployed.`,
    );
}
