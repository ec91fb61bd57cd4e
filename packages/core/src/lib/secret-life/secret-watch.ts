import type { Warn } from '../host.ts';
import { hush } from '../hush.ts';
import { safeText } from '../redact.ts';
import type { CompiledSecret, KeepValue } from '../secrets.ts';
import { findAges } from './secret-ages.ts';
import { checkRegistry, type SecretRegistry } from './secret-registry.ts';
import { type FoundSecrets, printOf } from './secrets-from.ts';

/**
 * What can happen to a secret. `added`, `removed` and `replaced` (another value under the same id): the function of `secrets` answers something
 * else than before. `expiring`: `notAfter` is at most seven days ahead. `expired`: it has passed. `old-in-use`: it still signs deliveries
 * though a newer one does, too, or has been there for a day. `unused`: no delivery was signed with it for the provider's retry horizon, though
 * it is newer than one that was. `safe-to-remove`: a newer one signs deliveries, and it has signed none for the retry horizon. `shared`: another
 * endpoint or tenant has the same value.
 */
export type SecretChange =
  | 'added'
  | 'removed'
  | 'replaced'
  | 'expiring'
  | 'expired'
  | 'old-in-use'
  | 'unused'
  | 'safe-to-remove'
  | 'shared';

/** What happened to one secret: names and times, and never a value. */
export interface SecretRecord {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly provider: string;
  readonly endpoint: string;
  readonly tenant?: string | undefined;
  readonly secretId: string;
  readonly change: SecretChange;
  /** Until when it counts, milliseconds since 1970, where it has an end. */
  readonly notAfter?: number | undefined;
  /** When it last signed a delivery that came here, milliseconds since 1970. */
  readonly lastUsedAt?: number | undefined;
  /** For `shared`: who else has the value. */
  readonly sharedWith?: { readonly endpoint: string; readonly tenant?: string | undefined; readonly secretId: string };
}

/** How one secret was used, since this process began. */
export interface SecretUse {
  readonly id: string;
  readonly tenant?: string | undefined;
  /** Milliseconds since 1970; absent where nothing was signed with it yet. */
  readonly lastUsedAt?: number | undefined;
  /** Genuine deliveries that were signed with it, stale ones and repeats included. */
  readonly deliveries: number;
  /** Milliseconds since 1970; absent where it counts always, or for ever. */
  readonly notBefore?: number | undefined;
  readonly notAfter?: number | undefined;
}

/** What is remembered of one secret. */
export interface WatchedSecret {
  secret: CompiledSecret;
  /** Since when it is known here, milliseconds since 1970. */
  since: number;
  firstUsedAt?: number;
  lastUsedAt?: number;
  deliveries: number;
  /** When each change was last told. */
  readonly told: Map<SecretChange, number>;
}

/** Follows the secrets of one receiver. Everything is found out at deliveries: there is no timer. */
export interface SecretWatch {
  /** Says whose secrets these are; before the first delivery. */
  name(names: { readonly provider: string; readonly endpoint: string; readonly horizonMs: number }): void;
  /** Takes a value, to compare it with others at the first delivery. */
  readonly keepValue: KeepValue;
  /** A function found secrets anew. */
  readonly answered: (before: FoundSecrets | undefined, after: FoundSecrets) => void;
  /** A delivery was genuine under one of these. */
  used(
    match: { readonly secretId: string; readonly tenant: string | undefined },
    among: readonly CompiledSecret[],
    at: number,
  ): void;
  /** How each secret was used: those given first, and those that were found as they came. */
  report(given: readonly CompiledSecret[]): readonly SecretUse[];
}

/** Secrets that are followed; the longest unused goes. */
const MOST_WATCHED = 10_000;
const DAY_MS = 86_400_000;
/** Changes that go on are told once a day, the others once. */
const DAILY: readonly SecretChange[] = ['expiring', 'old-in-use'];

