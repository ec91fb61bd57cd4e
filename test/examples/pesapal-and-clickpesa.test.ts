// The example as it stands, mounted on a real server, with PesaPal played on loopback over real TLS.
import { signRequest } from '@postern/core';
import { createOutbound } from '@postern/core/outbound';
import { clickpesa } from '@postern/core/providers/clickpesa';
import { type PesapalSimulator, type RunningServer, simulatePesapal } from '@postern/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../examples/pesapal-and-clickpesa/src/app.ts';
import { readEnvironment } from '../../examples/pesapal-and-clickpesa/src/environment.ts';
import type { Order } from '../../examples/pesapal-and-clickpesa/src/orders.ts';
import { registerIpn } from '../../examples/pesapal-and-clickpesa/src/register-ipn.ts';
import { listen } from '../conformance/listen.ts';
import { ID, ipn, PAID, sendIpn } from '../confirm/rig.ts';

const CHECKSUM_KEY = 'test-checksum-key-test-checksum-key';
const CREDENTIALS = { consumerKey: 'test-consumer-key', consumerSecret: 'test-consumer-secret' };
const ORDERS: readonly Order[] = [
  { reference: 'order-1', amount: '10000.00', currency: 'KES', trackingId: ID },
  { reference: 'order-2', amount: '25000', currency: 'TZS' },
];

let simulator: PesapalSimulator;
let server: RunningServer;
let settled: string[];
let records: object[];

beforeEach(async () => {
  simulator = await simulatePesapal();
  simulator.put(ID, PAID);
  settled = [];
  records = [];
  const { app } = createApp({
    environment: 'sandbox',
    orders: {
      find: async (reference) => ORDERS.find((order) => order.reference === reference),
      settle: async (reference, outcome) => void settled.push(`${reference} ${outcome}`),
    },
    log: (kind, record) => records.push({ kind, ...record }),
    ...CREDENTIALS,
    checksumKey: CHECKSUM_KEY,
    outbound: createOutbound({ routes: simulator.routes }),
  });
  server = await listen(app);
});
afterEach(async () => {
  await Promise.all([server.close(), simulator.close()]);
});

describe('a PesaPal IPN', () => {
  const send = (changes = {}, how: 'GET' | 'json' | 'form' = 'GET') =>
    sendIpn(server, ipn(changes), how, '/webhooks/pesapal');

  it.each(['GET', 'json', 'form'] as const)(
    'is confirmed, settled once and answered as PesaPal wants: %s',
    async (how) => {
      for (const _ of [1, 2]) {
        const { status, text } = await send({}, how);
        expect(status).toBe(200);
        expect(JSON.parse(text)).toEqual({
          orderNotificationType: 'IPNCHANGE',
          orderTrackingId: ID,
          orderMerchantReference: 'order-1',
          status: 200,
        });
      }
      expect(settled).toEqual(['order-1 paid']);
    },
  );

  it('of a later change is another event', async () => {
    await send();
    simulator.put(ID, { ...PAID, statusCode: 3 });
    await send();
    expect(settled).toEqual(['order-1 paid', 'order-1 reversed']);
  });

  it('of an order that is not known asks nobody', async () => {
    expect((await send({ OrderMerchantReference: 'order-9' })).status).toBe(404);
    expect(simulator.connections()).toBe(0);
  });

  it('that pairs an order with another payment asks nobody', async () => {
    expect((await send({ OrderTrackingId: '00000000-0000-4000-8000-000000000001' })).status).toBe(401);
    expect(simulator.connections()).toBe(0);
  });

  it.each([
    ['another amount', { amount: '9999.99' }],
    ['another currency', { currency: 'UGX' }],
    ['another reference', { reference: 'order-2' }],
  ])('is refused where PesaPal reports %s', async (_, changes) => {
    simulator.put(ID, { ...PAID, ...changes });
    expect((await send()).status).toBe(401);
    expect(settled).toEqual([]);
  });

  it('comes again while PesaPal is down, and is then settled', async () => {
    simulator.misbehave('broken');
    expect((await send()).status).toBe(503);
    simulator.misbehave();
    expect((await send()).status).toBe(200);
    expect(settled).toEqual(['order-1 paid']);
  });
});

