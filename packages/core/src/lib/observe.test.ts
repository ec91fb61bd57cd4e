import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { liasonpay } from '../providers/liasonpay.ts';
import { meta } from '../providers/meta.ts';
import { pesapal } from '../providers/pesapal.ts';
import { slack } from '../providers/slack.ts';
import { standardWebhooks } from '../providers/standard-webhooks.ts';
import { stripe } from '../providers/stripe.ts';
import { rangesFrom } from './address/ranges-from.ts';
import type { ClaimStore } from './claims/contract.ts';
import { type MemoryStore, memoryStore } from './claims/memory-store.ts';
import { confirmBy } from './confirm/confirm-by.ts';
import type { BodyFailure } from './exchange.ts';
import { REASON_STATUS, type Reason } from './reasons.ts';
import { createReceiver } from './receiver.ts';
import type { ReceiverOptions } from './receiver-options.ts';
import type { HeaderLines } from './scheme/header-reader.ts';
import { sign } from './sign.ts';
import type { Delivery, SettledRecord, StandardSchema, VerdictRecord } from './types.ts';
import { verify } from './verify.ts';

const SECRET = 'test-secret-test-secret-test-secret';
const WHSEC = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NOW = 1_767_225_600;
const DAY = 86_400_000;
const BODY = '{"event_type":"payment.paid","id":"evt_1","amount":25}';
const UNTIL = new Date(NOW * 1000 + 7 * DAY);

interface Sent {
  readonly body?: string;
  readonly secret?: string;
  readonly timestamp?: number;
  readonly peerAddress?: string | undefined;
  readonly method?: string;
  readonly url?: string;
  readonly failed?: BodyFailure['failed'];
  readonly headers?: (signed: Record<string, string>) => HeaderLines;
}

