import { ConfigurationError } from '../errors.ts';
import { positiveInteger, refuseUnknownOptions } from '../options.ts';
import { createResolver } from '../outbound/client.ts';
import type { HostResolver } from '../outbound/request.ts';
import { allowlist } from './allowlist.ts';
import { keepRanges, type RangeAnswer, RangesError } from './kept-ranges.ts';
import { parseAddress } from './parse-address.ts';
import { compileKeeping, type KeepingOptions } from './ranges-from.ts';
import type { RangeMeans, RangeSource } from './sources.ts';

/** Options of `hostsFrom`. */
export interface HostsOptions extends Omit<KeepingOptions, 'fallback'> {
  /** Who is asked: a `Resolver` of `node:dns/promises`, or anything like it. Default: the system's DNS servers, on Node.js, Bun and Deno; needed elsewhere. */
  readonly resolver?: HostResolver | undefined;
  /** The age at which a name is looked up again at the latest, minutes. Default 60. Less where the answer's time to live is less, and never under one. */
  readonly refreshMinutes?: number | undefined;
}

/** More names than these no vendor publishes; each is two questions. */
const MOST_NAMES = 16;

const NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i;

/**
 * Addresses for `allow` that are looked up by name, of IPv4 and IPv6: for vendors that publish the names of the hosts they send from. `'provider'`
 * takes the names of the provider's data (PayFast, Adyen, Pipedrive).
 *
 * Nothing is looked up at construction. Each name is kept for itself, by the rules of `rangesFrom`: the first delivery waits, the last good answer
 * outlives names that are not found, empty answers and silence. An answer with a private or local address is none: whoever blocks a name by
 * answering `127.0.0.1` must not let in whatever runs beside the receiver, a proxy for one.
 *
 * The DNS is not signed: it stands beside the signature, as every allowlist does.
 *
 * @throws ConfigurationError for names or options that could not work, or where the runtime has no resolver and none is given
 */
export function hostsFrom(names: readonly string[] | 'provider', options: HostsOptions = {}): RangeSource {
  const known = ['resolver', 'refreshMinutes', 'warnAfterDays', 'timeoutMs', 'random'];
  refuseUnknownOptions(options, known, 'hostsFrom');
  if (names !== 'provider') checkNames(names);
  const given = options.resolver;
  if (given !== undefined && (typeof given?.resolve4 !== 'function' || typeof given.resolve6 !== 'function'))
    throw new ConfigurationError('invalid-option', 'hostsFrom.resolver', 'give a Resolver of node:dns/promises.');
  const open = given === undefined ? createResolver : () => given;
  if (open === undefined)
    throw new ConfigurationError(
      'missing-option',
      'hostsFrom.resolver',
      'this runtime has no resolver: give one with resolve4 and resolve6, which may ask over https.',
    );
  const keeping = compileKeeping(options, 'hostsFrom');
  const refreshMs = positiveInteger(options.refreshMinutes, 'hostsFrom.refreshMinutes', 'minutes', 60, 10_080) * 60_000;
  const own = names === 'provider' ? undefined : Object.freeze([...names]);
  return Object.freeze<RangeSource>({
    open(means) {
      let resolver: HostResolver | undefined;
      return (own ?? hostsOf(means)).map((host) =>
        keepRanges(
          () => {
            resolver ??= open();
            return lookUp(resolver, host, refreshMs);
          },
          { ...keeping(means), name: `the addresses of ${host}`, refreshMs },
        ),
      );
    },
  });
}

function checkNames(names: unknown): void {
  if (!Array.isArray(names) || names.length === 0 || names.length > MOST_NAMES)
    throw new ConfigurationError('invalid-option', 'hostsFrom', `give 1 to ${MOST_NAMES} host names, or 'provider'.`);
  for (const [index, name] of names.entries())
    if (typeof name !== 'string' || !NAME.test(name))
      throw new ConfigurationError(
        'invalid-option',
        `hostsFrom[${index}]`,
        'give a host name: no URL, no port, no address, no wildcard.',
      );
}

function hostsOf({ provider: { name, addresses }, option }: RangeMeans): readonly string[] {
  if (addresses?.hosts === undefined)
    throw new ConfigurationError(
      'invalid-option',
      option,
      `${name} publishes no host names that are known here${addresses === undefined ? '' : ": its ranges are 'provider' in allow"}.`,
    );
  return addresses.hosts;
}

/** Both families. A name of one family only is a name; one that cannot be asked for one of them is not known in full, and is no answer. */
async function lookUp(resolver: HostResolver, host: string, refreshMs: number): Promise<RangeAnswer> {
  const found = (
    await Promise.all([resolveOne(() => resolver.resolve4(host, TTL)), resolveOne(() => resolver.resolve6(host, TTL))])
  ).flat();
  if (found.length === 0) throw new RangesError('the name has no addresses');
  if (found.some(({ address }) => isOurs(address)))
    throw new RangesError('the DNS answered with a private or local address');
  const ttlMs = Math.min(...found.map(({ ttl }) => ttl)) * 1000;
  return {
    ranges: found.map(({ address }) => address),
    freshMs: Math.max(60_000, Math.min(refreshMs, Number.isFinite(ttlMs) ? ttlMs : refreshMs)),
  };
}

const TTL = { ttl: true } as const;

async function resolveOne(ask: () => Promise<readonly { readonly address: string; readonly ttl: number }[]>) {
  try {
    return await ask();
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    // The name is there, and has no address of this family.
    if (code === 'ENODATA') return [];
    throw new RangesError(`the DNS did not answer: ${/^E[A-Z]{2,20}$/.test(code) ? code : 'an error'}`);
  }
}

/** This network, loopback, private, carrier-grade NAT, link-local, unique local, multicast and broadcast. */
const OURS = allowlist([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  ...['224.0.0.0/4', '255.255.255.255', '::/127', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
]);

function isOurs(address: string): boolean {
  return parseAddress(address) === undefined || OURS.allows(address);
}
