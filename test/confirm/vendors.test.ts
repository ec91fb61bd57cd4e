// Each vendor's notice, end to end: it comes to an Express application or a Next.js route handler by HTTP, and the vendor's API is asked over
// real TLS.
import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Capture, Confirmed, Delivery, ReceiverOptions, VerdictRecord } from '@postern/core';
import type { Order } from '@postern/core/confirm';
import { createOutbound } from '@postern/core/outbound';
import { webhook as expressWebhook } from '@postern/express';
import { webhook as nextWebhook } from '@postern/next';
import type { PaymentSimulator, RunningServer } from '@postern/testing';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from '../conformance/listen.ts';
import { sendCapture, textOf, VENDORS, type VendorCase } from './vendors.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

interface Rig {
  readonly simulator: PaymentSimulator;
  readonly server: RunningServer;
  readonly confirmed: (Confirmed | undefined)[];
  readonly verdicts: VerdictRecord[];
  /** Requests, those for tokens left out. */
  lookups(): number;
}

type Options = Omit<ReceiverOptions, 'allow' | 'trustProxy' | 'clientAddressHeader' | 'schema'>;
type OnConfirmed = (delivery: Delivery) => void;

/** The guard in a framework, as a listener of Node's HTTP server. */
const MOUNTS: Readonly<Record<'Express' | 'Next.js', (options: Options, handler: OnConfirmed) => RequestListener>> = {
  Express: (options, handler) => express().all('/', expressWebhook(options, handler)),
  'Next.js': (options, handler) => {
    const route = nextWebhook(options, handler);
    const context = { params: Promise.resolve({}) };
    return getRequestListener((request) => route(request as never, context));
  },
};

/** A vendor that knows its payment, and a guard that asks it. */
async function open(
  mount: keyof typeof MOUNTS,
  vendor: VendorCase,
  order: Order | 'none' = vendor.order,
): Promise<Rig> {
  const { simulator, confirm } = await vendor.open();
  const confirmed: (Confirmed | undefined)[] = [];
  const verdicts: VerdictRecord[] = [];
  const listener = MOUNTS[mount](
    {
      provider: vendor.provider,
      secrets: vendor.secrets,
      environment: 'sandbox',
      confirm: confirm({ outbound: createOutbound({ routes: simulator.routes }), retries: 0 }),
      expected: () => (order === 'none' ? undefined : order),
      onVerdict: (record) => verdicts.push(record),
    },
    (delivery) => void confirmed.push(delivery.confirmed),
  );
  const server = await listen(listener);
  closing.push(() => simulator.close(), server.close);
  simulator.put(vendor.id, vendor.paid);
  const lookups = () => simulator.asked.filter(({ url }) => !/token|oauth\/v1/i.test(url)).length;
  return { simulator, server, confirmed, verdicts, lookups };
}

/** A notice that the vendor has sent, or that anybody wrote. */
async function notice(vendor: VendorCase, claim = vendor.paid, simulator?: PaymentSimulator): Promise<Capture> {
  const capture = await vendor.notice(claim);
  simulator?.vouch(vendor.vouched(textOf(capture)));
  return capture;
}

const PAIRS = (['Express', 'Next.js'] as const).flatMap((mount) =>
  VENDORS.map((vendor) => [mount, vendor.name, vendor] as const),
);

describe.each(PAIRS)('%s, %s', (mount, _, vendor) => {
  it('hands over what was looked up, once', async () => {
    const { simulator, server, confirmed, verdicts, lookups } = await open(mount, vendor);
    const capture = await notice(vendor, vendor.paid, simulator);
    expect([await sendCapture(server, capture), verdicts.map(({ detail }) => detail)]).toEqual([200, [undefined]]);
    expect(confirmed).toMatchObject([
      {
        id: vendor.id,
        reference: vendor.order.reference,
        amount: vendor.reports.includes('amount') ? '10000' : undefined,
        status: vendor.paid.status.toLowerCase(),
        outcome: 'paid',
        environment: 'sandbox',
      },
    ]);
    expect(await sendCapture(server, capture)).toBe(200);
    expect(confirmed).toHaveLength(1);
    expect(lookups()).toBe(2);
    expect([...new Set(simulator.asked.map(({ host }) => host))].sort()).toEqual(vendor.hosts);
  });

  it('hands over a failed payment as failed, and as an event of its own', async () => {
    const { simulator, server, confirmed } = await open(mount, vendor);
    await sendCapture(server, await notice(vendor, vendor.paid, simulator));
    simulator.put(vendor.id, { ...vendor.paid, status: vendor.failed });
    const claim = vendor.vouches ? { ...vendor.paid, status: vendor.failed } : vendor.paid;
    expect(await sendCapture(server, await notice(vendor, claim, simulator))).toBe(200);
    // Hubtel has no word for it: what fails there stays unpaid.
    expect(confirmed.map((one) => one?.outcome)).toEqual(['paid', vendor.name === 'hubtel' ? 'reversed' : 'failed']);
  });

  const OTHERS = { reference: 'order-2', amount: '10000.01', currency: 'XAF' } as const;
  it.each(vendor.reports)('refuses a payment with another %s', async (field) => {
    const { simulator, server, confirmed, verdicts } = await open(mount, vendor);
    const other = { ...vendor.paid, [field]: OTHERS[field] };
    simulator.put(vendor.id, other);
    const capture = await notice(vendor, vendor.vouches ? other : vendor.paid, simulator);
    expect(await sendCapture(server, capture)).toBe(401);
    expect([confirmed, verdicts.map(({ reason }) => reason)]).toEqual([[], ['unconfirmed']]);
  });

  it('refuses, or does not believe yet, what the vendor does not know', async () => {
    const { simulator, server, confirmed } = await open(mount, vendor);
    simulator.forget(vendor.id);
    expect(await sendCapture(server, await notice(vendor))).toBe(vendor.unknown);
    expect(confirmed).toEqual([]);
  });

  it('asks nobody about an order that is not ours', async () => {
    const { simulator, server, confirmed } = await open(mount, vendor, 'none');
    expect(await sendCapture(server, await notice(vendor, vendor.paid, simulator))).toBe(404);
    expect([confirmed, simulator.asked, simulator.connections()]).toEqual([[], [], 0]);
  });

  it.each(['broken', 'garbled'] as const)('asks for another try when the vendor is %s', async (how) => {
    const { simulator, server, confirmed, verdicts } = await open(mount, vendor);
    const capture = await notice(vendor, vendor.paid, simulator);
    simulator.misbehave(how);
    expect(await sendCapture(server, capture)).toBe(503);
    expect([confirmed, verdicts.map(({ reason }) => reason)]).toEqual([[], ['confirm-unavailable']]);
    simulator.misbehave();
    expect(await sendCapture(server, capture)).toBe(200);
    expect(confirmed).toHaveLength(1);
  });

  it('logs in again when its token has been taken back', async () => {
    const { simulator, server } = await open(mount, vendor);
    const capture = await notice(vendor, vendor.paid, simulator);
    await sendCapture(server, capture);
    simulator.expireTokens();
    expect(await sendCapture(server, capture)).toBe(200);
  });
});
