// The one door to node:https. Its twin (client-web.ts: fetch) takes its place in the build for edge runtimes and browsers.
import { lookup, Resolver } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request as sendHttps } from 'node:https';
import { rootCertificates } from 'node:tls';
import { isPublicAddress } from '../address/public-address.ts';
import { type CompiledOptions, compileOutboundOptions } from './options.ts';
import type { HostResolver, Outbound, OutboundOptions, OutboundRequest, OutboundResult } from './request.ts';
import { type OutboundTarget, readTarget } from './target.ts';
import { askWithinDeadline } from './within-deadline.ts';

interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

type Resolved = { readonly addresses: readonly Address[]; readonly port: number; readonly ca?: string | undefined };

/** Asked for by name, so that an answer is what was hashed, measured and bounded: a small compressed one may be large. */
const OWN_HEADERS = { 'accept-encoding': 'identity', connection: 'close' } as const;

const MOST_HEADER_BYTES = 16_384;

/**
 * Makes the client that everything is asked with: `https` on its own port, to hosts that are named, and to no private address.
 *
 * Addresses are checked where the connection is made, all answers of the DNS at once: a name that is public when it is looked at and private
 * when it is used (DNS rebinding) has no second look-up to use. Redirects are not followed, cookies not kept, connections not reused.
 * Certificates are always checked, in TLS 1.2 or later: neither an option nor `NODE_TLS_REJECT_UNAUTHORIZED` turns that off. What
 * `NODE_EXTRA_CA_CERTS` adds is trusted, as the operator asked; proxies of the environment are not used.
 *
 * @throws ConfigurationError for options that could not work
 */
export function createOutbound(options: OutboundOptions = {}): Outbound {
  const compiled = compileOutboundOptions(options);
  const send = async (request: OutboundRequest): Promise<OutboundResult> => {
    const target = readTarget(request.url, request.hosts);
    if (target === undefined) return { ok: false, failure: 'refused-url' };
    return askWithinDeadline(request, (signal) => Promise.race([ask(request, target, compiled, signal), late(signal)]));
  };
  return Object.assign(send, {
    authorities(host: string): readonly string[] {
      const ca = compiled.routes.get(host)?.ca;
      return ca === undefined ? rootCertificates : [ca];
    },
  });
}

/** Makes what asks the system's DNS servers for the addresses of names: not the hosts file, and with their times to live. Absent in the twin. */
export const createResolver: (() => HostResolver) | undefined = () => new Resolver({ timeout: 1500, tries: 2 });

/** A resolver cannot be told to stop, so its answer is not waited for. */
function late(signal: AbortSignal): Promise<OutboundResult> {
  return new Promise((resolve) => {
    const tell = () => resolve({ ok: false, failure: 'timeout' });
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
  });
}

async function ask(
  request: OutboundRequest,
  target: OutboundTarget,
  options: CompiledOptions,
  signal: AbortSignal,
): Promise<OutboundResult> {
  const resolved = await resolve(target.host, options);
  if (resolved === undefined) return { ok: false, failure: 'refused-address' };
  if (signal.aborted) return { ok: false, failure: 'timeout' };
  return sendTo(request, target, resolved, signal);
}

/** The addresses that a connection may go to, or nothing where one of them is not public: the good ones among them are no alibi. */
async function resolve(host: string, options: CompiledOptions): Promise<Resolved | undefined> {
  const route = options.routes.get(host);
  if (route !== undefined)
    return { addresses: [{ address: route.address, family: familyOf(route.address) }], port: route.port, ca: route.ca };
  const found =
    options.resolve === undefined
      ? (await lookup(host, { all: true })).map(({ address }) => address)
      : await options.resolve(host);
  if (found.length === 0 || !found.every(isPublicAddress)) return undefined;
  return { addresses: found.map((address) => ({ address, family: familyOf(address) })), port: 443 };
}

function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

function sendTo(
  { method = 'GET', headers = {}, body, maxBytes }: OutboundRequest,
  { host, path }: OutboundTarget,
  { addresses, port, ca }: Resolved,
  signal: AbortSignal,
): Promise<OutboundResult> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const length = bytes === undefined ? {} : { 'content-length': String(bytes.byteLength) };
  const options: RequestOptions = {
    host,
    port,
    path,
    method,
    signal,
    servername: host,
    headers: { ...lowerCase(headers), ...OWN_HEADERS, ...length, host },
    // Of its own: a global agent may have been given a proxy, or options that trust everybody.
    agent: false,
    minVersion: 'TLSv1.2',
    // Said outright, since NODE_TLS_REJECT_UNAUTHORIZED=0 changes what is assumed where nothing is said.
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
    maxHeaderSize: MOST_HEADER_BYTES,
    // The addresses that were checked, and no others: nothing is looked up a second time.
    lookup: (_host, { all }, callback) => {
      const [first] = addresses as [Address];
      if (all) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    },
  };
  return new Promise((settle, fail) => {
    const sent = sendHttps(options, (response) => {
      readAnswer(response, maxBytes).then(settle, fail);
    });
    sent.on('error', fail);
    sent.end(bytes);
  });
}

async function readAnswer(response: IncomingMessage, maxBytes: number): Promise<OutboundResult> {
  const { statusCode: status = 0, headers } = response;
  if (status >= 300 && status < 400) {
    response.destroy();
    return { ok: false, failure: 'redirected' };
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    response.destroy();
    return {
      ok: false,
      failure: 'network',
      error: new Error('The answer is compressed, though that was not asked for.'),
    };
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      response.destroy();
      return { ok: false, failure: 'too-large' };
    }
    chunks.push(chunk);
  }
  return { ok: true, status, headers: readHeaders(headers), body: joined(chunks, size) };
}

function readHeaders(headers: IncomingMessage['headers']): Record<string, string> {
  const read: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') read[name] = value;
  return read;
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
