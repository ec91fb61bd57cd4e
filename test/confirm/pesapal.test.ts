// PesaPal's IPN, end to end: a forged or a genuine notice comes by HTTP, and its API is asked over real TLS.
import { type Confirmed, type Delivery, fromEnv, type ReceiverOptions } from '@postern/core';
import { pesapalConfirm } from '@postern/core/confirm';
import { pesapal } from '@postern/core/providers/pesapal';
import { webhook } from '@postern/express';
import { webhook as nextWebhook } from '@postern/next';
import type { RunningServer } from '@postern/testing';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen } from '../conformance/listen.ts';
import { CREDENTIALS, guid, ID, ipn, LOOKUP, ORDER, openRig, PAID, type Rig, sendIpn, type Told } from './rig.ts';

let rig: Rig;
const servers: RunningServer[] = [];
const confirmed: (Confirmed | undefined)[] = [];

beforeEach(async () => {
  rig = await openRig();
  confirmed.length = 0;
});
afterEach(async () => {
  await Promise.all([rig.simulator.close(), ...servers.splice(0).map((server) => server.close())]);
});

/** An Express application that is guarded. */
async function mount(
  options: ReceiverOptions = rig.options(),
  handler: (delivery: Delivery) => unknown = (delivery) => confirmed.push(delivery.confirmed),
): Promise<RunningServer> {
  const app = express();
  app.all('/ipn', webhook(options, handler));
  const server = await listen(app);
  servers.push(server);
  return server;
}

const echo = (status: number, type = 'IPNCHANGE') => ({
  orderNotificationType: type,
  orderTrackingId: ID,
  orderMerchantReference: 'order-1',
  status,
});
const reasons = () => rig.verdicts.map(({ reason }) => reason);

