// Notices that share a look-up with one that came before them, and notices that are written again long afterwards.
import type { Confirmed, ReceiverOptions } from '@postern/core';
import { createOutbound, type Outbound } from '@postern/core/outbound';
import { webhook } from '@postern/express';
import type { RunningServer } from '@postern/testing';
import express from 'express';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listen } from '../conformance/listen.ts';
import { deferred } from '../src/deferred.ts';
import { ID, ipn, LOOKUP, ORDER, openRig, PAID, type Rig, sendIpn } from './rig.ts';

let rig: Rig;
let server: RunningServer;
const confirmed: (Confirmed | undefined)[] = [];

beforeEach(async () => {
  rig = await openRig();
  confirmed.length = 0;
});
afterEach(() => Promise.all([rig.simulator.close(), server.close()]));

async function mount(options: ReceiverOptions): Promise<void> {
  server = await listen(
    express().all(
      '/ipn',
      webhook(options, (delivery) => void confirmed.push(delivery.confirmed)),
    ),
  );
}

it('a notice is not acknowledged by a look-up that began before it, though it is the first to claim its answer', async () => {
  const real = createOutbound({ routes: rig.simulator.routes });
  const answered = deferred();
  const letGo = deferred();
  const outbound: Outbound = async (request) => {
    const answer = await real(request);
    if (request.url.includes(LOOKUP)) {
      answered.resolve();
      await letGo.promise;
    }
    return answer;
  };
  const joined = deferred();
  let notices = 0;
  const expected = async ({ reference = '' }) => {
    // The second one asks in the turn after this one.
    if (++notices === 2) setImmediate(joined.resolve);
    return { ...ORDER, reference };
  };
  await mount(rig.options({ expected, confirm: { outbound } }));
  rig.simulator.put(ID, { ...PAID, statusCode: 2 });
  // The stranger names the payment of another, and an order of his own: his notice is refused, and its look-up is what the genuine one joins.
  const forged = sendIpn(server, ipn({ OrderMerchantReference: 'order-of-a-stranger' }));
  await answered.promise;
  rig.simulator.put(ID, PAID);
  const genuine = sendIpn(server);
  await joined.promise;
  letGo.resolve();
  expect([(await forged).status, (await genuine).status]).toEqual([401, 503]);
  expect(confirmed).toEqual([]);
  expect((await sendIpn(server)).status).toBe(200);
  expect(confirmed.map((one) => one?.outcome)).toEqual(['paid']);
});

it('a paid order’s notice that anybody writes again, months later, does not run again', async () => {
  await mount(rig.options());
  expect((await sendIpn(server)).status).toBe(200);
  for (const days of [4, 100, 200]) {
    rig.clock.now += days * 86_400_000;
    expect((await sendIpn(server)).status).toBe(200);
  }
  expect(confirmed).toHaveLength(1);
});

it('remembers a payment for as long as it is told to', async () => {
  await mount(rig.options({ keepHours: 24 }));
  await sendIpn(server);
  rig.clock.now += 25 * 3_600_000;
  await sendIpn(server);
  expect(confirmed).toHaveLength(2);
});
