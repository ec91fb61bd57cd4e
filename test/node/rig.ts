import { createServer, type RequestListener, type Server } from 'node:http';
import { createReceiver, type ReceiverOptions, type VerdictRecord } from '@postern/core';
import { type HardenServerOptions, handleNode, hardenServer } from '@postern/core/node';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { dial, type Line } from '../express/caller.ts';
import { type Listening, NOW_SECONDS, PATH, SECRET, serve, until } from '../express/rig.ts';

/** A guard on plain node:http, for every path. */
export function guarded(options: Partial<ReceiverOptions> = {}): {
  readonly listener: RequestListener;
  readonly handled: string[];
  readonly verdicts: VerdictRecord[];
} {
  const handled: string[] = [];
  const verdicts: VerdictRecord[] = [];
  const receiver = createReceiver({
    provider: liasonpay(),
    secrets: SECRET,
    now: () => NOW_SECONDS * 1000,
    onVerdict: (record) => void verdicts.push(record),
    ...options,
  });
  return {
    handled,
    verdicts,
    listener: (request, response) =>
      void handleNode(receiver, request, response, (delivery) => void handled.push(delivery.text())),
  };
}

/** Serves a listener on a hardened server of node:http. */
export async function serveHardened(
  listener: RequestListener,
  options?: HardenServerOptions,
  prepare: (server: Server) => void = () => undefined,
): Promise<Listening> {
  const server = createServer(listener);
  prepare(server);
  hardenServer(server, options);
  return serve(server);
}

/** Sends one byte of a text after another, until it is all sent or the other side closes. */
export function drip(line: Line, text: string, everyMs = 15): void {
  let at = 0;
  const timer = setInterval(() => {
    if (line.closed() || at === text.length) clearInterval(timer);
    else line.write(text[at++] ?? '');
  }, everyMs);
  line.socket.once('close', () => clearInterval(timer));
}

/** Waits until a connection that is opened now and says nothing has been closed: every limit that ran when this was called has been looked at. */
export async function outlast(port: number): Promise<void> {
  const silent = await dial(port);
  await until(silent.closed, 'a silent connection was closed');
}

/** A request that is no delivery. */
export function plain(method = 'GET', path = PATH, more = ''): string {
  return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
}
