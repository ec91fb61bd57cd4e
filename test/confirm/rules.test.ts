// The rules of single vendors that a table cannot hold.
import type { Confirmed, VerdictRecord } from '@postern/core';
import { type Confirm, type ConfirmOptions, confirmWith, fincodeConfirm, type Order } from '@postern/core/confirm';
import { createOutbound } from '@postern/core/outbound';
import { fincode } from '@postern/core/providers/fincode';
import { fincodeToken } from '@postern/core/providers/fincode-token';
import { webhook } from '@postern/express';
import type { PaymentSimulator, RunningServer, SimulatedPayment, SimulatedVendor } from '@postern/testing';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from '../conformance/listen.ts';
import { sendCapture, textOf, VENDORS, type VendorCase } from './vendors.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

interface Rig {
  readonly server: RunningServer;
  readonly confirmed: (Confirmed | undefined)[];
  readonly verdicts: VerdictRecord[];
}

async function mount(
  { provider, secrets }: Pick<VendorCase, 'provider' | 'secrets'>,
  confirm: Confirm,
  order: Order,
  environment: 'live' | 'sandbox' = 'sandbox',
): Promise<Rig> {
  const confirmed: (Confirmed | undefined)[] = [];
  const verdicts: VerdictRecord[] = [];
  const options = { provider, secrets, environment, confirm, expected: () => order };
  const app = express();
  app.all(
    '/',
    webhook({ ...options, onVerdict: (record) => verdicts.push(record) }, (delivery) => {
      confirmed.push(delivery.confirmed);
    }),
  );
  const server = await listen(app);
  closing.push(server.close);
  return { server, confirmed, verdicts };
}

function vendorOf(name: SimulatedVendor): VendorCase {
  const vendor = VENDORS.find((one) => one.name === name);
  if (vendor === undefined) throw new Error(`there is no ${name}`);
  return vendor;
}

async function open(
  vendor: VendorCase,
  order = vendor.order,
  environment: 'live' | 'sandbox' = 'sandbox',
): Promise<Rig & { readonly simulator: PaymentSimulator }> {
  const { simulator, confirm } = await vendor.open();
  closing.push(() => simulator.close());
  const options: ConfirmOptions = { outbound: createOutbound({ routes: simulator.routes }), retries: 0 };
  simulator.put(vendor.id, vendor.paid);
  return { simulator, ...(await mount(vendor, confirm(options), order, environment)) };
}

const TAILS = ['/../../v1/refunds', '?x=', '&y=1', '#', '%2f..', '\r\nx: y', ' ', '\u0000', 'é'];

const reasons = ({ verdicts }: Rig) => verdicts.map(({ reason }) => reason);

describe.each(VENDORS.map((vendor) => [vendor.name, vendor] as const))('%s', (_, vendor) => {
  it('asks for no id that would choose another request', async () => {
    const { simulator, server, confirmed } = await open(vendor);
    // Mercado Pago's scheme reads none of these, so nobody could sign them.
    const tails = vendor.name === 'mercado-pago' ? ['ORD', '-1'] : TAILS;
    for (const tail of tails)
      expect(await sendCapture(server, await vendor.notice(vendor.paid, vendor.id + tail))).toBe(401);
    expect([confirmed, simulator.connections()]).toEqual([[], 0]);
  });
});

describe('the system that is asked', () => {
  // One host serves both systems of these, and their keys say which.
  const KEYED: readonly SimulatedVendor[] = [
    'flutterwave-v3',
    'mollie-classic',
    'yookassa',
    'mercado-pago',
    'midtrans',
    'mtn-momo',
    'intasend',
    'moyasar',
    'xendit',
  ];

  it.each(KEYED)('is not a live one by a key of the sandbox: %s', async (name) => {
    const vendor = vendorOf(name);
    await expect(open(vendor, vendor.order, 'live')).rejects.toMatchObject({ code: 'wrong-kind-secret' });
  });

  it.each(
    VENDORS.filter(({ name }) => !KEYED.includes(name) && name !== 'hubtel').map(
      (vendor) => [vendor.name, vendor] as const,
    ),
  )('is the live one where the guard is live: %s', async (_, vendor) => {
    const { simulator, server } = await open(vendor, vendor.order, 'live');
    const capture = await vendor.notice(vendor.paid);
    simulator.vouch(vendor.vouched(textOf(capture)));
    // PayPal and Ozow say of the notice that it is one of the sandbox; Ozow signs that, and need not be asked.
    expect(await sendCapture(server, capture)).toBe(/^(?:paypal-ipn|ozow)$/.test(vendor.name) ? 401 : 200);
    const hosts = simulator.asked.map(({ host }) => host);
    expect(hosts.length > 0).toBe(vendor.name !== 'ozow');
    expect(hosts.filter((host) => vendor.hosts.includes(host))).toEqual([]);
  });

  it.each(['mollie-classic', 'yookassa', 'mercado-pago'] as const)(
    'must be the one that the payment is of: %s',
    async (name) => {
      const vendor = vendorOf(name);
      const rig = await open(vendor);
      rig.simulator.put(vendor.id, { ...vendor.paid, live: true });
      expect(await sendCapture(rig.server, await vendor.notice(vendor.paid))).toBe(401);
      expect([rig.confirmed, reasons(rig)]).toEqual([[], ['wrong-environment']]);
    },
  );
});

