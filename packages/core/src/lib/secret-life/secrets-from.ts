import { sha256 } from '../crypto.ts';
import { ConfigurationError, errorKind } from '../errors.ts';
import type { Warn } from '../host.ts';
import { hush } from '../hush.ts';
import { optionalFunction, positiveInteger, refuseUnknownOptions } from '../options.ts';
import { encode } from '../scheme/encoding.ts';
import type { Scheme } from '../scheme/scheme.ts';
import { type CompiledSecret, compileSecrets, type Secrets } from '../secrets.ts';
import type { RequestHead } from '../types.ts';
import { createHeadReads, openHead, type SecretsHead } from './head-reads.ts';
import { createSecretCache, type Served, type Unserved } from './secret-cache.ts';

/**
 * Finds the secrets that one delivery may be signed with, by its head, which nobody has verified yet: in a vault, in a table of tenants.
 *
 * `undefined` or an empty list says that there is no such tenant: the delivery is refused as a forgery is. What it throws says that it
 * cannot tell. What it answers may depend on the head and on nothing else of the request.
 */
export type SecretsResolver = (head: SecretsHead) => SecretsAnswer | Promise<SecretsAnswer>;

/** What a function that finds secrets answers: secrets, or nothing where there is no such tenant. */
export type SecretsAnswer = Secrets | undefined | null;

/** Options of `secretsFrom`. */
export interface SecretsFromOptions {
  /**
   * Reads the tenant from the head: a name of 1 to 128 letters, digits and `. _ - : /`; anything else is no tenant, and nobody is asked.
   * Return one spelling for each tenant (lower-case it where case does not count): an event is claimed under this name, so it could run once
   * for each spelling.
   * Answers are then kept by it alone, the function gets it as its second argument, and an answer that holds a secret of another tenant
   * is not used. Default: answers are kept by what the function looks at in the head.
   */
  readonly tenant?: ((head: SecretsHead) => string | undefined) | undefined;
  /** For how long an answer is used without asking again, whole seconds. Default 60. With 1, a secret that was removed is refused a second later. */
  readonly freshSeconds?: number | undefined;
  /** The oldest answer that is used while no new one can be had, whole seconds, at least `freshSeconds` and at most 86,400. Default 900, or `freshSeconds` if that is more. */
  readonly staleSeconds?: number | undefined;
  /** How long the function may take, milliseconds. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** The most answers that are kept, each with up to eight secrets. Default 10,000. */
  readonly maxEntries?: number | undefined;
}

/** Secrets that are found delivery by delivery: what `secretsFrom` returns. It shows none of them. */
export interface SecretFinder {
  /** Forgets every answer now: a secret that was removed is refused from here on. Whose answers are needed is asked for again. */
  invalidate(): void;
  /** For receivers: their own memory of its answers. */
  open(means: FinderMeans): FindSecrets;
}

/** What a receiver gives to a finder. */
export interface FinderMeans {
  readonly scheme: Scheme;
  readonly clock: () => number;
  readonly warn: Warn;
  readonly onAnswer?: ((before: FoundSecrets | undefined, after: FoundSecrets) => void) | undefined;
}

/** What a finder answered, imported. */
export interface FoundSecrets {
  /** None: there is no such tenant. */
  readonly secrets: readonly CompiledSecret[];
  /** A digest of each value, so that values can be compared. */
  readonly printOf: (secret: CompiledSecret) => string | undefined;
}

/** Finds what is known for one head. It never rejects. */
export type FindSecrets = (head: RequestHead) => Promise<Served<FoundSecrets> | Unserved>;

const NONE: FoundSecrets = { secrets: [], printOf: () => undefined };

/**
 * Makes `secrets` of a function that finds them delivery by delivery, and says for how long its answers count. A plain function as `secrets`
 * is `secretsFrom(function)`.
 *
 * One question at a time for each tenant; an answer is fresh for `freshSeconds`, serves until `staleSeconds` while the function fails, and
 * never longer. Where nothing is known, the delivery is answered 503 `secret-unavailable`, and its sender tries again. When a signature does not match an answer that is older
 * than a second, the function is asked once more, so that a new secret counts from its first delivery on. Tenants under whom nothing genuine
 * came yet may cost a hundred questions at once and ten a second, all together.
 *
 * No timer, randomness or I/O happens here.
 *
 * @throws ConfigurationError for options that could not work
 */
