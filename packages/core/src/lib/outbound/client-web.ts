// The twin of client.ts for edge runtimes, workers and browsers: fetch in the place of node:https.
import { ConfigurationError } from '../errors.ts';
import { compileOutboundOptions } from './options.ts';
import type { HostResolver, Outbound, OutboundOptions, OutboundRequest, OutboundResult } from './request.ts';
import { type OutboundTarget, readTarget } from './target.ts';
import { askWithinDeadline } from './within-deadline.ts';

/**
 * Makes the client that everything is asked with: `https` to hosts that are named.
 *
 * Such a runtime shows neither addresses nor connections. Hosts, redirects, deadline and sizes are kept here; that certificates are checked,
 * which version of TLS is spoken and which addresses can be reached is the runtime's part. Its `fetch` takes compressed answers apart by
 * itself: what is counted is what comes out.
 *
 * @throws ConfigurationError for options that could not work, `routes` and `resolve` among them: nothing here could follow them
 */
export function createOutbound(options: OutboundOptions = {}): Outbound {
  const { routes, resolve } = compileOutboundOptions(options);
  if (routes.size > 0 || resolve !== undefined)
    throw new ConfigurationError(
      'invalid-option',
      'outbound',
      'this runtime has no sockets, so routes and resolve cannot be followed: give an outbound function of your own.',
    );
  return async (request) => {
    const target = readTarget(request.url, request.hosts);
    if (target === undefined) return { ok: false, failure: 'refused-url' };
    return askWithinDeadline(request, (signal) => ask(request, target, signal));
  };
}

/** Absent: such a runtime shows no names. */
export const createResolver: (() => HostResolver) | undefined = undefined;

async function ask(
  { method = 'GET', headers = {}, body, maxBytes }: OutboundRequest,
  { host, path }: OutboundTarget,
  signal: AbortSignal,
): Promise<OutboundResult> {
  const response = await fetch(`https://${host}${path}`, {
    method,
    headers: { ...headers, 'accept-encoding': 'identity' },
    ...(body === undefined ? {} : { body: body as never }),
    redirect: 'manual',
    signal,
  });
  const { status } = response;
  // Browsers and some runtimes hide a redirect behind the status 0.
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400))
    return { ok: false, failure: 'redirected' };
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader?.read(); next !== undefined && !next.done; next = await reader?.read()) {
    size += next.value.byteLength;
    if (size > maxBytes) return { ok: false, failure: 'too-large' };
    chunks.push(next.value);
  }
  const read: Record<string, string> = {};
  for (const [name, value] of response.headers) if (name !== 'set-cookie') read[name] = value;
  const whole = new Uint8Array(size);
  chunks.reduce((at, chunk) => {
    whole.set(chunk, at);
    return at + chunk.byteLength;
  }, 0);
  return { ok: true, status, headers: read, body: whole };
}
