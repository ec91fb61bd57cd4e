// A guarded server in a process of its own, so that its memory and its handles are nobody else's. Driven over IPC by guard-process.ts.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver, type Delivery, memoryStore, type ReceiverOptions } from '@postern/core';

import { handleNode, hardenServer } from '@postern/core/node';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { webhook } from '@postern/express';
import express from 'express';
import { NOW_SECONDS, SECRET } from '../express/rig.ts';
import type { Limits, Measured } from './guard-process.ts';

const [framework = 'node:http', limits = '{}'] = process.argv.slice(2);
const { bodyTimeoutMs, headersTimeoutMs } = JSON.parse(limits) as Limits;

let store = memoryStore({ now: clock });
const tally: Record<string, number> = {};
/** One place an upload, taken before anything is measured. */
const starts = new Uint8Array(20_000);
let unhandled = 0;
for (const event of ['unhandledRejection', 'uncaughtException'])
  process.on(event, () => {
    unhandled++;
  });

const options: ReceiverOptions = {
  provider: liasonpay(),
  secrets: SECRET,
  now: clock,
  store: {
    claim: (key, request) => store.claim(key, request),
    complete: (key, owner) => store.complete(key, owner),
    release: (key, owner) => store.release(key, owner),
  },
  ...(bodyTimeoutMs === undefined ? {} : { bodyTimeoutMs }),
  onVerdict: ({ outcome, reason }) => {
    const name = reason ?? outcome;
    tally[name] = (tally[name] ?? 0) + 1;
  },
};

function handle(delivery: Delivery): void {
  const index = delivery.json<{ readonly index: number }>().index;
  starts[index] = (starts[index] ?? 0) + 1;
}

function listener(): RequestListener {
  if (framework === 'express') return express().use(webhook(options, handle));
  const receiver = createReceiver(options);
  return (request, response) => void handleNode(receiver, request, response, handle);
}

const server = createServer(listener());
hardenServer(server, headersTimeoutMs === undefined ? {} : { headersTimeoutMs });

/** Looks at the store and gives it up first: what it rightly remembers is not what is looked for in memory. */
function measure(): Measured {
  const storeKeys = store.stats().entries;
  store = memoryStore({ now: clock });
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return {
    storeKeys,
    starts: [...starts.entries()].filter(([, times]) => times > 0).map(([index, times]) => [index, times]),
    tally: { ...tally },
    unhandled,
    heapUsed,
    arrayBuffers,
    rss,
    resources: process.getActiveResourcesInfo().sort(),
  };
}

process.on('message', (question) => {
  if (question === 'count') server.getConnections((_error, count) => process.send?.(count));
  if (question === 'measure') process.send?.(measure());
  if (question !== 'close') return;
  // Nothing ends this process: it ends when nothing is open.
  server.close();
  process.disconnect();
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

function clock(): number {
  return NOW_SECONDS * 1000;
}