export function secretsFrom(
  find: (head: SecretsHead, tenant: string) => SecretsAnswer | Promise<SecretsAnswer>,
  options: SecretsFromOptions & { readonly tenant: (head: SecretsHead) => string | undefined },
): SecretFinder;
export function secretsFrom(find: SecretsResolver, options?: SecretsFromOptions): SecretFinder;
export function secretsFrom(
  find: (head: SecretsHead, tenant: string) => SecretsAnswer | Promise<SecretsAnswer>,
  options: SecretsFromOptions = {},
): SecretFinder {
  if (typeof find !== 'function')
    throw new ConfigurationError('invalid-option', 'secretsFrom', 'give a function that finds secrets by the head.');
  refuseUnknownOptions(options, ['tenant', 'freshSeconds', 'staleSeconds', 'timeoutMs', 'maxEntries'], 'secretsFrom');
  const { tenant: readTenant } = options;
  optionalFunction(readTenant, 'secretsFrom.tenant');
  const limit = (
    name: 'freshSeconds' | 'staleSeconds' | 'timeoutMs' | 'maxEntries',
    ...rest: [string, number, number]
  ) => positiveInteger(options[name], `secretsFrom.${name}`, ...rest);
  const freshSeconds = limit('freshSeconds', 'seconds', 60, 86_400);
  const staleSeconds = limit('staleSeconds', 'seconds', Math.max(900, freshSeconds), 86_400);
  if (staleSeconds < freshSeconds)
    throw new ConfigurationError(
      'invalid-limit',
      'secretsFrom.staleSeconds',
      `give at least freshSeconds, ${freshSeconds}: it is the age at which an answer dies.`,
    );
  const timeoutMs = limit('timeoutMs', 'milliseconds', 5_000, 2_147_483_647);
  const maxEntries = limit('maxEntries', 'entries', 10_000, 1_000_000);
  let generation = 0;

  return Object.freeze<SecretFinder>({
    invalidate: () => void generation++,
    open({ scheme, clock, warn, onAnswer }) {
      const reads = createHeadReads();
      const tenants = new WeakMap<RequestHead, string>();
      const recall = createSecretCache<FoundSecrets>({
        clock,
        freshMs: freshSeconds * 1000,
        staleMs: staleSeconds * 1000,
        timeoutMs,
        maxEntries,
        generation: () => generation,
        keys: () => reads.size,
        keyOf: readTenant === undefined ? reads.keyOf : (head) => tenants.get(head),
        async ask(head) {
          const tenant = tenants.get(head);
          const seen = readTenant === undefined ? reads.open(head) : openHead(head);
          return importAnswer(await find(seen, tenant as string), tenant, scheme, warn);
        },
        isNone: ({ secrets }) => secrets.length === 0,
        onAnswer: (before, after) => onAnswer?.(before, after),
        onFailure: (error) =>
          warn(
            'POSTERN_SECRETS',
            `the function that finds secrets failed (${errorKind(error)}). What it answered before serves until it is ${staleSeconds} s old; then deliveries get 503.`,
            'secrets-that-change',
          ),
      });
      if (readTenant === undefined) return recall;
      return async (head) => {
        try {
          const tenant = tenantOf(readTenant, head);
          if (tenant === undefined) return NOBODY;
          tenants.set(head, tenant);
        } catch (error) {
          return { detail: 'secretsFrom.tenant failed', error };
        }
        return recall(head);
      };
    },
  });
}

const NOBODY: Served<FoundSecrets> = {
  found: NONE,
  stands: () => true,
  proven: () => undefined,
  again: async () => undefined,
};

/** @throws what it throws, and for a promise: taken for no name, it would turn everybody away as a forger */
function tenantOf(readTenant: (head: SecretsHead) => unknown, head: RequestHead): string | undefined {
  const tenant = readTenant(openHead(head));
  if (hush(tenant)) throw new Error('secretsFrom.tenant must return a name, and not a promise of one.');
  return typeof tenant === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/.test(tenant) ? tenant : undefined;
}

/** @throws for what is no list of secrets, or one of another tenant: that is trouble of the vault's, and no reason to call a delivery forged */
async function importAnswer(
  answer: unknown,
  tenant: string | undefined,
  scheme: Scheme,
  warn: Warn,
): Promise<FoundSecrets> {
  if (answer === undefined || answer === null || (Array.isArray(answer) && answer.length === 0)) return NONE;
  const values: string[] = [];
  const compiled = compileSecrets(answer, scheme, warn, (_, value) => values.push(value));
  if (tenant !== undefined && compiled.some((secret) => secret.tenant !== undefined && secret.tenant !== tenant))
    throw new Error('The function that finds secrets gave one of another tenant.');
  const secrets = compiled.map((secret) => Object.freeze({ ...secret, tenant: tenant ?? secret.tenant }));
  const prints = await Promise.all(values.map(printOf));
  return { secrets, printOf: (secret) => prints[secrets.findIndex(({ id }) => id === secret.id)] };
}

/** By this values are compared: nobody keeps them for that. */
export async function printOf(value: string): Promise<string> {
  return encode(await sha256([new TextEncoder().encode(`postern:${value}`)]), 'hex');
}

/** True for what `secretsFrom` returns. */
export function isSecretFinder(secrets: unknown): secrets is SecretFinder {
  return typeof secrets === 'object' && secrets !== null && 'open' in secrets && typeof secrets.open === 'function';
}
