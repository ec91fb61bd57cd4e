// Captured deliveries, sent again for as long as anybody could: none may start a handler twice.
import { type ClaimStore, memoryStore, sign } from '@postern/core';
import { github } from '@postern/core/providers/github';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { standardWebhooks } from '@postern/core/providers/standard-webhooks';
import { stripe } from '@postern/core/providers/stripe';
import { describe, expect, it } from 'vitest';
import { type ClaimSite, type Message, NOW, SECRET, startSite } from './site.ts';

const signed = async (body: string, timestamp: number, secret = SECRET): Promise<Message> => ({
  headers: await sign(liasonpay(), { secret, body, timestamp }),
  body,
});

/** Statuses of all messages, sent a hundred at a time. */
async function postAll(site: ClaimSite, messages: readonly Message[]): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let at = 0; at < messages.length; at += 100)
    statuses.push(...(await Promise.all(messages.slice(at, at + 100).map((message) => site.post(message)))));
  return statuses;
}

/** Other ways to write the same signature header. Some verify as well, and some do not; none is another event. */
const SPELLINGS: readonly ((message: Message) => Message)[] = [
  ({ headers, body }) => ({ headers: mapHeader(headers, (text) => text.toUpperCase()), body }),
  ({ headers, body }) => ({
    headers: mapHeader(headers, (text) => text.replace(/v1=(.*)/, (_, mac) => `v1=${mac.toUpperCase()}`)),
    body,
  }),
  ({ headers, body }) => ({ headers: mapHeader(headers, (text) => text.split(',').reverse().join(',')), body }),
  ({ headers, body }) => ({ headers: mapHeader(headers, (text) => `${text},v1=${'0'.repeat(64)}`), body }),
  ({ headers, body }) => ({ headers: mapHeader(headers, (text) => `${text},v0=junk`), body }),
  ({ headers, body }) => ({ headers: mapHeader(headers, (text) => text.replace('t=', 't=0')), body }),
  ({ headers, body }) => ({ headers: mapHeader(headers, (text) => ` ${text} `), body }),
  ({ headers, body }) => ({
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toUpperCase(), text])),
    body,
  }),
  ({ headers, body }) => ({ headers: { ...headers, 'x-request-id': 'another', 'content-type': 'text/plain' }, body }),
];

function mapHeader(headers: Message['headers'], change: (text: string) => string): Message['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, change(text)]));
}

describe('1,000 captured deliveries, signed from 300 s ago to 300 s ahead', () => {
  it('start no handler again in fifteen minutes, re-spelt or not, on the memory store', async () => {
    const store = memoryStore({ now: () => clock.seconds * 1000 });
    const site = await startSite(store);
    const { clock } = site;
    const captures = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => signed(`{"n":${index}}`, NOW - 300 + Math.round((index * 600) / 999))),
    );
    expect(new Set(await postAll(site, captures))).toEqual(new Set([200]));
    expect(site.started).toHaveLength(1000);
    // Every ten seconds another twentieth of them, as captured and in another spelling: each capture is sent at four or five moments.
    for (let turn = 1; turn <= 90; turn++) {
      clock.seconds = NOW + turn * 10;
      const some = captures.filter((_, index) => index % 20 === turn % 20);
      const spell = SPELLINGS[turn % SPELLINGS.length] ?? ((message) => message);
      const statuses = await postAll(site, [...some, ...some.map(spell)]);
      expect(statuses.filter((status) => status !== 200 && status !== 401)).toEqual([]);
    }
    expect(site.started).toHaveLength(1000);
    await site.close();
  }, 60_000);

  it('start none when the clock is stepped, forward, back and home again', async () => {
    const site = await startSite(memoryStore());
    const captures = await Promise.all(
      Array.from({ length: 61 }, (_, index) => signed(`{"n":${index}}`, NOW - 300 + index * 10)),
    );
    await postAll(site, captures);
    for (const step of [290, 310, -310, 3_600, -3_600, 86_400 * 4, 0]) {
      site.clock.seconds = NOW + step;
      await postAll(site, captures);
    }
    expect(site.started).toHaveLength(61);
    await site.close();
  });
});

