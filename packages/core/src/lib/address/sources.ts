import { ConfigurationError, isConfigurationError } from '../errors.ts';
import type { Outbound } from '../outbound/request.ts';
import type { Provider } from '../types.ts';
import { type Allowlist, allowlist } from './allowlist.ts';
import { isOutdated } from './outdated.ts';

/** Ranges that somebody else keeps up to date: what `rangesFrom` or `hostsFrom` of `@postern/core/outbound` made. */
export interface RangeSource {
  /** Makes what one receiver keeps of it, one list or several. Nothing is asked here. @throws ConfigurationError where it could never be asked */
  open(means: RangeMeans): readonly KeptRanges[];
}

/** What a source of ranges works with. */
export interface RangeMeans {
  /** The option that it stands in, as the user writes it: `allow[1]`. */
  readonly option: string;
  readonly provider: Provider;
  /** Default: a client of its own. */
  readonly outbound?: Outbound | undefined;
  /** Milliseconds that only go forward: ages are measured by it. */
  readonly clock: () => number;
  /** Tells the operator that a list has not been refreshed for long. */
  readonly warn: (message: string) => void;
}

/** One list of ranges, as one receiver keeps it: the last good one. */
export interface KeptRanges {
  /** The last good list, or why there is none. A refresh that is due is begun, and not waited for. */
  current(): Allowlist | { readonly lacking: string };
  /** Waits for a list where there is none, or where the one there is has an age at which an address may be missing. True if it is another list then. Never rejects. */
  renew(): Promise<boolean>;
}

/** An allowlist, with the lists that others keep. */
export interface Allowed extends Allowlist {
  /** Which of its lists was never got, and why: nobody knows then whether an address is in it. Only where it has such lists. */
  lacking?(): string | undefined;
  /** See `KeptRanges`. Only where it has such lists. */
  renew?(): Promise<boolean>;
}

/** What `allow` takes: CIDR ranges and addresses of your own, the provider's published ranges, ranges that are refreshed. */
export type AllowEntry = string | RangeSource;

/**
 * Compiles what `allow` says. Ranges that are known now make a plain list; only what is refreshed is looked at again with each delivery.
 *
 * @throws ConfigurationError as `allowlist` does, and `invalid-option` for `'provider'` where nothing is published
 */
export function compileAllow(
  allow: AllowEntry | readonly AllowEntry[],
  means: Omit<RangeMeans, 'option'>,
  now: () => number,
): Allowed {
  const single = allow === 'provider' || isSource(allow);
  const entries = (single ? [allow] : allow) as readonly AllowEntry[];
  if (!Array.isArray(entries) || !entries.some((entry) => entry === 'provider' || isSource(entry)))
    return allowlist(entries as readonly string[]);
  const own: string[] = [];
  const kept: KeptRanges[] = [];
  for (const [index, entry] of entries.entries()) {
    const option = single ? 'allow' : `allow[${index}]`;
    if (entry === 'provider') own.push(...publishedRanges(means, option, now));
    else if (isSource(entry)) kept.push(...entry.open({ ...means, option }));
    else own.push(checked(entry, option));
  }
  const fixed = own.length === 0 ? undefined : allowlist(own);
  if (kept.length === 0 && fixed !== undefined) return fixed;
  return Object.freeze<Allowed>({
    allows: (address) => fixed?.allows(address) === true || kept.some((one) => allows(one.current(), address)),
    lacking() {
      for (const one of kept) {
        const current = one.current();
        if ('lacking' in current) return current.lacking;
      }
      return undefined;
    },
    renew: async () => (await Promise.all(kept.map((one) => one.renew()))).includes(true),
  });
}

function allows(current: ReturnType<KeptRanges['current']>, address: string): boolean {
  return !('lacking' in current) && current.allows(address);
}

function isSource(value: unknown): value is RangeSource {
  return typeof value === 'object' && value !== null && 'open' in value && typeof value.open === 'function';
}

/** One entry of the user's own, refused under the place where it stands. */
function checked(entry: unknown, option: string): string {
  try {
    allowlist([entry as string], option);
  } catch (error) {
    if (!isConfigurationError(error)) throw error;
    throw new ConfigurationError(error.code, option, error.message.slice(`${error.option}: `.length));
  }
  return entry as string;
}

/** The ranges that stand in the provider's data. */
function publishedRanges(
  { provider, warn }: Pick<RangeMeans, 'provider' | 'warn'>,
  option: string,
  now: () => number,
): readonly string[] {
  const { name, addresses } = provider;
  if (addresses === undefined)
    throw new ConfigurationError(
      'invalid-option',
      option,
      `${name} publishes no addresses that are known here: name the ranges yourself, or leave the allowlist to the signature.`,
    );
  const { ranges, hosts, asOf, source } = addresses;
  if (ranges.length === 0)
    throw new ConfigurationError(
      'invalid-option',
      option,
      hosts === undefined
        ? `${name} publishes its addresses as a list to be fetched (${source}): give rangesFrom('provider') of @postern/core/outbound.`
        : `${name} publishes the names of its hosts and no ranges (${source}): give hostsFrom('provider') of @postern/core/outbound, which looks them up.`,
    );
  if (isOutdated(asOf, now()))
    warn(
      `the addresses of ${name} in this version were read on ${asOf}, more than a year ago. Compare them with ${source}, update this package, or give rangesFrom(…) of @postern/core/outbound.`,
    );
  return ranges;
}