describe('a genuine IPN', () => {
  it.each(['GET', 'json', 'form'] as const)(
    'is looked up and handled, and answered with the exact JSON: %s',
    async (how) => {
      const told = await sendIpn(await mount(), ipn(), how);
      expect(told.status).toBe(200);
      expect(told.headers['content-type']).toBe('application/json');
      expect(told.text).toBe(JSON.stringify(echo(200)));
      expect(confirmed).toMatchObject([
        {
          id: ID,
          reference: 'order-1',
          amount: '10000',
          currency: 'KES',
          status: '1',
          outcome: 'paid',
          environment: 'sandbox',
        },
      ]);
      expect(confirmed[0]?.json()).toMatchObject({ confirmation_code: '6513008693186320103009' });
      expect(rig.simulator.asked.map(({ method, host, url }) => `${method} ${host}${url}`)).toEqual([
        'POST cybqa.pesapal.com/pesapalv3/api/Auth/RequestToken',
        `GET cybqa.pesapal.com/pesapalv3/api/Transactions/GetTransactionStatus?orderTrackingId=${ID}`,
      ]);
      expect(JSON.parse(rig.simulator.asked[0]?.body ?? '')).toEqual({
        consumer_key: CREDENTIALS.consumerKey,
        consumer_secret: CREDENTIALS.consumerSecret,
      });
      expect(rig.verdicts).toMatchObject([{ outcome: 'accepted', eventId: ID, eventType: 'IPNCHANGE' }]);
    },
  );

  it('is looked up at the live host where the guard is live', async () => {
    await sendIpn(await mount(rig.options({ environment: 'live' })));
    expect(rig.simulator.asked.map(({ host }) => host)).toEqual(['pay.pesapal.com', 'pay.pesapal.com']);
  });

  it('runs in a route handler of Next, by GET and by POST', async () => {
    const { allow: _, trustProxy: __, clientAddressHeader: ___, ...options } = rig.options();
    const POST = nextWebhook(options, (delivery) => void confirmed.push(delivery.confirmed));
    const context = { params: Promise.resolve({}) };
    const query = new URLSearchParams(ipn());
    const got = await POST(new Request(`https://shop.example/ipn?${query}`) as never, context);
    expect([got.status, await got.json()]).toEqual([200, echo(200)]);
    const body = JSON.stringify(ipn());
    const posted = await POST(new Request('https://shop.example/ipn', { method: 'POST', body }) as never, context);
    expect([posted.status, await posted.json()]).toEqual([200, echo(200)]);
    expect(confirmed).toHaveLength(1);
    const forged = await POST(
      new Request(`https://shop.example/ipn?${new URLSearchParams(ipn({ OrderMerchantReference: 'x' }))}`) as never,
      context,
    );
    expect(forged.status).toBe(401);
  });

  it('is acknowledged without the handler when it is repeated, in capitals too', async () => {
    const server = await mount();
    await sendIpn(server);
    for (const how of ['GET', 'json', 'form'] as const)
      expect((await sendIpn(server, ipn({ OrderTrackingId: ID.toUpperCase() }), how)).status).toBe(200);
    expect(confirmed).toHaveLength(1);
  });

  it('is a new event when the status has changed', async () => {
    const server = await mount();
    await sendIpn(server);
    rig.simulator.put(ID, { ...PAID, statusCode: 3 });
    expect((await sendIpn(server)).status).toBe(200);
    expect(confirmed.map((one) => one?.outcome)).toEqual(['paid', 'reversed']);
  });

  it('of a subscription is held against the account, and each charge is an event', async () => {
    const expected = () => ({ reference: '555-678', amount: '100', currency: 'KES' });
    const server = await mount(rig.options({ expected }));
    const notice = ipn({ OrderNotificationType: 'RECURRING', OrderMerchantReference: '555-678' });
    const charge = { ...PAID, reference: '1515111111', amount: '100' };
    rig.simulator.put(ID, { ...charge, recurring: { account: '555-678', correlationId: 111222 } });
    expect(JSON.parse((await sendIpn(server, notice)).text)).toMatchObject({
      orderNotificationType: 'RECURRING',
      status: 200,
    });
    await sendIpn(server, notice);
    expect(confirmed.map((one) => one?.reference)).toEqual(['555-678']);
    expect(rig.verdicts[0]).toMatchObject({ outcome: 'accepted', eventType: 'RECURRING' });
    rig.simulator.put(ID, {
      ...charge,
      confirmationCode: 'next',
      recurring: { account: '555-678', correlationId: 111222 },
    });
    await sendIpn(server, notice);
    expect(confirmed).toHaveLength(2);
  });

  it('is answered with status 500 in PesaPal’s words when the handler fails, and its retry is handled', async () => {
    let failing = true;
    const server = await mount(rig.options(), (delivery) => {
      if (failing) throw new Error('the database is away');
      confirmed.push(delivery.confirmed);
    });
    const told = await sendIpn(server);
    expect([told.status, JSON.parse(told.text)]).toEqual([503, echo(500)]);
    failing = false;
    expect((await sendIpn(server)).status).toBe(200);
    expect(confirmed).toHaveLength(1);
  });
});

