// A guarded server on loopback, a sender that chooses its own address, and what both saw.
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sign } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { type WebhookHandler, type WebhookOptions, webhook } from '@postern/express';
import express, { type RequestHandler } from 'express';

export const SECRET = 'test-secret-test-secret-test-secret';
export const OTHER_SECRET = 'other-test-secret-other-test-secret';

/** A delivery as it is sent. */
export interface Parcel {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The sender's own address: any of 127.0.0.0/8. */
  readonly from?: string | undefined;
}

/** The whole answer. */
export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

let count = 0;

/** A delivery of LiasonPay, of an event of its own unless a body is given. */
export async function parcel(settings: { secret?: string; body?: string; timestamp?: number; from?: string } = {}) {
  const { secret = SECRET, body = `{"event_type":"charge.completed","n":${count++}}`, timestamp, from } = settings;
  return { body, headers: await sign(liasonpay(), { secret, body, timestamp }), from } satisfies Parcel;
}

/** Sends over connections that are kept, one agent for each address. */
export function createSender(port: number): { send(parcel: Parcel): Promise<Received>; close(): void } {
  const agents = new Map<string, Agent>();
  return {
    send: ({ path = '/', method = 'POST', headers = {}, body = '', from = '127.0.0.1' }) =>
      new Promise((received, failed) => {
        const agent = agents.get(from) ?? new Agent({ keepAlive: true, maxSockets: 16 });
        agents.set(from, agent);
        const sent = request(
          { host: '127.0.0.1', port, path, method, headers, agent, localAddress: from },
          (response) => {
            let text = '';
            response.setEncoding('utf8').on('data', (piece: string) => {
              text += piece;
            });
            response.once('error', failed);
            response.once('end', () => received({ status: response.statusCode ?? 0, headers: response.headers, text }));
          },
        );
        sent.once('error', failed);
        sent.end(body);
      }),
    close: () => {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

/** A running server, and who sends to it. */
export interface Site {
  readonly port: number;
  send(parcel: Parcel): Promise<Received>;
  close(): Promise<void>;
}

/** One guard, as it is mounted. */
export interface Mounted {
  readonly path?: string;
  readonly before?: readonly RequestHandler[];
  readonly options?: Partial<WebhookOptions>;
  readonly handler?: WebhookHandler;
}

/** Serves guards of LiasonPay in Express. */
export async function startSite(...mounts: readonly Mounted[]): Promise<Site> {
  const app = express();
  for (const { path = '/', before = [], options, handler = () => undefined } of mounts)
    app.all(
      path,
      ...before,
      webhook({ provider: liasonpay(), secrets: SECRET, ...options } as WebhookOptions, handler),
    );
  const server = app.listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  const sender = createSender(port);
  return {
    port,
    send: sender.send,
    close: () =>
      new Promise((closed) => {
        sender.close();
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