describe('a ClickPesa webhook', () => {
  const RECEIVED = {
    event: 'PAYMENT RECEIVED',
    data: { orderReference: 'order-2', amount: '25000.00', currency: 'TZS', status: 'SUCCESS' },
  };
  async function send(body: object, secret = CHECKSUM_KEY): Promise<number> {
    const request = await signRequest(clickpesa(), { secret, body: JSON.stringify(body) });
    const response = await fetch(`http://127.0.0.1:${server.port}/webhooks/clickpesa`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: request.body,
    });
    await response.arrayBuffer();
    return response.status;
  }

  it('is verified and settled once', async () => {
    expect(await send(RECEIVED)).toBe(200);
    expect(await send(RECEIVED)).toBe(200);
    expect(settled).toEqual(['order-2 paid']);
  });

  it('of a failed payment is taken with either name of its type', async () => {
    const failed = { data: { orderReference: 'order-2' } };
    expect(await send({ eventType: 'PAYMENT FAILED', ...failed })).toBe(200);
    expect(await send({ event: 'PAYMENT FAILED', ...failed })).toBe(200);
    expect(settled).toEqual(['order-2 failed', 'order-2 failed']);
  });

  it('is refused under another key', async () => {
    expect(await send(RECEIVED, 'test-another-key-test-another-key')).toBe(401);
    expect(settled).toEqual([]);
  });

  it.each([
    ['another amount', { amount: '2500.00' }],
    ['an amount that is none', { amount: '25000.00x' }],
    ['no amount', { amount: undefined }],
    ['another currency', { currency: 'KES' }],
    ['another order', { orderReference: 'order-9' }],
  ])('that is genuine and of %s settles nothing, and is given back', async (_, changes) => {
    expect(await send({ ...RECEIVED, data: { ...RECEIVED.data, ...changes } })).toBe(503);
    expect(settled).toEqual([]);
    expect(records).toContainEqual(expect.objectContaining({ kind: 'settled', outcome: 'released' }));
  });
});

describe('register-ipn', () => {
  const registration = () => ({
    environment: 'live' as const,
    url: 'https://shop.example/webhooks/pesapal',
    method: 'GET' as const,
    ...CREDENTIALS,
    outbound: createOutbound({ routes: simulator.routes }),
  });

  it('registers the URL at the host of its environment, and tells the id', async () => {
    expect(await registerIpn(registration())).toMatch(/^[0-9a-f-]{36}$/);
    expect(simulator.registered).toEqual([{ url: 'https://shop.example/webhooks/pesapal', method: 'GET' }]);
    expect(new Set(simulator.asked.map(({ host }) => host))).toEqual(new Set(['pay.pesapal.com']));
  });

  it('refuses a URL without TLS, and says what is wrong without a credential in it', async () => {
    await expect(registerIpn({ ...registration(), url: 'http://shop.example/' })).rejects.toThrow('https');
    const wrong = registerIpn({ ...registration(), consumerSecret: 'test-wrong-secret' });
    await expect(wrong).rejects.toThrow('gave no token');
    await expect(wrong).rejects.not.toThrow('test-');
  });
});

describe('the environment', () => {
  it('has no default, and refuses a mixture of sandbox and live', () => {
    const live = 'https://pay.pesapal.com/v3';
    expect(() => readEnvironment({})).toThrow('PAYMENTS_ENVIRONMENT');
    expect(() => readEnvironment({ PAYMENTS_ENVIRONMENT: 'production' })).toThrow('PAYMENTS_ENVIRONMENT');
    expect(() => readEnvironment({ PAYMENTS_ENVIRONMENT: 'sandbox', PESAPAL_BASE_URL: live })).toThrow('Do not mix');
    expect(readEnvironment({ PAYMENTS_ENVIRONMENT: 'live', PESAPAL_BASE_URL: `${live}/` })).toBe('live');
    expect(readEnvironment({ PAYMENTS_ENVIRONMENT: 'sandbox' })).toBe('sandbox');
  });
});