describe('a forged IPN', () => {
  it('for an order that nobody knows costs no request', async () => {
    const server = await mount(rig.options({ expected: () => undefined }));
    const told = await Promise.all(
      Array.from({ length: 30 }, (_, n) => sendIpn(server, ipn({ OrderTrackingId: guid(n) }))),
    );
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set([404]));
    expect(rig.simulator.connections()).toBe(0);
    expect(new Set(reasons())).toEqual(new Set(['unknown-order']));
  });

  it.each([
    ['no id', { OrderTrackingId: '' }, 'missing-id'],
    ['no GUID', { OrderTrackingId: '1' }, 'malformed-id'],
    ['a path', { OrderTrackingId: `../../api/Auth/RequestToken` }, 'malformed-id'],
    ['another parameter', { OrderTrackingId: `${ID}&orderTrackingId=x` }, 'malformed-id'],
    ['a fragment', { OrderTrackingId: `${ID}#` }, 'malformed-id'],
    ['a line end', { OrderTrackingId: `${ID}\n` }, 'malformed-id'],
    ['a browser’s way back', { OrderNotificationType: 'CALLBACKURL' }, 'malformed-id'],
    ['a reference of other characters', { OrderMerchantReference: 'order 1' }, 'malformed-id'],
    ['a reference that is too long', { OrderMerchantReference: 'x'.repeat(51) }, 'malformed-id'],
  ] as const)('with %s is refused before anybody is asked', async (_name, change, reason) => {
    const server = await mount();
    for (const how of ['GET', 'json', 'form'] as const)
      expect((await sendIpn(server, ipn(change), how)).status).toBe(401);
    expect(reasons()).toEqual([reason, reason, reason]);
    // Nothing was proven, so it is a stranger's: a sender without a signature is not authentic.
    expect(new Set(rig.verdicts.map(({ kind }) => kind))).toEqual(new Set(['forged']));
    expect(rig.simulator.connections()).toBe(0);
  });

  it('that says one id in its query and another in its body is refused', async () => {
    const server = await mount();
    const query = new URLSearchParams(ipn({ OrderTrackingId: guid(2) }));
    for (const how of ['json', 'form'] as const)
      expect((await sendIpn(server, ipn(), how, `/ipn?${query}`)).status).toBe(401);
    expect((await sendIpn(server, ipn(), 'form', `/ipn?${query}&OrderTrackingId=${guid(2)}`)).status).toBe(401);
    expect(rig.simulator.connections()).toBe(0);
  });

  it.each([
    ['RECURRING', 'IPNCHANGE'],
    ['IPNCHANGE', 'RECURRING'],
  ] as const)('that tells a charge, told as %s, as %s makes no second event of it', async (first, second) => {
    const expected = ({ reference = '' }) =>
      ['555-678', 'order-1'].includes(reference) ? { ...ORDER, reference } : undefined;
    const server = await mount(rig.options({ expected }));
    const references = { RECURRING: '555-678', IPNCHANGE: 'order-1' };
    const tell = async (type: keyof typeof references) =>
      (await sendIpn(server, ipn({ OrderNotificationType: type, OrderMerchantReference: references[type] }))).status;
    const recurring = { account: '555-678', correlationId: 111222 };
    rig.simulator.put(ID, { ...PAID, recurring });
    expect([await tell(first), await tell(second), confirmed.length]).toEqual([200, 200, 1]);
    // The next charge is one, by whichever name it comes first.
    rig.simulator.put(ID, { ...PAID, recurring: { ...recurring, correlationId: 111223 } });
    expect([await tell(second), await tell(first), confirmed.length]).toEqual([200, 200, 2]);
    rig.simulator.put(ID, { ...PAID, recurring: { ...recurring, correlationId: 111223 }, confirmationCode: 'next' });
    expect([await tell(second), await tell(first), confirmed.length]).toEqual([200, 200, 3]);
  });

  it('sent again when the payment’s confirmation code has come makes no second event of it', async () => {
    const server = await mount();
    for (const confirmationCode of ['', '6513008693186320103009']) {
      rig.simulator.put(ID, { ...PAID, confirmationCode });
      expect((await sendIpn(server)).status).toBe(200);
    }
    expect(confirmed).toHaveLength(1);
  });

  it('that names another reference, or another id than the order has, is refused before anybody is asked', async () => {
    const server = await mount(rig.options({ expected: () => ({ ...ORDER, id: guid(1) }) }));
    expect((await sendIpn(server)).status).toBe(401);
    expect((await sendIpn(server, ipn({ OrderTrackingId: guid(1), OrderMerchantReference: 'order-2' }))).status).toBe(
      401,
    );
    expect(reasons()).toEqual(['unconfirmed', 'unconfirmed']);
    expect(rig.simulator.connections()).toBe(0);
  });
});

