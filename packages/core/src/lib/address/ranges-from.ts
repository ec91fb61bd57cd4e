import { ConfigurationError } from '../errors.ts';
import { optionalFunction, positiveInteger, refuseUnknownOptions } from '../options.ts';
import { createOutbound } from '../outbound/client.ts';
import type { Outbound } from '../outbound/request.ts';
import { readTarget } from '../outbound/target.ts';
import { allowlist } from './allowlist.ts';
import { type Keeping, keepRanges, type RangeAnswer, RangesError } from './kept-ranges.ts';
import { type ListPlace, readList } from './read-list.ts';
import type { RangeMeans, RangeSource } from './sources.ts';

/** Options of `rangesFrom`. */
export interface RangesOptions extends ListPlace, KeepingOptions {
  /** The age at which a list is asked for again, hours. Default 24; up to a tenth less, by chance, so that not all instances ask at once. */
  readonly refreshHours?: number | undefined;
}

/** How long a list is kept, and how it is asked for. */
export interface KeepingOptions {
  /** The list until the first answer: ranges of your own, or `'provider'` for the dated ones of the provider's data. Default: none, so the first delivery waits for an answer. */
  readonly fallback?: readonly string[] | 'provider' | undefined;
  /** The age of the last good list from which on `POSTERN_RANGES` says so, days. Default 7. */
  readonly warnAfterDays?: number | undefined;
  /** The deadline of one refresh, and the longest that a delivery waits for one, milliseconds. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** A number from 0 up to 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Gives ranges: from a file of yours, a service, a database. What it throws is a failed refresh. */
export type RangeFunction = (signal: AbortSignal) => Promise<readonly string[]>;

/** The longest answer, bytes: AWS’s list has more than two million. */
const MOST_LIST_BYTES = 8_388_608;

const DAY_MS = 86_400_000;

/**
 * Ranges for `allow` that are fetched and refreshed: from a vendor's list (`https`), from a function of yours, or, with `'provider'`, from the
 * list that the provider's data names.
 *
 * Known by their shape are the lists of GitHub (`/meta`), Stripe, Atlassian, AWS (with `where`), Intercom and Buildkite, JSON arrays, and text with
 * one range a line; `path` says where the ranges stand in other JSON. The outbound client asks: no redirect, no private address, 8 MiB at the most.
 *
 * Nothing is asked at construction. The first delivery waits for the list, later ones use the last good one while it is refreshed. An answer that
 * is empty, too long (10,000 ranges), too wide (under /8, or /16 of IPv6) or no ranges at all changes nothing. Where there was never a list,
 * deliveries from addresses that nothing else allows get 503 `source-unavailable`. An address that is missing in a list older than an hour
 * makes it be asked for again.
 *
 * @throws ConfigurationError for a URL or options that could not work
 */
export function rangesFrom(source: string | RangeFunction, options: RangesOptions = {}): RangeSource {
  const known = ['path', 'where', 'fallback', 'refreshHours', 'warnAfterDays', 'timeoutMs', 'random'];
  refuseUnknownOptions(options, known, 'rangesFrom');
  if (typeof source !== 'function' && source !== 'provider') checkUrl(source);
  checkPlace(source, options);
  const keeping = compileKeeping(options, 'rangesFrom');
  const refreshMs = positiveInteger(options.refreshHours, 'rangesFrom.refreshHours', 'hours', 24, 8760) * 3_600_000;
  return Object.freeze<RangeSource>({
    open(means) {
      const url = source === 'provider' ? listOf(means) : source;
      const outbound = means.outbound ?? createOutbound();
      const ask =
        typeof url === 'function'
          ? async (signal: AbortSignal) => ({ ranges: await url(signal) })
          : (signal: AbortSignal) => fetchList(outbound, url, options, keeping.timeoutMs, signal);
      const name = typeof url === 'function' ? `the list of ${means.option}` : `the list of ${withoutQuery(url)}`;
      return [keepRanges(ask, { ...keeping(means), name, refreshMs })];
    },
  });
}

/** Checks what all sources have in common. The result makes it one receiver's. */
export function compileKeeping(
  options: KeepingOptions,
  where: string,
): ((means: RangeMeans) => Omit<Keeping, 'name' | 'refreshMs'>) & { readonly timeoutMs: number } {
  const { fallback, random = Math.random } = options;
  optionalFunction(options.random, `${where}.random`);
  if (fallback !== undefined && fallback !== 'provider') allowlist(fallback, `${where}.fallback`);
  const days = positiveInteger(options.warnAfterDays, `${where}.warnAfterDays`, 'days', 7, 3650);
  const timeoutMs = positiveInteger(options.timeoutMs, `${where}.timeoutMs`, 'milliseconds', 5000, 60_000);
  const compile = ({ option, provider, clock, warn }: RangeMeans) => {
    const published = provider.addresses?.ranges ?? [];
    if (fallback === 'provider' && published.length === 0)
      throw new ConfigurationError(
        'invalid-option',
        option,
        `${provider.name} has no dated ranges to fall back on: leave fallback out, or name ranges.`,
      );
    const list = fallback === 'provider' ? published : fallback && [...fallback];
    return { fallback: list, warnAfterMs: days * DAY_MS, timeoutMs, random, clock, warn };
  };
  return Object.assign(compile, { timeoutMs });
}

function checkUrl(url: unknown): asserts url is string {
  const [, host = ''] = /^https:\/\/([^/]+)/.exec(typeof url === 'string' ? url : '') ?? [];
  if (readTarget(url, [host]) === undefined)
    throw new ConfigurationError(
      'invalid-option',
      'rangesFrom',
      "give an https URL with a host name and no port, a function that gives ranges, or 'provider'.",
    );
}

function checkPlace(source: unknown, { path, where }: ListPlace): void {
  const paths = path === undefined ? [] : [path].flat();
  if (path !== undefined && (paths.length === 0 || !paths.every((one) => typeof one === 'string' && one !== '')))
    throw new ConfigurationError('invalid-option', 'rangesFrom.path', "give keys joined by dots: 'items.cidr'.");
  if (where !== undefined) refuseUnknownOptions(where, Object.keys(where), 'rangesFrom.where');
  const anybodys = typeof source === 'string' && /^https:\/\/ip-ranges\.amazonaws\.com\//i.test(source);
  if (anybodys && Object.keys(where ?? {}).length === 0)
    throw new ConfigurationError(
      'missing-option',
      'rangesFrom.where',
      "the whole list of AWS holds every customer’s machine: say which service and region, { service: 'AMAZON_CONNECT', region: 'eu-west-1' }.",
    );
}

function listOf({ provider: { name, addresses }, option }: RangeMeans): string {
  const url = addresses?.list;
  if (url === undefined)
    throw new ConfigurationError(
      'invalid-option',
      option,
      `${name} publishes no list that a program could fetch, as far as is known here: give its URL, or ranges of your own.`,
    );
  return url;
}

/** What a URL's query holds may be a key. */
function withoutQuery(url: string): string {
  return url.replace(/\?.*/, '');
}

async function fetchList(
  outbound: Outbound,
  url: string,
  place: ListPlace,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<RangeAnswer> {
  const hosts = [/^https:\/\/([^/?]+)/.exec(url)?.[1] ?? ''];
  // GitHub's API answers nobody who does not say what it is.
  const headers = { accept: 'application/json, text/plain;q=0.9', 'user-agent': 'postern' };
  const result = await outbound({ url, hosts, headers, timeoutMs, maxBytes: MOST_LIST_BYTES, signal });
  if (!result.ok) throw new RangesError(`it could not be asked: ${result.failure}`);
  if (result.status !== 200) throw new RangesError(`it answered ${result.status}`);
  return { ranges: readList(result.body, place) };
}
