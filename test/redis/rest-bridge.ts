import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';

/** Redis over HTTP, in the form that serverless providers have it. */
export interface RestBridge {
  readonly url: string;
  readonly token: string;
  /** From now on nothing is answered. Resolves, with what was asked meanwhile done, when it answers again. */
  hold(): () => void;
  close(): Promise<void>;
}

type Reply = { readonly result: unknown } | { readonly error: string };

/** Starts a server that takes a command as a JSON array, or several at `/pipeline`, and asks a real Redis. */
export async function startRestBridge(redisUrl: string): Promise<RestBridge> {
  const token = 'test-only-token';
  const redis = new Redis(redisUrl);
  let held = Promise.resolve();

  async function ask(command: readonly unknown[]): Promise<Reply> {
    const [name, ...args] = command.map(String);
    try {
      return { result: await redis.call(String(name), ...args) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : 'ERR unknown' };
    }
  }

  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    if (request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401).end('{"error":"WRONGPASS invalid token"}');
      return;
    }
    const body = JSON.parse(text) as unknown[];
    const replies = request.url === '/pipeline' ? await Promise.all((body as unknown[][]).map(ask)) : [await ask(body)];
    await held;
    const encoded =
      request.headers['upstash-encoding'] === 'base64'
        ? replies.map((reply) => ('result' in reply ? { result: encode(reply.result) } : reply))
        : replies;
    const status = replies.length === 1 && 'error' in (replies[0] ?? {}) ? 400 : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(request.url === '/pipeline' ? encoded : encoded[0]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    hold() {
      let open = () => {};
      held = new Promise((resolve) => {
        open = resolve;
      });
      return () => open();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      redis.disconnect();
    },
  };
}

function encode(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(encode);
  return typeof result === 'string' ? Buffer.from(result).toString('base64') : result;
}
