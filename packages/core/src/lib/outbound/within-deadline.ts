import type { OutboundRequest, OutboundResult } from './request.ts';

/** Asks until the request's deadline or its own signal ends it. Never rejects: what is thrown is a failure, and whatever is still open afterwards is ended. */
export async function askWithinDeadline(
  request: OutboundRequest,
  ask: (signal: AbortSignal) => Promise<OutboundResult>,
): Promise<OutboundResult> {
  const end = new AbortController();
  const stop = () => end.abort();
  const timer = setTimeout(stop, request.timeoutMs);
  request.signal?.addEventListener('abort', stop, { once: true });
  if (request.signal?.aborted) stop();
  try {
    return await ask(end.signal);
  } catch (error) {
    return { ok: false, failure: end.signal.aborted ? 'timeout' : 'network', error };
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', stop);
    // Whatever is still open is of no use to anybody.
    stop();
  }
}