describe.each([
  ['paypal-ipn', 'receiver_id=SIMULATED0001', 'receiver_id=STRANGER00001'],
  ['payfast', 'merchant_id=10000100', 'merchant_id=10000101'],
] as const)('%s', (name, ours, others) => {
  const vendor = vendorOf(name);

  it('refuses a genuine notice of another merchant, who may have paid himself', async () => {
    const rig = await open(vendor);
    const text = vendor.vouched(textOf(await vendor.notice(vendor.paid)));
    expect(text).toContain(ours);
    const capture = await vendor.resign(text.replace(ours, others));
    rig.simulator.vouch(vendor.vouched(textOf(capture)));
    expect(await sendCapture(rig.server, capture)).toBe(401);
    expect([rig.confirmed, reasons(rig)]).toEqual([[], ['unconfirmed']]);
  });

  it('hands over a pending payment as pending, since its notice will never say anything else', async () => {
    const rig = await open(vendor);
    const capture = await vendor.notice({ ...vendor.paid, status: 'PENDING' });
    rig.simulator.vouch(vendor.vouched(textOf(capture)));
    expect(await sendCapture(rig.server, capture)).toBe(200);
    expect(rig.confirmed.map((one) => one?.outcome)).toEqual(['pending']);
  });
});

describe('paypal-ipn', () => {
  const vendor = vendorOf('paypal-ipn');

  it.each([
    ['a digit', 'mc_gross=10000.00', 'mc_gross=10000.000'],
    ['the order of fields', '&memo=+%7e', ''],
    ['an escape', '%7e', '%7E'],
    ['a byte', 'Zo%EB', 'Zo\u00eb'],
  ])('is posted back as it came: with %s changed it is not PayPal’s', async (_, find, replace) => {
    const rig = await open(vendor);
    const genuine = await vendor.notice(vendor.paid);
    rig.simulator.vouch(textOf(genuine));
    const changed = await vendor.resign(textOf(genuine).replace(find, replace));
    expect(await sendCapture(rig.server, changed)).toBe(401);
    expect(rig.simulator.asked.map(({ body }) => body)).not.toEqual([]);
    expect(await sendCapture(rig.server, genuine)).toBe(200);
  });

  it('confirms a refund by its own id and amount', async () => {
    const rig = await open(vendor, { ...vendor.order, amount: '-10000' });
    const capture = await vendor.notice({ ...vendor.paid, amount: '-10000.00', status: 'Refunded' });
    rig.simulator.vouch(textOf(capture));
    expect(await sendCapture(rig.server, capture)).toBe(200);
    expect(rig.confirmed).toMatchObject([{ outcome: 'reversed', amount: '-10000' }]);
  });
});

it('a refund of Mollie’s leaves the status, and is an event all the same', async () => {
  const vendor = vendorOf('mollie-classic');
  const rig = await open(vendor);
  const capture = await vendor.notice(vendor.paid);
  await sendCapture(rig.server, capture);
  rig.simulator.put(vendor.id, { ...vendor.paid, also: { amountRefunded: { value: '5.00', currency: 'EUR' } } });
  await sendCapture(rig.server, capture);
  await sendCapture(rig.server, capture);
  expect(rig.confirmed).toHaveLength(2);
  expect(rig.confirmed[1]?.json()).toMatchObject({ amountRefunded: { value: '5.00' } });
});

/** What the handler has heard after one notice, sent again each time the vendor says something else. */
async function heard(name: SimulatedVendor, answers: readonly Partial<SimulatedPayment>[]) {
  const vendor = vendorOf(name);
  const rig = await open(vendor);
  const capture = await vendor.notice(vendor.paid);
  for (const answer of answers) {
    rig.simulator.put(vendor.id, { ...vendor.paid, ...answer });
    expect([answer, await sendCapture(rig.server, capture)]).toEqual([answer, 200]);
  }
  return rig.confirmed.map((one) => `${one?.outcome}: ${one?.status}`);
}