let emit: MockInstance;
beforeEach(() => {
  emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

/** What was warned of under a code. */
function warnings(code: string): readonly string[] {
  return (emit.mock.calls as unknown as [string, { code: string }][])
    .filter(([, options]) => options.code === code)
    .map(([message]) => message);
}

/** A receiver with a clock that is set by hand, and everything that can be seen of it. */
function open(options: Partial<ReceiverOptions> = {}) {
  const clock = { now: NOW * 1000 };
  const now = () => clock.now;
  const verdicts: VerdictRecord[] = [];
  const settled: SettledRecord[] = [];
  const deliveries: Delivery[] = [];
  const { provider = liasonpay() } = options;
  const store: MemoryStore = memoryStore({ now });
  const receiver = createReceiver({
    provider,
    secrets: SECRET,
    store,
    now,
    onVerdict: (record) => verdicts.push(record),
    onSettled: (record) => settled.push(record),
    ...options,
  });
  let work: (delivery: Delivery) => unknown = () => undefined;
  async function send(sent: Sent = {}) {
    const { body = BODY, timestamp = Math.floor(clock.now / 1000) } = sent;
    const secret = sent.secret ?? (options.secrets as string | undefined) ?? SECRET;
    const signed = provider.scheme.kind === 'none' ? {} : await sign(provider, { secret, body, timestamp });
    const bytes = new TextEncoder().encode(body);
    const { failed } = sent;
    return receiver.handle(
      {
        head: {
          method: sent.method ?? 'POST',
          url: sent.url ?? '/webhooks',
          headers: sent.headers?.(signed) ?? Object.entries(signed),
          peerAddress: 'peerAddress' in sent ? sent.peerAddress : '192.0.2.7',
        },
        readBody: async () => (failed === undefined ? bytes : { failed, detail: 'as the test says' }),
      },
      (delivery) => {
        deliveries.push(delivery);
        return work(delivery);
      },
    );
  }
  return {
    clock,
    verdicts,
    settled,
    deliveries,
    receiver,
    store,
    send,
    /** Sets what the handler does. */
    does(task: (delivery: Delivery) => unknown) {
      work = task;
    },
  };
}

type Site = ReturnType<typeof open>;
interface Scene {
  readonly options?: Partial<ReceiverOptions>;
  readonly sent?: Sent;
  /** What has happened before the delivery comes. */
  readonly before?: (site: Site) => Promise<void> | void;
}

const without =
  (name: string) =>
  (signed: Record<string, string>): HeaderLines =>
    Object.entries(signed).filter(([header]) => header !== name);
const setting =
  (name: string, change: (value: string) => string) =>
  (signed: Record<string, string>): HeaderLines =>
    Object.entries(signed).map(([header, value]) => [header, header === name ? change(value) : value]);
const SIGNATURE = 'liasonpay-signature';
const brokenStore: ClaimStore = {
  claim: () => Promise.reject(new Error('away')),
  complete: () => Promise.reject(new Error('away')),
  release: () => Promise.reject(new Error('away')),
};
const refusing: StandardSchema = {
  '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [{ message: 'no', path: ['amount'] }] }) },
};
const standard = { provider: standardWebhooks(), secrets: WHSEC };
const confirming = (lookUp: Parameters<typeof confirmBy>[1], expected: ReceiverOptions['expected']) => ({
  provider: pesapal(),
  secrets: [],
  environment: 'live' as const,
  expected,
  confirm: confirmBy(
    { provider: 'pesapal', notice: { id: { at: [{ query: 'OrderTrackingId' }], pattern: /[\w-]{1,64}/ } } },
    lookUp,
  ),
});
const ORDER = { reference: 'r-1', amount: '25', currency: 'KES' };
const notice = { url: '/webhooks?OrderTrackingId=t-1' };

/** Every refusal that is let through, and what brings it about. */
const LET_THROUGH: Partial<Record<Reason, Scene>> = {
  'missing-signature': { sent: { headers: without(SIGNATURE) } },
  'malformed-signature': { sent: { headers: setting(SIGNATURE, () => 'nonsense') } },
  'bad-signature': { sent: { secret: `${SECRET}-of-another` } },
  'unsupported-scheme': { sent: { headers: setting(SIGNATURE, (value) => value.replace('v1=', 'v0=')) } },
  'duplicate-header': {
    sent: {
      headers: (signed) => [...Object.entries(signed), ...Object.entries(signed)],
    },
  },
  'missing-timestamp': { sent: { headers: setting(SIGNATURE, (value) => value.replace(/t=\d+,/, '')) } },
  'malformed-timestamp': { sent: { headers: setting(SIGNATURE, (value) => value.replace(/t=\d+/, 't=soon')) } },
  'missing-id': { options: standard, sent: { headers: without('webhook-id') } },
  'malformed-id': { options: standard, sent: { headers: setting('webhook-id', () => 'a.b') } },
  stale: { sent: { timestamp: NOW - 301 } },
  future: { sent: { timestamp: NOW + 301 } },
  unconfirmed: {
    options: confirming(
      () => undefined,
      () => ORDER,
    ),
    sent: notice,
  },
  'unknown-order': {
    options: confirming(
      () => undefined,
      () => undefined,
    ),
    sent: notice,
  },
  'confirm-unavailable': {
    options: confirming(
      () => {
        throw new Error('down');
      },
      () => ORDER,
    ),
    sent: notice,
  },
  'source-not-allowed': { options: { allow: ['198.51.100.0/24'] } },
  'source-unknown': { options: { allow: ['198.51.100.0/24'] }, sent: { peerAddress: undefined } },
  'source-unavailable': {
    options: {
      allow: rangesFrom(async () => {
        throw new Error('nobody answers');
      }),
    },
  },
  'secret-unavailable': {
    options: {
      secretStore: {
        save: () => false,
        load: () => {
          throw new Error('vault');
        },
      },
    },
  },
  'store-unavailable': { options: { store: brokenStore } },
  'in-flight': {
    before: async (site) => {
      const begun = new Promise<void>((resolve) => site.does(() => new Promise(() => resolve())));
      void site.send();
      await begun;
      site.does(() => undefined);
    },
  },
  'invalid-payload': { options: { schema: refusing } },
};

/** Every refusal that stands, whatever is observed. */
const ENFORCED: Partial<Record<Reason, Scene>> = {
  misconfigured: { sent: { failed: 'misconfigured' } },
  'method-not-allowed': { sent: { method: 'PUT' } },
  'body-timeout': { sent: { failed: 'body-timeout' } },
  'body-incomplete': { sent: { failed: 'body-incomplete' } },
  'body-too-large': { sent: { failed: 'body-too-large' } },
  overloaded: { sent: { failed: 'overloaded' } },
  draining: { before: async (site) => void (await site.receiver.close()) },
};

const play = async (scene: Scene, observe?: ReceiverOptions['observe']) => {
  const site = open({ ...scene.options, observe });
  await scene.before?.(site);
  site.verdicts.length = 0;
  const runs = site.deliveries.length;
  const answer = await site.send(scene.sent);
  return { site, answer, runs: site.deliveries.length - runs, record: site.verdicts[0] };
};

describe('observe', () => {
  it('has a scene here for every reason there is', () => {
    const played = [...Object.keys(LET_THROUGH), ...Object.keys(ENFORCED), 'handler-failed', 'handler-timeout'];
    expect([...played, 'wrong-environment'].sort()).toEqual(Object.keys(REASON_STATUS).sort());
  });

  it.each(Object.entries(LET_THROUGH))('lets %s through, recorded as it would have been', async (reason, scene) => {
    const enforced = await play(scene);
    expect(enforced).toMatchObject({ runs: 0, record: { outcome: 'rejected', reason } });
    expect(enforced.record?.enforced).toBeUndefined();
    const { runs, record, site, answer } = await play(scene, { until: UNTIL });
    expect(runs).toBe(1);
    expect(answer.status).toBe(200);
    expect(site.verdicts).toHaveLength(1);
    const { outcome, status, detail } = enforced.record as VerdictRecord;
    expect(record).toMatchObject({ outcome, reason, status, detail, enforced: false });
    expect(site.deliveries.at(-1)?.observed).toBe(reason);
    await expect.poll(() => site.settled.length).toBeGreaterThan(0);
  });

  it.each(Object.entries(ENFORCED))('does not apply to %s', async (reason, scene) => {
    const { runs, record, answer } = await play(scene, { until: UNTIL });
    expect(runs).toBe(0);
    expect(record).toMatchObject({ outcome: 'rejected', reason });
    expect(record?.enforced).toBeUndefined();
    expect(answer.status).toBe(REASON_STATUS[reason as Reason]);
  });

  it('does not apply to secrets that are missing at the first delivery, nor to what judging throws', async () => {
    const provider = liasonpay();
    const throwing = { ...provider, scheme: { ...provider.scheme, verify: () => Promise.reject(new Error('defect')) } };
    const { runs, record } = await play({ options: { provider: throwing } }, { until: UNTIL });
    expect(runs).toBe(0);
    expect(record).toMatchObject({ reason: 'misconfigured' });

    const late = createReceiver(
      {
        provider,
        secrets: { read: () => [{ id: 'a', value: '' }] },
        observe: { until: UNTIL },
        now: () => NOW * 1000,
      },
      { secretsAtFirstDelivery: true },
    );
    const reception = await late.receive({
      head: { method: 'POST', url: '/', headers: [], peerAddress: '192.0.2.7' },
      readBody: async () => new Uint8Array(),
    });
    expect(reception).toMatchObject({ outcome: 'rejected', reason: 'misconfigured' });
  });

  it('does not apply to a mistake of ours that only shows when the provider is to be asked', async () => {
    const options = confirming(
      () => undefined,
      () => ({ ...ORDER, amount: 'much' }),
    );
    const { runs, record } = await play({ options, sent: notice }, { until: UNTIL });
    expect(runs).toBe(0);
    expect(record).toMatchObject({ reason: 'misconfigured', status: 500 });
  });

  it('leaves genuine deliveries as they are', async () => {
    const site = open({ observe: { until: UNTIL } });
    expect((await site.send()).status).toBe(200);
    expect(site.verdicts).toMatchObject([{ outcome: 'accepted', claimed: true }]);
    expect(site.verdicts[0]?.enforced).toBeUndefined();
    expect(site.deliveries[0]).toMatchObject({ observed: undefined, timestamp: NOW, covers: { body: true } });
    expect(site.settled).toMatchObject([{ outcome: 'committed' }]);
  });

  it('hands over bytes and nothing else of a delivery that nobody vouches for', async () => {
    const site = open({ ...standard, eventId: 'id', observe: { until: UNTIL } });
    await site.send({ secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' });
    const [delivery] = site.deliveries;
    expect(delivery).toMatchObject({
      observed: 'bad-signature',
      provider: 'standard-webhooks',
      endpoint: 'standard-webhooks',
      id: undefined,
      type: undefined,
      tenant: undefined,
      timestamp: undefined,
      secretId: '',
      claim: undefined,
      covers: { body: false, timestamp: false, id: false, type: false, fields: [] },
    });
    expect(delivery?.text()).toBe(BODY);
    expect(delivery?.json()).toMatchObject({ amount: 25 });
    expect(site.verdicts[0]).toMatchObject({ authentic: false, eventId: undefined, secretId: undefined });
  });

  it('keeps forged deliveries out of the store, so that none stands in the way of the genuine one', async () => {
    const site = open({ eventId: 'id', observe: { until: UNTIL } });
    for (const sent of [{ secret: `${SECRET}-of-another` }, LET_THROUGH['missing-signature']?.sent ?? {}])
      await site.send(sent);
    expect(site.deliveries).toHaveLength(2);
    expect(site.store.stats().entries).toBe(0);
    await site.send();
    expect(site.store.stats().entries).toBe(1);
    expect(site.verdicts[2]).toMatchObject({ outcome: 'accepted' });
  });

  it('still tells a genuine delivery from elsewhere, and claims it', async () => {
    const site = open({ allow: ['198.51.100.0/24'], observe: { until: UNTIL } });
    await site.send();
    expect(site.verdicts[0]).toMatchObject({ reason: 'source-not-allowed', authentic: true, claimed: true });
    expect(site.deliveries[0]).toMatchObject({ timestamp: NOW, covers: { body: true } });
    await site.send({ secret: `${SECRET}-of-another` });
    expect(site.verdicts[1]).toMatchObject({ reason: 'source-not-allowed', authentic: false });
    expect(site.deliveries[1]).toMatchObject({ timestamp: undefined, covers: { body: false } });
    expect(site.store.stats().entries).toBe(1);
  });

  it('claims nothing for a stranger, where the address is the only proof of a sender', async () => {
    const notice = { method: 'GET', url: '/ipn?OrderTrackingId=t-1', body: '' };
    const site = open({ provider: pesapal(), secrets: [], allow: ['198.51.100.7'], observe: { until: UNTIL } });
    // Whoever paid knows his own tracking id, and may be quicker than the sender.
    await site.send({ ...notice, peerAddress: '203.0.113.66' });
    expect(site.deliveries[0]).toMatchObject({ observed: 'source-not-allowed', covers: { unsigned: ['everything'] } });
    expect(site.verdicts[0]).toMatchObject({ authentic: false, reason: 'source-not-allowed' });
    expect(site.store.stats().entries).toBe(0);
    site.clock.now = UNTIL.getTime() + 1000;
    await site.send({ ...notice, peerAddress: '198.51.100.7' });
    expect(site.deliveries.map((delivery) => delivery.observed)).toEqual(['source-not-allowed', undefined]);
  });

  it('runs repeats, for a wrong eventId must not throw honest events away, and says that they are some', async () => {
    const site = open({ eventId: 'event_type', observe: { until: UNTIL } });
    await site.send({ body: '{"event_type":"payment.paid","n":1}' });
    await site.send({ body: '{"event_type":"payment.paid","n":2}' });
    expect(site.deliveries.map((delivery) => delivery.observed)).toEqual([undefined, 'duplicate']);
    expect(site.verdicts[1]).toMatchObject({ outcome: 'answered', status: 200, enforced: false, authentic: true });
    expect(site.verdicts[1]?.detail).toMatch(/handled before/);
    expect(site.settled).toMatchObject([{ outcome: 'committed' }, { outcome: 'unclaimed' }]);
  });

  it('gives the schema’s event where there is one, and none where it refuses', async () => {
    const schema: StandardSchema<string> = {
      '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: JSON.stringify(value) }) },
    };
    const site = open({ schema, observe: { until: UNTIL } });
    await site.send({ secret: `${SECRET}-of-another` });
    expect(site.deliveries[0]?.event).toBe(BODY);
    const refused = await play({ options: { schema: refusing } }, { until: UNTIL });
    expect(refused.site.deliveries[0]?.event).toBeUndefined();
    // The signature was right: it has its claim.
    expect(refused.site.settled).toMatchObject([{ outcome: 'committed' }]);
  });

  it('leaves the handler’s own failures and deadline what they are', async () => {
    for (const secret of [SECRET, `${SECRET}-of-another`]) {
      const site = open({ observe: { until: UNTIL }, handlerTimeoutMs: 20 });
      site.does(() => {
        throw new Error('mine');
      });
      expect((await site.send({ secret })).status).toBe(503);
      site.does(() => new Promise(() => undefined));
      expect((await site.send({ secret, timestamp: NOW - 1 })).status).toBe(503);
      expect(site.settled.map(({ reason }) => reason)).toEqual(['handler-failed', 'handler-timeout']);
    }
  });

  it('answers handshakes as always, and refuses those that were never deliveries', async () => {
    const challenge = { body: '{"type":"url_verification","challenge":"abc"}' };
    const asked = await play({ options: { provider: slack() }, sent: challenge }, { until: UNTIL });
    expect(asked).toMatchObject({ runs: 0, answer: { status: 200 }, record: { outcome: 'answered' } });
    const head = { method: 'GET', body: '', headers: () => [] };
    const url = (token: string) => `/?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=123`;
    for (const [token, status] of [
      ['the-word', 200],
      ['another', 401],
    ] as const) {
      const options = { provider: meta({ verifyToken: 'the-word' }) };
      const { runs, answer } = await play({ options, sent: { ...head, url: url(token) } }, { until: UNTIL });
      expect([runs, answer.status]).toEqual([0, status]);
    }
  });

  it('reads the whole body of what might have been a handshake', async () => {
    const long = JSON.stringify({ type: 'event', text: 'x'.repeat(40_000) });
    const { runs, site } = await play(
      { options: { provider: slack() }, sent: { body: long, headers: () => [] } },
      { until: UNTIL },
    );
    expect(runs).toBe(1);
    expect(site.deliveries[0]?.text()).toBe(long);
  });

  it('asks nobody about a forged delivery', async () => {
    const lookUp = vi.fn(() => undefined);
    const { confirm } = confirming(lookUp, () => ORDER);
    const options = { provider: { ...liasonpay(), name: 'pesapal' }, confirm, expected: () => ORDER };
    const { runs } = await play(
      { options: { ...options, environment: 'live' }, sent: { ...notice, secret: `${SECRET}-of-another` } },
      { until: UNTIL },
    );
    expect(runs).toBe(1);
    expect(lookUp).not.toHaveBeenCalled();
  });

  it('accepts what storeFailure lets in as ever', async () => {
    const { record } = await play({ options: { store: brokenStore, storeFailure: 'open' } }, { until: UNTIL });
    expect(record).toMatchObject({ outcome: 'accepted', claimed: false });
  });

  it('is no option of verify, which lets nothing in', async () => {
    const capture = { method: 'POST', url: '/', headers: [], body: new Uint8Array() };
    const options = { provider: liasonpay(), secrets: SECRET, observe: { until: UNTIL } };
    await expect(verify(capture, options)).rejects.toMatchObject({ code: 'unknown-option', option: 'options.observe' });
  });
});

describe('the end of observe', () => {
  const forged = { secret: `${SECRET}-of-another` };

  it('comes by itself: the last moment is observed, and the next one enforced', async () => {
    const site = open({ observe: { until: UNTIL } });
    site.clock.now = UNTIL.getTime();
    expect((await site.send(forged)).status).toBe(200);
    site.clock.now += 1;
    expect((await site.send(forged)).status).toBe(401);
    expect(site.verdicts.map(({ enforced }) => enforced)).toEqual([false, undefined]);
    expect(site.deliveries).toHaveLength(1);
    expect(warnings('POSTERN_OBSERVING').at(-1)).toMatch(/ended at .*the option can go/);
  });

  it('is for good: a clock that is set back does not open the endpoint again', async () => {
    const site = open({ observe: { until: UNTIL } });
    site.clock.now = UNTIL.getTime() + 1;
    await site.send(forged);
    site.clock.now = NOW * 1000;
    expect((await site.send(forged)).status).toBe(401);
    expect(site.deliveries).toHaveLength(0);
  });

  it('is judged once a delivery, by the time its head was read', async () => {
    const site = open({ observe: { until: UNTIL }, secretStore: { save: () => false, load: () => lateLoad() } });
    const lateLoad = () => {
      site.clock.now = UNTIL.getTime() + 1;
      return [];
    };
    expect((await site.send(forged)).status).toBe(200);
    expect((await site.send(forged)).status).toBe(401);
  });

  it('is there at once by a clock that gives no number', async () => {
    const site = open({ observe: { until: UNTIL } });
    site.clock.now = Number.NaN;
    expect((await site.send({ ...forged, timestamp: NOW })).status).toBe(503);
    expect(site.verdicts[0]?.enforced).toBeUndefined();
    const broken = open({ observe: { until: new Date(NOW * 1000 + 300 * DAY) }, now: () => Number.NaN });
    expect((await broken.send({ ...forged, timestamp: NOW })).status).toBe(503);
    expect([...site.deliveries, ...broken.deliveries]).toEqual([]);
  });

  it('has come for a date that is past, and is said once', async () => {
    const site = open({ observe: { until: '2025-12-31T23:59:59Z' } });
    for (let i = 0; i < 3; i++) expect((await site.send(forged)).status).toBe(401);
    expect(warnings('POSTERN_OBSERVING')).toEqual([
      'liasonpay enforces: observe ended at 2025-12-31T23:59:59.000Z, and the option can go.',
    ]);
  });

  it('is at most 30 days away when the receiver is made', () => {
    const last = NOW * 1000 + 30 * DAY;
    expect(() => open({ observe: { until: new Date(last) } })).not.toThrow();
    expect(() => open({ observe: { until: new Date(last + 1) } })).toThrow(
      expect.objectContaining({ code: 'invalid-option', option: 'observe.until' }),
    );
  });

  it('is at most 30 days after the first delivery where the host has no clock at first', async () => {
    for (const [days, status] of [
      [30, 200],
      [31, 401],
    ] as const) {
      const clock = { now: 0 };
      const site = open({ observe: { until: new Date(NOW * 1000 + days * DAY) }, now: () => clock.now });
      clock.now = NOW * 1000;
      expect((await site.send({ ...forged, timestamp: NOW })).status).toBe(status);
      // Nor does time bring it nearer: an endpoint that enforced once goes on to.
      clock.now += 2 * DAY;
      expect((await site.send({ ...forged, timestamp: NOW })).status).toBe(status);
    }
  });

  it.each([
    ['no date', {}],
    ['a date without a zone', { until: '2026-01-02T00:00:00' }],
    ['a number', { until: NOW }],
    ['a date that is none', { until: new Date(Number.NaN) }],
    ['another name', { until: UNTIL, untill: UNTIL }],
    ['no object', true],
  ])('refuses %s', (_what, observe) => {
    expect(() => open({ observe: observe as never })).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', option: expect.stringMatching(/^observe/) }),
    );
  });
});

describe('observing aloud', () => {
  it('says at start-up what is observed, and until when', () => {
    open({ endpoint: 'shop', observe: { until: UNTIL } });
    expect(warnings('POSTERN_OBSERVING')).toEqual([
      'shop observes until 2026-01-08T00:00:00.000Z and refuses nothing: forged deliveries reach the handler.',
    ]);
  });

  it('says once a minute that something would have been refused, and nothing of what is in order', async () => {
    const site = open({ observe: { until: UNTIL } });
    await site.send();
    expect(warnings('POSTERN_WOULD_REFUSE')).toEqual([]);
    for (let i = 0; i < 5; i++) await site.send({ secret: `${SECRET}-of-another` });
    expect(warnings('POSTERN_WOULD_REFUSE')).toEqual([expect.stringMatching(/^liasonpay would have .*bad-signature/)]);
    site.clock.now += 60_000;
    await site.send({ secret: `${SECRET}-of-another` });
    expect(warnings('POSTERN_WOULD_REFUSE')).toHaveLength(2);
    expect(warnings('POSTERN_REFUSALS')).toEqual([]);
  });

  it('says nothing where nothing is observed', () => {
    open();
    expect(emit).not.toHaveBeenCalled();
  });
});

describe('the first of several findings', () => {
  it('is what the record holds, for it is what would have come to pass', async () => {
    const { record, site } = await play(
      { options: { allow: ['198.51.100.0/24'], provider: stripe() }, sent: { timestamp: NOW - 9999 } },
      { until: UNTIL },
    );
    expect(record).toMatchObject({ reason: 'source-not-allowed', status: 403, authentic: true });
    expect(site.store.stats().entries).toBe(0);
  });
});