describe('what the provider reports', () => {
  it.each([
    ['another reference', { reference: 'order-2' }],
    ['one shilling less', { amount: '9999.00' }],
    ['one cent less', { amount: '9999.99' }],
    ['one cent more', { amount: '10000.01' }],
    ['an exponent', { amount: '1e4' }],
    ['a part of a cent', { amount: '10000.001' }],
    ['a negative amount', { amount: '-10000' }],
    ['another currency', { currency: 'UGX' }],
  ])('with %s is refused, for good', async (_name, change) => {
    const server = await mount();
    rig.simulator.put(ID, { ...PAID, ...change });
    const told = await sendIpn(server);
    expect(told.status).toBe(401);
    expect(told.headers['content-type']).toBe('application/problem+json');
    expect(told.text).not.toMatch(/order|KES|UGX|amount|reference/i);
    expect(reasons()).toEqual(['unconfirmed']);
    expect(confirmed).toEqual([]);
  });

  it.each(['10000', '10000.0', '10000.00', '10000.0000'])('as %s is the order’s 10000.00', async (amount) => {
    rig.simulator.put(ID, { ...PAID, amount });
    expect((await sendIpn(await mount())).status).toBe(200);
    expect(confirmed[0]?.amount).toBe('10000');
  });

  it.each([
    ['is under way', { statusCode: 0 }],
    ['has a status that nobody knows', { statusCode: 9 }],
  ])('when the payment %s, is waited for', async (_name, change) => {
    const server = await mount();
    rig.simulator.put(ID, { ...PAID, ...change });
    const told = await sendIpn(server);
    expect([told.status, JSON.parse(told.text)]).toEqual([503, echo(500)]);
    expect(reasons()).toEqual(['confirm-unavailable']);
    rig.simulator.put(ID, PAID);
    expect((await sendIpn(server)).status).toBe(200);
    expect(confirmed).toHaveLength(1);
  });

  it('of a payment that failed reaches the handler as what it is', async () => {
    rig.simulator.put(ID, { ...PAID, statusCode: 2 });
    await sendIpn(await mount());
    expect(confirmed).toMatchObject([{ outcome: 'failed', status: '2' }]);
  });
});

describe('a provider that is down', () => {
  const quick = { timeoutMs: 1_500, retries: 0 };

  it.each(['slow', 'cut', 'broken', 'busy', 'refusing', 'redirecting', 'oversized', 'garbled'] as const)(
    '(%s) makes the sender try again, and nothing is lost',
    async (how) => {
      const server = await mount(rig.options({ confirm: quick }));
      rig.simulator.misbehave(how, { at: LOOKUP });
      const told = await sendIpn(server);
      expect([told.status, JSON.parse(told.text)]).toEqual([503, echo(500)]);
      expect(Number(told.headers['retry-after'])).toBeGreaterThanOrEqual(how === 'busy' ? 7 : 1);
      expect(told.text).not.toMatch(/simulated|Server Error|maintenance/);
      expect(reasons()).toEqual(['confirm-unavailable']);
      rig.simulator.misbehave();
      expect((await sendIpn(server)).status).toBe(200);
      expect(confirmed).toHaveLength(1);
    },
  );

  it('is told to the operator in its own words, without token or secret', async () => {
    const server = await mount(rig.options({ confirm: quick }));
    rig.simulator.misbehave('broken', { at: LOOKUP });
    await sendIpn(server);
    expect(String(rig.verdicts[0]?.error)).toContain('Server Error in /Application: simulated');
    expect(JSON.stringify(rig.verdicts)).not.toMatch(/simulated-token|test-consumer/);
  });

  it('for a moment is asked again within the deadline', async () => {
    const server = await mount();
    rig.simulator.misbehave('broken', { at: LOOKUP, times: 1 });
    expect((await sendIpn(server)).status).toBe(200);
    expect(rig.lookups()).toBe(2);
  });

  it('is not sent after a redirect', async () => {
    const server = await mount();
    rig.simulator.misbehave('redirecting', { at: LOOKUP });
    await sendIpn(server);
    expect(rig.lookups()).toBe(1);
  });

  it('that gives no token is unavailable, and its answer is told to nobody', async () => {
    const server = await mount(
      rig.options({
        confirm: quick,
      }),
    );
    rig.simulator.misbehave('refusing', { at: 'RequestToken' });
    expect((await sendIpn(server)).status).toBe(503);
    expect(rig.verdicts[0]?.detail).toMatch(/refuses the credentials.*environment/);
    expect(rig.verdicts[0]?.error).toBeUndefined();
  });
});

