// The test's end of the way home: records are given to the hooks of the options, deliveries to the handler.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Delivery, ReceiverOptions, SettledRecord, VerdictRecord } from '@postern/core';
import { VerificationError } from '@postern/core';
import type { MountHandler } from '@postern/testing';
import type { Deed, SentDelivery, Told } from './messages.ts';
import { createOrder, type Order } from './order.ts';

/** A server on loopback that guests call. */
export interface Home {
  readonly url: string;
  /** Gives what is told of a configuration to these hooks and this handler, until it is forgotten. */
  expect(id: number, options: ReceiverOptions, handler: MountHandler): Resident;
  close(): Promise<void>;
}

/** One configuration, at home. */
export interface Resident {
  /** Resolves when so many messages have come, or will not come any more. */
  arrived(count: number): Promise<void>;
  forget(): void;
}

/** What a configuration's messages are given to. */
interface Family {
  readonly options: ReceiverOptions;
  readonly handler: MountHandler;
  /** Aborts the signals of the deliveries that are being handled. */
  readonly deadline: AbortController;
  readonly order: Order;
}

/** Opens a way home. It keeps no process running. */
export async function openHome(): Promise<Home> {
  const families = new Map<number, Family>();
  const server = createServer((request, response) => {
    receive(families, request, response).catch((error: unknown) => {
      response.writeHead(500).end(error instanceof Error ? error.message : 'failed');
    });
  });
  // A guest must never find that a connection it keeps was closed.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  server.on('connection', (socket) => socket.unref());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    expect(id, options, handler) {
      const order = createOrder();
      families.set(id, { options, handler, deadline: new AbortController(), order });
      return { arrived: (count) => order.turn(count + 1), forget: () => void families.delete(id) };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function receive(
  families: ReadonlyMap<number, Family>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, what, id, number] = (request.url ?? '').split('/');
  const family = families.get(Number(id));
  const message = await readJson(request);
  // What comes too late is of a case that has ended.
  if (family === undefined) return void response.writeHead(410).end();
  const { options, handler, deadline, order } = family;
  await order.turn(Number(number));
  if (what === 'handle') {
    const tell = (deed: Deed) => void response.write(`${JSON.stringify(deed)}\n`);
    response.writeHead(200);
    tell(await handle(handler, unpack(message as SentDelivery, deadline.signal, tell)));
  } else if (what === 'verdict') options.onVerdict?.(message as VerdictRecord);
  else if (what === 'settled') options.onSettled?.(message as SettledRecord);
  else if (what === 'aborted') deadline.abort();
  response.end();
}

async function handle(handler: MountHandler, delivery: Delivery): Promise<Deed> {
  try {
    return { does: 'return', reply: (await handler(delivery)) ?? null };
  } catch {
    return { does: 'throw' };
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString());
}

/** The delivery as the handler sees it: what its methods give is what the runtime's own gave. */
function unpack(sent: SentDelivery, signal: AbortSignal, tell: (deed: Deed) => void): Delivery {
  const { body, text, json, form, ...rest } = sent;
  return {
    ...rest,
    id: rest.id ?? undefined,
    type: rest.type ?? undefined,
    tenant: rest.tenant ?? undefined,
    timestamp: rest.timestamp ?? undefined,
    claim: rest.claim ?? undefined,
    // Nothing is confirmed there: the providers of those cases sign.
    confirmed: undefined,
    // Nor is anything observed.
    observed: undefined,
    body: new Uint8Array(Buffer.from(body, 'base64')),
    text: () => give(text),
    json: <T>() => give(json) as T,
    form: () => new URLSearchParams(give(form)),
    event: undefined,
    signal,
    acknowledge: () => tell({ does: 'acknowledge' }),
    fail: () => tell({ does: 'fail' }),
  };
}

function give<Value>(told: Told<Value>): Value {
  if ('code' in told) throw new VerificationError(told.code, told.message);
  return told.value;
}
