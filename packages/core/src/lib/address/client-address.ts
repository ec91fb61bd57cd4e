import { ConfigurationError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Warn } from '../host.ts';
import { type HeaderReader, readHeaders } from '../scheme/header-reader.ts';
import { readForwarded } from './forwarded.ts';
import { isOutdated } from './outdated.ts';
import { type Address, formatAddress, parseAddress } from './parse-address.ts';
import { compileTrusted, type TrustedProxies, type TrustedSet } from './trusted-proxies.ts';

/** Headers in which proxies tell the client's address. The first two are lists, the others hold one address. */
export type ClientAddressHeader =
  | 'x-forwarded-for'
  | 'forwarded'
  | 'x-real-ip'
  | 'cf-connecting-ip'
  | 'true-client-ip'
  | 'fly-client-ip'
  | 'fastly-client-ip'
  | 'x-client-ip'
  | 'x-azure-clientip'
  | 'do-connecting-ip'
  | 'x-envoy-external-address';

/** The options that say where a delivery comes from. */
export interface ProxyOptions {
  /**
   * Whose word is taken for the client's address, where the server stands behind proxies: `'loopback'`, `'private'`, `'cloudflare'`,
   * `'fastly'`, `'google-load-balancer'`, addresses and CIDR ranges, one or a list. The header is walked from right to left, to the first
   * address that is none of them. Default `'none'`: the socket's peer is the client.
   */
  readonly trustProxy?: TrustedProxies | undefined;
  /** The one header that is read, and only from a trusted peer. Default `'x-forwarded-for'`. The others that hold one address must be written, and not passed on, by the proxy that is the peer. */
  readonly clientAddressHeader?: ClientAddressHeader | undefined;
}

/** Where a delivery comes from. */
export interface Source {
  /** The client's address, canonical; absent where it is not known. */
  readonly address?: string | undefined;
  /** Why it is not known, or how it is. */
  readonly detail: string;
  /** True where the runtime, or a trusted proxy, was to tell and told nothing: that is ours to mend. */
  readonly untold?: boolean;
  /** True where nobody tells it since the client has gone. */
  readonly gone?: boolean;
}

/** Finds out where a delivery comes from. Never throws. */
export type FindSource = (exchange: Pick<Exchange, 'head' | 'framework' | 'isGone'>) => Source;

/** What the finder needs to know of its receiver. */
export interface SourceMount {
  readonly endpoint: string;
  readonly warn: Warn;
  readonly now: () => number;
  /** True where an allowlist judges the address. */
  readonly judged: boolean;
  /** True where the peer is what a function of the user's tells, and headers of proxies are everyday. */
  readonly peerIsTold: boolean;
}

const LISTS: readonly ClientAddressHeader[] = ['x-forwarded-for', 'forwarded'];
const HEADERS: readonly ClientAddressHeader[] = [
  ...LISTS,
  ...(['x-real-ip', 'cf-connecting-ip', 'true-client-ip', 'fly-client-ip', 'fastly-client-ip', 'x-client-ip'] as const),
  ...(['x-azure-clientip', 'do-connecting-ip', 'x-envoy-external-address'] as const),
];

/** Checks the two options, and makes the finder of a receiver. @throws ConfigurationError by the option's name, with the remedy */
export function compileSource(options: ProxyOptions, mount: SourceMount): FindSource {
  const trusted = compileTrusted(options.trustProxy);
  const header = options.clientAddressHeader ?? 'x-forwarded-for';
  if (!HEADERS.includes(header))
    throw new ConfigurationError('invalid-option', 'clientAddressHeader', `give one of ${HEADERS.join(', ')}.`);
  if (trusted === undefined && options.clientAddressHeader !== undefined)
    throw new ConfigurationError(
      'missing-option',
      'trustProxy',
      'clientAddressHeader is read from trusted proxies only: name them. Anybody can send a header.',
    );
  const heeded = trusted === undefined ? HEADERS : [header];
  // What nobody judges by is worth no warning: most sites stand behind a proxy.
  const watches = trusted !== undefined || mount.judged;
  let compared = header !== 'x-forwarded-for';
  return (exchange) => {
    const { head, framework } = exchange;
    const peer = head.peerAddress === undefined ? undefined : parseAddress(head.peerAddress);
    if (peer === undefined) {
      if (head.peerAddress === undefined) {
        // A socket forgets its peer when it is reset: that is nothing that the runtime could be made to tell.
        if (exchange.isGone?.()) return { detail: 'the client went away before its delivery was judged', gone: true };
        return { detail: 'the runtime does not tell who the peer is', untold: true };
      }
      return { detail: `the peer ${head.peerAddress.slice(0, 64)} is no plain address` };
    }
    if (!watches) return { address: formatAddress(peer), detail: 'the peer' };
    const headers = readHeaders(head.headers);
    const source =
      trusted?.has(peer) === true
        ? askProxy(peer, headers, header, trusted)
        : { address: formatAddress(peer), detail: 'the peer' };
    if (trusted?.has(peer) !== true && (trusted !== undefined || !mount.peerIsTold))
      warnUntrusted(
        mount,
        source.address,
        heeded.find((name) => headers.count(name) > 0),
      );
    if (trusted?.oldest !== undefined) warnOld(mount, trusted);
    if (!compared && framework !== undefined) compared = compareWith(framework, source, mount);
    return source;
  };
}

