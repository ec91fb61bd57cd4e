import { Agent, createServer, request } from 'node:http';
import type { ClaimStore, Delivery, Provider, SettledRecord, VerdictRecord } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { type WebhookOptions, webhook } from '@postern/express';
import express from 'express';
import { serve } from '../express/rig.ts';

export const SECRET = 'test-secret-for-claims-only-0000';
export const NOW = 1_767_225_600;

/** One server of a receiver, with its own clock. */
export interface ClaimSite {
  readonly port: number;
  /** Unix seconds; set it. */
  readonly clock: { seconds: number };
  /** Deliveries whose handler was started, in order. */
  readonly started: Delivery[];
  readonly verdicts: VerdictRecord[];
  readonly settled: SettledRecord[];
  /** Sends a request, and resolves to its status. `signal` hangs up. */
  post(message: Message, signal?: AbortSignal): Promise<number>;
  drain(): Promise<unknown>;
  close(): Promise<void>;
}

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Starts an Express app whose one route is guarded, on the store given. */
export async function startSite(
  store: ClaimStore,
  handler: (delivery: Delivery) => unknown = () => undefined,
  options: Partial<WebhookOptions> & { readonly provider?: Provider } = {},
): Promise<ClaimSite> {
  // Connections are kept: tens of thousands of deliveries are sent.
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const clock = { seconds: NOW };
  const started: Delivery[] = [];
  const verdicts: VerdictRecord[] = [];
  const settled: SettledRecord[] = [];
  const guard = webhook(
    {
      provider: liasonpay(),
      secrets: SECRET,
      store,
      now: () => clock.seconds * 1000,
      onVerdict: (record) => verdicts.push(record),
      onSettled: (record) => settled.push(record),
      ...options,
    },
    (delivery) => {
      started.push(delivery);
      return handler(delivery);
    },
  );
  const { port, close } = await serve(createServer(express().post('/', guard)));
  return {
    port,
    clock,
    started,
    verdicts,
    settled,
    post: ({ headers, body }, signal) =>
      new Promise((resolve, reject) => {
        const call = request({
          host: '127.0.0.1',
          port,
          method: 'POST',
          headers,
          agent,
          ...(signal ? { signal } : {}),
        });
        call.on('error', reject);
        call.on('response', (response) => {
          response.on('error', reject);
          response.on('end', () => resolve(response.statusCode ?? 0));
          response.resume();
        });
        call.end(body);
      }),
    drain: () => guard.close({ deadlineMs: 1_000 }),
    async close() {
      agent.destroy();
      await close();
    },
  };
}