describe('forged messages with the ids of coming events', () => {
  it.each([
    ['stripe', stripe(), 'a signed id in the body'],
    ['standard-webhooks', standardWebhooks(), 'a signed id in a header'],
    ['github', github(), 'no id'],
    ['liasonpay', liasonpay(), 'a signed time'],
  ])('leave no key, and every real event runs: %s', async (_name, provider) => {
    const store = memoryStore();
    const secret = provider.name === 'standard-webhooks' ? `whsec_${btoa(SECRET)}` : SECRET;
    const other =
      provider.name === 'standard-webhooks'
        ? `whsec_${btoa('other-secret-for-claims-only-00')}`
        : 'other-secret-for-claims-only-00';
    const site = await startSite(store, undefined, { provider, secrets: secret });
    const make = async (key: string, index: number): Promise<Message> => {
      const body = `{"id":"evt_${index}"}`;
      return { headers: await sign(provider, { secret: key, body, timestamp: NOW, id: `msg_${index}` }), body };
    };
    const indices = Array.from({ length: 200 }, (_, index) => index);
    const forged = await Promise.all(indices.map((index) => make(other, index)));
    expect(new Set(await postAll(site, forged))).toEqual(new Set([401]));
    expect(store.stats().entries).toBe(0);
    const real = await Promise.all(indices.map((index) => make(secret, index)));
    expect(new Set(await postAll(site, real))).toEqual(new Set([200]));
    expect(site.started).toHaveLength(200);
    expect(new Set(site.started.map(({ attempt }) => attempt))).toEqual(new Set([1]));
    await site.close();
  });
});

describe('LiasonPay’s schedule of retries', () => {
  /** Seconds after the first try. */
  const SCHEDULE = [300, 1_800, 7_200, 18_000, 36_000];

  /** Sends an event until it is answered 2xx, as its sender does. */
  async function deliver(site: ClaimSite, body: string, signsAnew: boolean): Promise<'acknowledged' | 'given up'> {
    const sentAt = site.clock.seconds;
    for (const after of [0, ...SCHEDULE]) {
      site.clock.seconds = sentAt + after;
      const status = await site.post(await signed(body, signsAnew ? site.clock.seconds : sentAt));
      if (status >= 200 && status <= 299) return 'acknowledged';
    }
    return 'given up';
  }

  it.each([
    ['signs each anew', true],
    ['does not sign them anew', false],
  ])('loses no event whose handler failed, when it %s', async (_how, signsAnew) => {
    let failures = 0;
    const store = memoryStore({ now: () => site.clock.seconds * 1000 });
    const site: ClaimSite = await startSite(store, () => {
      if (failures-- > 0) throw new Error('the database is down');
    });
    for (const failing of [0, 1, 2, 5]) {
      failures = failing;
      expect(await deliver(site, `{"event":${failing}}`, signsAnew), `${failing} failures`).toBe('acknowledged');
    }
    expect(site.settled.filter(({ outcome }) => outcome === 'committed')).toHaveLength(4);
    await site.close();
  });

  it('lets in no stale stranger, and none that was finished', async () => {
    const store = memoryStore({ now: () => site.clock.seconds * 1000 });
    const site: ClaimSite = await startSite(store);
    const finished = await signed('{"event":"finished"}', NOW);
    expect(await site.post(finished)).toBe(200);
    const strangers = await Promise.all(
      SCHEDULE.map((after) => signed(`{"stranger":${after}}`, NOW + 36_000 - after - 1)),
    );
    site.clock.seconds = NOW + 36_000;
    expect(new Set(await postAll(site, [finished, ...strangers]))).toEqual(new Set([401]));
    expect(site.started).toHaveLength(1);
    await site.close();
  });

  it('loses nothing that arrived while the server was down, under the tolerance the README names for such a sender', async () => {
    const store: ClaimStore = memoryStore({ now: () => site.clock.seconds * 1000 });
    const options = { toleranceSeconds: { past: 39_600, future: 300 } };
    const site: ClaimSite = await startSite(store, undefined, options);
    const late = await signed('{"event":"late"}', NOW);
    site.clock.seconds = NOW + 36_000;
    expect(await site.post(late)).toBe(200);
    expect(await site.post(late)).toBe(200);
    expect(site.started).toHaveLength(1);
    await site.close();
  });
});

describe('a sender that hangs up after 3 s while the handler takes 10 s', () => {
  it('starts it once; its retries get 503, and then the acknowledgement', async () => {
    const gates: (() => void)[] = [];
    const site = await startSite(memoryStore(), () => new Promise<void>((resolve) => gates.push(resolve)));
    const message = await signed('{"event":"slow"}', NOW);
    const hangUp = new AbortController();
    const first = site.post(message, hangUp.signal).catch(() => 'hung up');
    while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve));
    hangUp.abort();
    expect(await first).toBe('hung up');
    expect([await site.post(message), await site.post(message)]).toEqual([503, 503]);
    gates[0]?.();
    while (site.settled.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await site.post(message)).toBe(200);
    expect(site.started).toHaveLength(1);
    expect(site.settled).toMatchObject([{ outcome: 'committed' }]);
    await site.close();
  });
});