/** What a trusted peer tells of its client. */
function askProxy(peer: Address, headers: HeaderReader, header: ClientAddressHeader, trusted: TrustedSet): Source {
  const proxy = `the trusted proxy ${formatAddress(peer)}`;
  const count = headers.count(header);
  // A list that is not there was begun by nobody: the peer speaks for itself. The other headers are always there, or the wrong one was chosen.
  if (count === 0 && LISTS.includes(header)) {
    const other = HEADERS.find((name) => headers.count(name) > 0);
    const remedy = other === undefined ? '' : ` (it sent ${other}: if that is what it writes, set clientAddressHeader)`;
    return {
      address: formatAddress(peer),
      detail: `${proxy} sent no ${header}${remedy}, and is taken for the client:`,
    };
  }
  if (count === 0) return { detail: `${proxy} sent no ${header}`, untold: true };
  // What cannot be read is the sender's doing, not the proxy's: proxies put their own behind what came, or add a line to it.
  if (count > 1) return { detail: `${proxy} sent several lines of ${header}` };
  const told = readForwarded(header, headers.value(header));
  if ('problem' in told) return { detail: `${header} from ${proxy} ${told.problem}` };
  // Right to left: what stands further to the left was written by whoever stands before it.
  let client = told.at(-1) ?? peer;
  for (let at = told.length - 2; at >= 0 && trusted.has(client); at--) client = told[at] ?? client;
  return { address: formatAddress(client), detail: `the client, as told by ${proxy},` };
}

function warnUntrusted({ warn, endpoint }: SourceMount, peer: string | undefined, found: string | undefined): void {
  if (found === undefined) return;
  warn(
    'POSTERN_PROXY',
    `${endpoint}: ${peer} sent ${found} and is no trusted proxy, so the header was not read, and ${peer} is taken for the client. If that is your own proxy, name it: trustProxy: ['${peer}']${found === 'x-forwarded-for' ? '' : `, clientAddressHeader: '${found}'`}. Else somebody makes the header up, and nothing needs to be done.`,
    'behind-a-proxy',
  );
}

function warnOld({ warn, endpoint, now }: SourceMount, { oldest }: TrustedSet): void {
  if (oldest === undefined || !isOutdated(oldest.asOf, now())) return;
  warn(
    'POSTERN_PROXY_RANGES',
    `${endpoint}: the ranges of ${oldest.source} that trustProxy names were read on ${oldest.asOf}, more than a year ago. Update @postern/core, or give today's ranges yourself.`,
    'behind-a-proxy',
  );
}

/** True when there was something to compare. */
function compareWith(
  { setting, clientAddress }: NonNullable<Exchange['framework']>,
  source: Source,
  { warn, endpoint }: SourceMount,
): boolean {
  const theirs = parseAddress(clientAddress() as string);
  if (theirs === undefined || source.address === undefined || formatAddress(theirs) === source.address) return false;
  warn(
    'POSTERN_PROXY_SETTINGS',
    `${endpoint}: ${setting} takes ${formatAddress(theirs)} for the client, and trustProxy takes ${source.address}. Name the same proxies in both.`,
    'behind-a-proxy',
  );
  return true;
}