/** Begins to follow the secrets of a receiver. @throws ConfigurationError for what is no registry */
export function createSecretWatch(parts: {
  readonly hook: ((record: SecretRecord) => void) | undefined;
  readonly registry: SecretRegistry | undefined;
  readonly warn: Warn;
  readonly now: () => number;
}): SecretWatch {
  const { hook, warn, now } = parts;
  const registry = checkRegistry(parts.registry);
  const watched = new Map<string, WatchedSecret>();
  let names = { provider: '', endpoint: '', horizonMs: 0 };
  let waiting: { secret: CompiledSecret; value: string }[] = [];

  function tell(
    change: SecretChange,
    { id, tenant, notAfter }: CompiledSecret,
    at: number,
    { overdue = false, sharedWith }: { overdue?: boolean; sharedWith?: SecretRecord['sharedWith'] } = {},
  ): void {
    const secretId = safeText(id);
    const { provider, endpoint } = names;
    const lastUsedAt = watched.get(nameOf(id, tenant))?.lastUsedAt;
    const record = {
      at,
      provider,
      endpoint,
      tenant,
      secretId,
      change,
      notAfter: finite(notAfter),
      lastUsedAt,
      ...(sharedWith && { sharedWith }),
    };
    try {
      if (hook === undefined) {
        warnOf(record, overdue);
        return;
      }
      // It may be async though its type is not.
      hush(hook(record));
    } catch {
      warn('POSTERN_HOOK', 'onSecret threw an error. Deliveries are not affected; the record was lost.');
    }
  }

  /** What needs a person. The rest is for records. */
  function warnOf(
    { change, secretId, endpoint, tenant, notAfter, sharedWith, at }: SecretRecord,
    overdue: boolean,
  ): void {
    const whose =
      tenant === undefined
        ? `${endpoint}: the secret "${secretId}"`
        : `${endpoint}: the secret "${secretId}" of ${tenant}`;
    if (change === 'expiring')
      warn(
        'POSTERN_SECRET_EXPIRING',
        `${whose} counts until ${new Date(notAfter ?? at).toISOString()}. Give its successor before.`,
        ANCHOR,
      );
    else if (change === 'old-in-use' && overdue)
      warn(
        'POSTERN_OLD_SECRET',
        `${whose} still signs deliveries, and a newer one is there: finish the rotation at the sender.`,
        ANCHOR,
      );
    else if (change === 'shared')
      warn(
        'POSTERN_SHARED_SECRET',
        `${whose} has the same value as "${sharedWith?.secretId}" of ${sharedWith?.tenant ?? sharedWith?.endpoint}: who knows one can sign for both.`,
        ANCHOR,
      );
  }

  function note(secret: CompiledSecret, at: number): WatchedSecret {
    const name = nameOf(secret.id, secret.tenant);
    const one = watched.get(name) ?? { secret, since: at, deliveries: 0, told: new Map() };
    one.secret = secret;
    watched.delete(name);
    watched.set(name, one);
    const [oldest] = watched.keys();
    if (watched.size > MOST_WATCHED && oldest !== undefined) watched.delete(oldest);
    return one;
  }

  function noteValue(secret: CompiledSecret, print: string | undefined): void {
    if (print === undefined) return;
    const { provider, endpoint } = names;
    const holder = { provider, endpoint, tenant: secret.tenant, secretId: safeText(secret.id) };
    const other = registry.note(print, holder);
    if (other !== undefined)
      tell('shared', secret, now(), {
        sharedWith: { endpoint: other.endpoint, tenant: other.tenant, secretId: other.secretId },
      });
  }

  /** Digests may take a turn of the loop, and were not to be computed when the receiver was made. */
  async function noteWaiting(): Promise<void> {
    const values = waiting;
    waiting = [];
    for (const { secret, value } of values) noteValue(secret, await printOf(value));
  }

  return {
    name: (given) => {
      names = given;
    },
    keepValue: (secret, value) => void waiting.push({ secret, value }),
    answered(before, after) {
      const at = now();
      for (const secret of after.secrets) {
        note(secret, at);
        const old = before?.secrets.find((one) => isSame(one, secret));
        if (before !== undefined && old === undefined) tell('added', secret, at);
        else if (old !== undefined && before?.printOf(old) !== after.printOf(secret)) tell('replaced', secret, at);
        noteValue(secret, after.printOf(secret));
      }
      for (const secret of before?.secrets ?? []) {
        if (after.secrets.some((one) => isSame(one, secret))) continue;
        tell('removed', secret, at);
        watched.delete(nameOf(secret.id, secret.tenant));
      }
    },
    used({ secretId, tenant }, among, at) {
      if (waiting.length > 0) void noteWaiting();
      const group = among.filter((secret) => secret.tenant === tenant).map((secret) => note(secret, at));
      const match = group.find(({ secret }) => secret.id === secretId);
      // A key of the vendor's own.
      if (match === undefined) return;
      match.deliveries++;
      match.firstUsedAt ??= at;
      match.lastUsedAt = at;
      match.told.delete('safe-to-remove');
      for (const { change, one, overdue } of findAges(group, match, at, names.horizonMs)) {
        const last = one.told.get(change);
        if (last !== undefined && (!DAILY.includes(change) || Math.abs(at - last) < DAY_MS)) continue;
        one.told.set(change, at);
        tell(change, one.secret, at, overdue === undefined ? {} : { overdue });
      }
    },
    report(given) {
      const rest = [...watched.values()].map(({ secret }) => secret);
      const all = new Map([...given, ...rest].map((secret) => [nameOf(secret.id, secret.tenant), secret]));
      return [...all].map(([name, secret]) => {
        const { lastUsedAt, deliveries = 0 } = watched.get(name) ?? {};
        const { id, tenant } = secret;
        return Object.freeze({
          id: safeText(id),
          tenant,
          lastUsedAt,
          deliveries,
          notBefore: finite(secret.notBefore),
          notAfter: finite(secret.notAfter),
        });
      });
    },
  };
}

const ANCHOR = 'secrets-that-change';

function nameOf(id: string, tenant: string | undefined): string {
  return JSON.stringify([tenant ?? null, id]);
}

function isSame(one: CompiledSecret, other: CompiledSecret): boolean {
  return one.id === other.id && one.tenant === other.tenant;
}

function finite(time: number): number | undefined {
  return Number.isFinite(time) ? time : undefined;
}