describe('floods', () => {
  it('1,000 IPNs for one order at once make one look-up, and one run of the handler', async () => {
    const { allow: _, trustProxy: __, clientAddressHeader: ___, ...options } = rig.options();
    const GET = nextWebhook(options, (delivery) => void confirmed.push(delivery.confirmed));
    const url = `https://shop.example/ipn?${new URLSearchParams(ipn())}`;
    const context = { params: Promise.resolve({}) };
    // Everything has run once: what is measured is not how long a cold start takes.
    await GET(
      new Request(`https://shop.example/ipn?${new URLSearchParams(ipn({ OrderTrackingId: guid(1) }))}`) as never,
      context,
    );
    const before = rig.lookups();
    const told = await Promise.all(Array.from({ length: 1000 }, () => GET(new Request(url) as never, context)));
    expect(rig.lookups() - before).toBe(1);
    expect(confirmed).toHaveLength(1);
    // The others are told to come back: the event is being handled.
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set([200, 503]));
    expect((await GET(new Request(url) as never, context)).status).toBe(200);
    expect(confirmed).toHaveLength(1);
  });

  it('100 of them by socket, too', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let waiting = 0;
    const expected = async () => {
      if (++waiting === 100) release();
      await gate;
      return ORDER;
    };
    const server = await mount(rig.options({ expected }));
    const told = await Promise.all(Array.from({ length: 100 }, () => sendIpn(server)));
    expect([rig.lookups(), confirmed.length]).toEqual([1, 1]);
    expect(told.every(({ status }) => status === 200 || status === 503)).toBe(true);
  });

  it('do not have a notice acknowledged that may know more than the look-up it shares', async () => {
    let release: () => void = () => undefined;
    let gate = Promise.resolve();
    let waiting = 0;
    const expected = async () => {
      if (++waiting === 3) release();
      await gate;
      return ORDER;
    };
    const server = await mount(rig.options({ expected }));
    expect((await sendIpn(server)).status).toBe(200);
    gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const told = await Promise.all([sendIpn(server), sendIpn(server)]);
    expect(rig.lookups()).toBe(2);
    // The payment is reversed while they are looked up: the second notice may be the one that says so.
    expect(told.map(({ status }) => status).sort()).toEqual([200, 503]);
    expect(rig.verdicts.filter(({ outcome }) => outcome === 'rejected')).toMatchObject([{ reason: 'in-flight' }]);
    expect((await sendIpn(server)).status).toBe(200);
    expect([rig.lookups(), confirmed.length]).toEqual([3, 1]);
  });

  it('of forged IPNs for one known order, under any id, do not delay another order', async () => {
    const expected = ({ reference = '' }) => ({ ...ORDER, reference });
    const server = await mount(rig.options({ expected }));
    for (let n = 0; n < 40; n++) {
      rig.simulator.put(guid(n), { ...PAID, reference: 'order-9' });
      await sendIpn(server, ipn({ OrderTrackingId: guid(n % 2 === 0 ? 7 : n), OrderMerchantReference: 'order-9' }));
    }
    expect(rig.lookups()).toBeLessThanOrEqual(6);
    expect(rig.verdicts.at(-1)).toMatchObject({ reason: 'confirm-unavailable' });
    expect((await sendIpn(server)).status).toBe(200);
    rig.clock.now += 61_000;
    expect((await sendIpn(server, ipn({ OrderTrackingId: guid(1), OrderMerchantReference: 'order-9' }))).status).toBe(
      200,
    );
  });

  it('beyond the provider’s limit are told to come back, and when', async () => {
    const expected = ({ reference = '' }) => ({ ...ORDER, reference });
    const server = await mount(rig.options({ expected, confirm: { perMinute: 10 } }));
    for (let n = 0; n < 12; n++) {
      rig.simulator.put(guid(n), { ...PAID, reference: `order-${n}` });
      await sendIpn(server, ipn({ OrderTrackingId: guid(n), OrderMerchantReference: `order-${n}` }));
    }
    // A token is a request, too, and one source does not get all there is.
    expect(rig.simulator.asked.length).toBeLessThanOrEqual(10);
    const told = await sendIpn(server, ipn({ OrderTrackingId: guid(11), OrderMerchantReference: 'order-11' }));
    expect(told.status).toBe(503);
    expect(Number(told.headers['retry-after'])).toBeGreaterThanOrEqual(60);
  });
});

