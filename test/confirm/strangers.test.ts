// Floods of forged IPNs: who was just wrong cannot starve who was not. The notices of all come through one trusted proxy.
import { request as sendHttp } from 'node:http';
import type { Expected } from '@postern/core/confirm';
import { webhook } from '@postern/express';
import type { RunningServer } from '@postern/testing';
import express from 'express';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listen } from '../conformance/listen.ts';
import { guid, ID, type Ipn, ipn, ORDER, openRig, PAID, type Rig } from './rig.ts';

let rig: Rig;
const servers: RunningServer[] = [];

beforeEach(async () => {
  rig = await openRig();
});
afterEach(async () => {
  await Promise.all([rig.simulator.close(), ...servers.splice(0).map((server) => server.close())]);
});

const STRANGERS = ['198.51.100.1', '198.51.100.2'] as const;
const PROVIDER = '203.0.113.9';
const anyOrder: Expected = ({ reference = '' }) =>
  /^order-\d+$/.test(reference) ? { ...ORDER, reference } : undefined;

/** An application behind a proxy on loopback, and a sender of IPNs from any address. */
async function mount(expected: Expected = anyOrder) {
  const app = express();
  app.set('trust proxy', 'loopback');
  const options = rig.options({ expected, trustProxy: 'loopback' });
  app.all(
    '/ipn',
    webhook(options, () => undefined),
  );
  const server = await listen(app);
  servers.push(server);
  const { port } = server;
  return (address: string, params: Ipn = ipn()): Promise<number> =>
    new Promise((resolve, reject) => {
      sendHttp(
        {
          port,
          host: '127.0.0.1',
          path: `/ipn?${new URLSearchParams(params)}`,
          agent: false,
          headers: { 'x-forwarded-for': address },
        },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      )
        .on('error', reject)
        .end();
    });
}

/** An IPN with an id that nobody was ever given. */
const forged = (n: number, order: number) =>
  ipn({ OrderTrackingId: guid(n), OrderMerchantReference: `order-${order}` });

it('forged IPNs under made-up ids do not delay the genuine one of the same order', async () => {
  const send = await mount();
  for (let n = 0; n < 12; n++) await send(STRANGERS[n % 2 === 0 ? 0 : 1], forged(n, 1));
  expect(await send(PROVIDER)).toBe(200);
});

it('guessed order numbers, of two addresses, do not delay the genuine one of another order', async () => {
  const send = await mount();
  for (let n = 0; n < 108; n++) await send(STRANGERS[n % 2 === 0 ? 0 : 1], forged(n, 100 + ((n >> 1) % 9)));
  expect(await send(PROVIDER)).toBe(200);
});

it('made-up addresses delay no IPN of an address that told of a payment', async () => {
  const send = await mount();
  expect(await send(PROVIDER)).toBe(200);
  rig.simulator.put(guid(999), { ...PAID, reference: 'order-2' });
  for (let n = 0; n < 120; n++) await send(`2001:db8:0:${n.toString(16)}::1`, forged(n, 2 + (n % 9)));
  expect(await send(PROVIDER, forged(999, 2))).toBe(200);
});

it('a payment that failed, or that is told of again, makes no stranger trusted', async () => {
  const send = await mount();
  await send(PROVIDER);
  const [stranger] = STRANGERS;
  rig.simulator.put(guid(0), { ...PAID, reference: 'order-2', statusCode: 2 });
  expect([await send(stranger, forged(0, 2)), await send(stranger)]).toEqual([200, 200]);
  const before = rig.lookups();
  for (let n = 1; n < 60; n++) await send(stranger, forged(n, 100 + n));
  expect(rig.lookups() - before).toBe(24);
});

it('an order whose id is known has no forged IPN looked up', async () => {
  const send = await mount((notice) => ({ ...ORDER, reference: notice.reference ?? '', id: ID }));
  expect([await send(STRANGERS[0], forged(1, 1)), rig.lookups()]).toEqual([401, 0]);
  expect(await send(PROVIDER)).toBe(200);
});