describe('a payment that is settled', () => {
  it.each([
    ['clickpesa', 'SUCCESS', 'SETTLED', 'FAILED'],
    ['xendit', 'PAID', 'SETTLED', 'EXPIRED'],
    ['midtrans', 'capture', 'settlement', 'refund'],
    ['peach', '000.000.000', '000.600.000', '100.396.101'],
  ] as const)('was paid before, and is paid once: %s', async (name, paid, settled, undone) => {
    const outcome = name === 'midtrans' ? 'reversed' : 'failed';
    const told = `${outcome}: ${undone.toLowerCase()}`;
    expect(await heard(name, [{ status: paid }, { status: settled }, { status: undone }])).toEqual([
      `paid: ${paid.toLowerCase()}`,
      told,
    ]);
    // In whichever order it is heard of, the handler is told the vendor's own word.
    expect(await heard(name, [{ status: settled }, { status: paid }, { status: undone }])).toEqual([
      `paid: ${settled.toLowerCase()}`,
      told,
    ]);
  });

  it('with a reversal that is cancelled again is paid again: PayPal', async () => {
    const vendor = vendorOf('paypal-ipn');
    const rig = await open(vendor);
    for (const status of ['Completed', 'Canceled_Reversal']) {
      const capture = await vendor.notice({ ...vendor.paid, status });
      rig.simulator.vouch(textOf(capture));
      expect(await sendCapture(rig.server, capture)).toBe(200);
    }
    expect(rig.confirmed.map((one) => one?.status)).toEqual(['completed', 'canceled_reversal']);
  });
});

describe('a payment of which nothing is refunded', () => {
  it.each([
    ['mollie-classic', (value: string) => ({ amountRefunded: { value }, amountChargedBack: { value } })],
    ['yookassa', (value: string) => ({ refunded_amount: { value } })],
    ['mercado-pago', (value: string) => ({ transaction_amount_refunded: value })],
    ['midtrans', (value: string) => ({ refund_amount: value })],
    ['moyasar', (value: string) => ({ refunded: value })],
  ] as const)('is one event, however that is spelt, and so is each refund: %s', async (name, refunded) => {
    const spelt = (...values: readonly string[]) => values.map((value) => ({ also: refunded(value) }));
    expect(await heard(name, [{}, ...spelt('0.00', '0', '', '0.0', '-0')])).toHaveLength(1);
    expect(await heard(name, [{}, ...spelt('10.0', '10.00', '10', '010')])).toHaveLength(2);
    expect(await heard(name, [{}, ...spelt('10', '100', '0.1')])).toHaveLength(4);
  });
});

it.each(['clickpesa', 'hubtel', 'midtrans'] as const)(
  'a vendor that knows an id in another spelling makes no second event of it: %s',
  async (name) => {
    const vendor = vendorOf(name);
    const rig = await open(vendor);
    const other = vendor.id === vendor.id.toUpperCase() ? vendor.id.toLowerCase() : vendor.id.toUpperCase();
    rig.simulator.put(other, vendor.paid);
    expect(await sendCapture(rig.server, await vendor.notice(vendor.paid))).toBe(200);
    expect(await sendCapture(rig.server, await vendor.notice(vendor.paid, other))).toBe(401);
    expect(rig.confirmed).toHaveLength(1);
  },
);

it('a capture that Midtrans holds for fraud is not money yet', async () => {
  const vendor = vendorOf('midtrans');
  const rig = await open(vendor);
  const held = { ...vendor.paid, status: 'capture', also: { fraud_status: 'challenge' } };
  rig.simulator.put(vendor.id, held);
  expect(await sendCapture(rig.server, await vendor.notice(vendor.paid))).toBe(503);
  rig.simulator.put(vendor.id, { ...held, also: {} });
  expect(await sendCapture(rig.server, await vendor.notice(vendor.paid))).toBe(200);
  expect(rig.confirmed.map((one) => one?.outcome)).toEqual(['paid']);
});

it('a result of Peach that is pending, under review or uncertain is not decided', async () => {
  const vendor = vendorOf('peach');
  const rig = await open(vendor);
  for (const status of ['000.200.000', '000.400.100', '900.100.300', '000.1', '42']) {
    rig.simulator.put(vendor.id, { ...vendor.paid, status });
    expect([status, await sendCapture(rig.server, await vendor.notice(vendor.paid))]).toEqual([status, 503]);
  }
  expect(rig.confirmed).toEqual([]);
  rig.simulator.put(vendor.id, { ...vendor.paid, status: '800.000.000.100' });
  await sendCapture(rig.server, await vendor.notice(vendor.paid));
  expect(rig.confirmed.map((one) => one?.outcome)).toEqual(['failed']);
});