describe('the token', () => {
  it('is asked for once by many, and kept', async () => {
    const expected = ({ reference = '' }) => ({ ...ORDER, reference });
    const server = await mount(rig.options({ expected }));
    const sendOne = (n: number) => {
      rig.simulator.put(guid(n), { ...PAID, reference: `order-${n}` });
      return sendIpn(server, ipn({ OrderTrackingId: guid(n), OrderMerchantReference: `order-${n}` }));
    };
    const told: Told[] = await Promise.all([1, 2, 3, 4, 5].map(sendOne));
    told.push(await sendOne(6));
    expect(told.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(rig.simulator.asked.length - rig.lookups()).toBe(1);
  });

  it('is renewed a minute before it expires', async () => {
    const server = await mount();
    await sendIpn(server);
    rig.clock.now += 239_000;
    rig.simulator.put(ID, { ...PAID, statusCode: 3 });
    await sendIpn(server);
    expect(rig.simulator.asked.length - rig.lookups()).toBe(1);
    rig.clock.now += 2_000;
    await sendIpn(server);
    expect(rig.simulator.asked.length - rig.lookups()).toBe(2);
  });

  it('that is said to be over with HTTP 200 is asked for anew, too', async () => {
    const server = await mount();
    await sendIpn(server);
    rig.simulator.expireTokens('200');
    rig.simulator.put(ID, { ...PAID, statusCode: 3 });
    expect((await sendIpn(server)).status).toBe(200);
    expect(rig.simulator.asked.length - rig.lookups()).toBe(2);
  });

  it('that was taken back is asked for anew, once', async () => {
    const server = await mount();
    await sendIpn(server);
    rig.simulator.expireTokens();
    rig.simulator.put(ID, { ...PAID, statusCode: 3 });
    expect((await sendIpn(server)).status).toBe(200);
    expect(rig.simulator.asked.length - rig.lookups()).toBe(2);
    rig.simulator.misbehave('refusing', { at: LOOKUP });
    expect((await sendIpn(server)).status).toBe(503);
    expect(rig.simulator.asked.length - rig.lookups()).toBe(3);
  });
});

describe('credentials of the environment', () => {
  const confirm = () =>
    pesapalConfirm({ consumerKey: fromEnv('POSTERN_TEST_NO_KEY'), consumerSecret: fromEnv('POSTERN_TEST_NO_SECRET') });

  it('are read when a guard of Express is made', () => {
    expect(() => webhook({ ...rig.options(), confirm: confirm() }, () => undefined)).toThrow(/POSTERN_TEST_NO_KEY/);
  });

  it('are read at the first delivery in Next, which is refused and not lost while they are missing', async () => {
    const { allow: _, trustProxy: __, clientAddressHeader: ___, ...options } = rig.options();
    const POST = nextWebhook({ ...options, confirm: confirm() }, () => undefined);
    const request = new Request(`https://shop.example/ipn?${new URLSearchParams(ipn())}`);
    expect((await POST(request as never, { params: Promise.resolve({}) })).status).toBe(500);
    expect(rig.verdicts).toMatchObject([
      { reason: 'misconfigured', detail: expect.stringContaining('POSTERN_TEST_NO_KEY') },
    ]);
  });
});

describe('our own records', () => {
  it.each([
    ['an amount that is a number', { ...ORDER, amount: 10000 }],
    ['an exponent', { ...ORDER, amount: '1e4' }],
    ['more decimals than the currency has', { ...ORDER, amount: '10000.001' }],
    ['no amount', { reference: 'order-1', currency: 'KES' }],
    ['no currency', { reference: 'order-1', amount: '1' }],
    ['no reference', { amount: '1', currency: 'KES' }],
    ['text', 'order-1'],
  ])('that give %s are our mistake, and nobody is asked', async (_name, order) => {
    const told = await sendIpn(await mount(rig.options({ expected: () => order as never })));
    expect(told.status).toBe(500);
    expect(rig.verdicts).toMatchObject([{ reason: 'misconfigured', detail: expect.stringContaining('expected()') }]);
    expect(rig.simulator.connections()).toBe(0);
  });

  it('that fail make the sender try again', async () => {
    const told = await sendIpn(await mount(rig.options({ expected: () => Promise.reject(new Error('database')) })));
    expect(told.status).toBe(503);
    expect(rig.verdicts).toMatchObject([{ reason: 'confirm-unavailable', error: new Error('database') }]);
  });

  it('that never answer do not hold a delivery for ever', async () => {
    const server = await mount(
      rig.options({ confirm: { timeoutMs: 50 }, expected: () => new Promise(() => undefined) }),
    );
    expect((await sendIpn(server)).status).toBe(503);
  });
});

describe('a guard', () => {
  const make = (changes: Record<string, unknown>) => () =>
    webhook({ ...rig.options(), ...changes } as never, () => undefined);

  it.each([
    ['without environment', { environment: undefined }, 'environment'],
    ['with an environment that is none', { environment: 'production' }, 'environment'],
    ['without expected', { expected: undefined }, 'expected'],
    ['with expected that is no function', { expected: {} }, 'expected'],
    ['with nobody to ask, and no allowlist', { confirm: undefined }, 'allow'],
    ['with expected, and nobody to ask', { confirm: undefined, allow: ['192.0.2.1'] }, 'confirm'],
    ['with confirm that is none', { confirm: () => undefined }, 'confirm'],
  ])('%s is not made', (_name, changes, option) => {
    expect(make(changes)).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }));
  });

  it('for a provider that proves nothing is not made without confirm or an allowlist', () => {
    expect(() => webhook({ provider: pesapal(), secrets: [] }, () => undefined)).toThrow(
      /give confirm.*or the addresses/,
    );
  });

  it.each([
    [{ consumerKey: 'test-consumer-key' }, {}, 'confirm.consumerSecret'],
    [{ ...CREDENTIALS, consumerSecret: '' }, {}, 'confirm.consumerSecret'],
    [{ ...CREDENTIALS, consumerKey: 'your_consumer_key' }, {}, 'confirm.consumerKey'],
    [{ ...CREDENTIALS, consumerKeys: 'x' }, {}, 'confirm.consumerKeys'],
    [CREDENTIALS, { timeoutMs: 0 }, 'confirm.timeoutMs'],
    [CREDENTIALS, { perMinute: -1 }, 'confirm.perMinute'],
    [CREDENTIALS, { rejectUnauthorized: false }, 'confirm.rejectUnauthorized'],
    [CREDENTIALS, { outbound: {} }, 'confirm.outbound'],
  ])('with credentials or options that cannot work is not made (%#)', (credentials, options, option) => {
    const guard = () =>
      webhook({ ...rig.options(), confirm: pesapalConfirm(credentials as never, options as never) }, () => undefined);
    expect(guard).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }));
  });
});
