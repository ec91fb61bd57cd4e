// A guarded Express server in a process of its own, whose handler says over IPC that it was started. Driven by crowd.test.ts.
import type { AddressInfo } from 'node:net';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { webhook } from '@postern/express';
import express from 'express';
import { NOW, SECRET } from '../claims/site.ts';
import { PATH } from '../express/rig.ts';
import type { StoreAddress } from '../src/stores/address.ts';
import { openStore } from '../src/stores/open-store.ts';

const { store, reach } = await openStore(JSON.parse(process.argv[2] ?? '') as StoreAddress);
await reach();
const guard = webhook(
  { provider: liasonpay(), secrets: SECRET, store, now: () => NOW * 1000, onVerdict() {} },
  (delivery) => {
    process.send?.({ started: delivery.text() });
  },
);
const server = express()
  .post(PATH, guard)
  .listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