it('AzamPay’s answer names no order, so none is believed but the transaction that was asked for', async () => {
  const vendor = vendorOf('azampay');
  const rig = await open(vendor, { reference: 'anything' });
  expect(textOf(await vendor.notice(vendor.paid))).toContain('"utilityref":"anything"');
  expect(await sendCapture(rig.server, await vendor.notice(vendor.paid))).toBe(401);
  expect([rig.confirmed, reasons(rig)]).toEqual([[], ['unconfirmed']]);
});

it('MTN’s callback is taken by POST as by PUT', async () => {
  const vendor = vendorOf('mtn-momo');
  const rig = await open(vendor);
  const capture = await vendor.notice(vendor.paid);
  for (const method of ['POST', 'PUT']) expect(await sendCapture(rig.server, { ...capture, method })).toBe(200);
  expect(await sendCapture(rig.server, { ...capture, method: 'GET' })).toBe(405);
  expect(rig.confirmed).toHaveLength(1);
});

it('Daraja’s password and AzamPay’s key are in no record', async () => {
  for (const name of ['safaricom-daraja', 'azampay'] as const) {
    const vendor = vendorOf(name);
    const rig = await open(vendor);
    rig.simulator.misbehave('garbled');
    await sendCapture(rig.server, await vendor.notice(vendor.paid));
    expect(rig.verdicts).toHaveLength(1);
    const told = `${JSON.stringify(rig.verdicts)} ${rig.verdicts.map(({ error }) => String(error))}`;
    for (const secret of Object.values(rig.simulator.credentials).filter((one) => one.length > 9))
      expect(told).not.toContain(secret);
  }
});

it.each([
  'http://auth.acme.example',
  'https://auth.acme.example:8443',
  'https://127.0.0.1',
  'https://auth.acme.example@evil.example',
])('asks for no token at %s', (host) => {
  const base = { live: 'https://api.acme.example', sandbox: 'https://sandbox.acme.example' };
  const data = {
    provider: 'acme',
    docs: 'https://acme.example/docs',
    base,
    notice: { id: { at: { json: 'id' }, pattern: /\d+/ } },
    credentials: ['key'],
    token: { base: { ...base, live: host }, path: '/token', at: 'token', lifetimeSeconds: 60 },
    lookup: { path: '/{id}', headers: { authorization: '{key} {token} {offsetTime}' } },
    answer: { reference: 'id', status: 'status', statuses: { paid: ['paid'] } },
  };
  expect(() => confirmWith(data, { key: 'simulated-key' })).toThrow(/token\.base\.live/);
  expect(() => confirmWith({ ...data, token: { ...data.token, base } }, { key: 'simulated-key' })).not.toThrow();
});

describe('fincode', () => {
  const order = { reference: 'TEST-1', amount: '250.00', currency: 'NGN' };
  const notice = (headers: readonly (readonly [string, string])[] = []) => ({
    method: 'POST',
    url: '/',
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    body: new TextEncoder().encode('{"eventType":"transaction.completed","reference":"TEST-1","status":"PAID"}'),
  });

  it('is confirmed by a look-up of one’s own, and never by its body', async () => {
    let amount = '2.50';
    const confirm = fincodeConfirm(async ({ id }, { environment }) => ({
      reference: id,
      amount,
      currency: 'NGN',
      status: environment,
      outcome: 'paid',
    }));
    const rig = await mount({ provider: fincode(), secrets: [] }, confirm, order);
    expect(await sendCapture(rig.server, notice())).toBe(401);
    amount = '250';
    expect(await sendCapture(rig.server, notice())).toBe(200);
    expect(rig.confirmed).toMatchObject([{ id: 'TEST-1', amount: '250', status: 'sandbox' }]);
  });

  it('asks for its token first, and nobody then', async () => {
    let asked = 0;
    const confirm = fincodeConfirm(
      async () => {
        asked++;
        return undefined;
      },
      { provider: 'fincode-token' },
    );
    const secret = 'test_token_of_nobody_not_a_real_one_0001';
    const rig = await mount({ provider: fincodeToken({ header: 'x-token' }), secrets: secret }, confirm, order);
    expect(await sendCapture(rig.server, notice())).toBe(401);
    expect(await sendCapture(rig.server, notice([['x-token', `${secret}x`]]))).toBe(401);
    expect(asked).toBe(0);
    expect(await sendCapture(rig.server, notice([['x-token', secret]]))).toBe(401);
    expect([asked, reasons(rig)]).toEqual([1, ['missing-signature', 'bad-signature', 'unconfirmed']]);
  });
});
