import { ConfigurationError } from '../errors.ts';
import type { PublishedAddresses } from '../types.ts';
import { type AddressRange, type AddressSet, compileSet } from './address-set.ts';
import { compileRange } from './allowlist.ts';

/** Ranges of proxies that have a name: `loopback` is this machine, `private` the networks of RFC 1918 and RFC 4193 (without loopback), the others are platforms. */
export type ProxyName = 'loopback' | 'private' | 'cloudflare' | 'fastly' | 'google-load-balancer';

/**
 * Whose word is taken for the client's address: addresses, CIDR ranges and names, one or several; or `'none'`.
 *
 * There is no number of hops and no `true`: a count is wrong for whoever comes by another way, around the outermost proxy or straight to the
 * server, and then the address that counts is one that the caller wrote.
 */
export type TrustedProxies = 'none' | ProxyName | AddressText | readonly (ProxyName | AddressText)[];

/** An address or a CIDR range. */
type AddressText = string & Record<never, never>;

/** The platforms whose vendors publish where their proxies connect from. */
const PLATFORMS: Readonly<Record<'cloudflare' | 'fastly' | 'google-load-balancer', PublishedAddresses>> = {
  cloudflare: {
    ranges: [
      ...['103.21.244.0/22', '103.22.200.0/22', '103.31.4.0/22', '104.16.0.0/13', '104.24.0.0/14', '108.162.192.0/18'],
      ...['131.0.72.0/22', '141.101.64.0/18', '162.158.0.0/15', '172.64.0.0/13', '173.245.48.0/20', '188.114.96.0/20'],
      ...['190.93.240.0/20', '197.234.240.0/22', '198.41.128.0/17', '2400:cb00::/32', '2405:8100::/32'],
      ...['2405:b500::/32', '2606:4700::/32', '2803:f800::/32', '2a06:98c0::/29', '2c0f:f248::/32'],
    ],
    asOf: '2026-02-11',
    source: 'https://www.cloudflare.com/ips/',
  },
  fastly: {
    ranges: [
      ...['23.235.32.0/20', '43.249.72.0/22', '103.244.50.0/24', '103.245.222.0/23', '103.245.224.0/24'],
      ...['104.156.80.0/20', '140.248.64.0/18', '140.248.128.0/17', '146.75.0.0/17', '151.101.0.0/16'],
      ...['157.52.64.0/18', '167.82.0.0/17', '167.82.128.0/20', '167.82.160.0/20', '167.82.224.0/20'],
      ...['172.111.64.0/18', '185.31.16.0/22', '199.27.72.0/21', '199.232.0.0/16', '2a04:4e40::/32', '2a04:4e42::/32'],
    ],
    asOf: '2026-10-14',
    source: 'https://api.fastly.com/public-ip-list',
  },
  // Its proxies append two addresses, the client's and the load balancer's own: the second has to be named beside it.
  'google-load-balancer': {
    ranges: ['35.191.0.0/16', '130.211.0.0/22', '2600:2d00:1:1::/64', '2600:2d00:1:b029::/64'],
    asOf: '2026-11-27',
    source: 'https://cloud.google.com/load-balancing/docs/firewall-rules',
  },
};

const NAMED: Readonly<Record<'loopback' | 'private', readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** The proxies whose word is taken, compiled. */
export interface TrustedSet extends AddressSet {
  /** The oldest of the published lists among them, for the operator. */
  readonly oldest: PublishedAddresses | undefined;
}

/** Checks and compiles the option. `undefined` where nobody is trusted. @throws ConfigurationError for what trusts everybody, nobody in particular, or is unreadable */
export function compileTrusted(option: unknown): TrustedSet | undefined {
  if (option === undefined || option === 'none') return undefined;
  if (typeof option === 'number' || typeof option === 'boolean')
    throw refuse(
      'a number of hops, or true, would believe an address that the caller wrote as soon as one comes by another way than the count supposes',
    );
  const entries: unknown = typeof option === 'string' ? [option] : option;
  if (!Array.isArray(entries) || entries.length === 0) throw refuse("without any proxy, 'none' is what is meant");
  if (entries.includes('none')) throw refuse("'none' stands alone");
  const ranges: AddressRange[] = [];
  let oldest: PublishedAddresses | undefined;
  for (const [index, entry] of (entries as readonly unknown[]).entries()) {
    const list = platformOf(entry);
    if (typeof entry === 'string' && entry.endsWith('/0')) throw refuse(`${entry.slice(0, 64)} trusts everybody`);
    if (list !== undefined && !(oldest !== undefined && oldest.asOf < list.asOf)) oldest = list;
    for (const text of list?.ranges ?? namedRanges(entry) ?? [entry])
      ranges.push(compileRange(text, `trustProxy[${index}]`));
  }
  const set = compileSet(ranges);
  if (set.everyone) throw refuse('that trusts everybody');
  return { ...set, oldest };
}

function platformOf(entry: unknown): PublishedAddresses | undefined {
  return Object.entries(PLATFORMS).find(([name]) => name === entry)?.[1];
}

function namedRanges(entry: unknown): readonly string[] | undefined {
  return entry === 'loopback' || entry === 'private' ? NAMED[entry] : undefined;
}

function refuse(why: string): ConfigurationError {
  return new ConfigurationError(
    'invalid-option',
    'trustProxy',
    `${why}: name your proxies by address, CIDR range, 'loopback', 'private', ${Object.keys(PLATFORMS)
      .map((name) => `'${name}'`)
      .join(', ')}, or leave the option out.`,
  );
}
