import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { github } from '../providers/github.ts';
import { liasonpay } from '../providers/liasonpay.ts';
import { standardWebhooks } from '../providers/standard-webhooks.ts';
import { stripe } from '../providers/stripe.ts';
import type { ClaimRequest, ClaimStore } from './claims/contract.ts';
import { memoryStore } from './claims/memory-store.ts';
import type { BodyFailure, BodyLimits, Exchange, Reception } from './exchange.ts';
import { createReceiver } from './receiver.ts';
import type { ReceiverOptions } from './receiver-options.ts';
import { defineProvider } from './scheme/define-provider.ts';
import type { HeaderLines } from './scheme/header-reader.ts';
import { sign } from './sign.ts';
import type { Answer, Delivery, Provider, SettledRecord, StandardSchema, VerdictRecord } from './types.ts';

const SECRET = 'test-secret-for-unit-tests-only';
const NOW = 1_767_225_600;
const BODY = new TextEncoder().encode(
  '{"event_type":"charge.completed","data":{"amount":25.00,"card":"4111111111111111"}}',
);

/** What the pipeline asked of the adapter and the store, in order. */
type Trace = string[];

/** A real memory store that says what it is asked. */
function tracingStore(trace: Trace, now: () => number): ClaimStore & { readonly requests: ClaimRequest[] } {
  const store = memoryStore({ now });
  const requests: ClaimRequest[] = [];
  return {
    requests,
    claim(key, request) {
      trace.push('claim');
      requests.push(request);
      return store.claim(key, request);
    },
    complete(key, owner) {
      trace.push('complete');
      return store.complete(key, owner);
    },
    release(key, owner) {
      trace.push('release');
      return store.release(key, owner);
    },
  };
}

interface Sent {
  readonly body?: Uint8Array;
  readonly signedBody?: Uint8Array;
  readonly timestamp?: number;
  readonly secret?: string;
  readonly headers?: HeaderLines;
  readonly method?: string;
  readonly peerAddress?: string | undefined;
  readonly read?: (limits: BodyLimits) => Promise<Uint8Array | BodyFailure>;
  readonly isGone?: () => boolean;
}

/** A receiver with a clock, a tracing store and collected records, and a sender of deliveries for it. */
function open(options: Partial<ReceiverOptions> = {}) {
  const clock = { now: NOW * 1000 };
  const trace: Trace = [];
  const verdicts: VerdictRecord[] = [];
  const settled: SettledRecord[] = [];
  const provider: Provider = options.provider ?? liasonpay();
  const store = tracingStore(trace, () => clock.now);
  const receiver = createReceiver({
    provider,
    secrets: SECRET,
    store,
    now: () => clock.now,
    onVerdict: (record) => verdicts.push(record),
    onSettled: (record) => settled.push(record),
    ...options,
  });
  async function exchange(sent: Sent = {}): Promise<Exchange> {
    const { body = BODY } = sent;
    const signed = await sign(provider, {
      secret: sent.secret ?? SECRET,
      body: sent.signedBody ?? body,
      timestamp: sent.timestamp ?? Math.floor(clock.now / 1000),
    });
    return {
      head: {
        method: sent.method ?? 'POST',
        url: '/webhooks',
        headers: sent.headers ?? Object.entries(signed),
        peerAddress: 'peerAddress' in sent ? sent.peerAddress : '192.0.2.7',
      },
      readBody(limits) {
        trace.push('read');
        if (sent.read) return sent.read(limits);
        limits.hold(body.byteLength);
        return Promise.resolve(body);
      },
      ...(sent.isGone ? { isGone: sent.isGone } : {}),
    };
  }
  const handler = vi.fn((_delivery: unknown): unknown => {
    trace.push('handler');
    return undefined;
  });
  return {
    clock,
    trace,
    verdicts,
    settled,
    store,
    handler,
    receiver,
    exchange,
    send: async (sent: Sent = {}): Promise<Answer> => receiver.handle(await exchange(sent), handler),
    receive: async (sent: Sent = {}): Promise<Reception<unknown>> => receiver.receive(await exchange(sent)),
  };
}

function reason(reception: Reception<unknown>): string {
  return reception.outcome === 'rejected' ? reception.reason : reception.outcome;
}

let emitted: string[];
beforeEach(() => {
  emitted = [];
  vi.spyOn(process, 'emitWarning').mockImplementation((warning, ...rest) => {
    emitted.push(`${inspect(rest)} ${warning}`);
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('the order of one delivery', () => {
  it('is head, body, claim, handler, commit, answer', async () => {
    const { send, trace, verdicts, settled } = open();
    expect(await send()).toEqual({ status: 200, headers: {}, body: '' });
    expect(trace).toEqual(['read', 'claim', 'handler', 'complete']);
    expect(verdicts).toMatchObject([
      {
        outcome: 'accepted',
        authentic: true,
        attempt: 1,
        secretId: 'secret-1',
        eventType: 'charge.completed',
        skewSeconds: 0,
      },
    ]);
    expect(settled).toMatchObject([{ outcome: 'committed', attempt: 1, instance: verdicts[0]?.instance }]);
  });

  it.each([
    ['method-not-allowed', 405, { method: 'GET' }],
    ['source-not-allowed', 403, { peerAddress: '198.51.100.1' }],
    ['source-unknown', 403, { peerAddress: undefined }],
    ['body-too-large', 413, { headers: [['content-length', '1048577']] }],
    ['missing-signature', 401, { headers: [] }],
    ['malformed-signature', 401, { headers: [['liasonpay-signature', 't=1,v1=zz']] }],
    ['unsupported-scheme', 401, { headers: [['liasonpay-signature', 't=1,v0=zz']] }],
    ['missing-timestamp', 401, { headers: [['liasonpay-signature', `v1=${'ab'.repeat(32)}`]] }],
    ['malformed-timestamp', 401, { headers: [['liasonpay-signature', `t=NaN,v1=${'ab'.repeat(32)}`]] }],
    [
      'duplicate-header',
      401,
      {
        headers: [
          ['liasonpay-signature', 'a'],
          ['Liasonpay-Signature', 'a'],
        ],
      },
    ],
  ] as [string, number, Sent][])(
    'refuses with %s (%d) without reading the body or touching the store',
    async (expected, status, sent) => {
      const { receive, trace } = open({ allow: ['192.0.2.0/24'] });
      const reception = await receive(sent);
      expect(reception).toMatchObject({ outcome: 'rejected', reason: expected, answer: { status } });
      expect(trace).toEqual([]);
    },
  );

  it.each([
    ['bad-signature', { secret: 'another-secret-for-unit-tests' }],
    ['bad-signature', { signedBody: new TextEncoder().encode('{"other":1}') }],
    ['bad-signature', { secret: 'another-secret-for-unit-tests', timestamp: NOW - 301 }],
    ['future', { timestamp: NOW + 301 }],
  ] as [string, Sent][])('refuses with %s before the store is touched (%o)', async (expected, sent) => {
    const { receive, trace } = open();
    expect(reason(await receive(sent))).toBe(expected);
    expect(trace).toEqual(['read']);
  });

  it('names the methods it takes in a 405', async () => {
    expect((await open().send({ method: 'GET' })).headers.allow).toBe('POST');
  });

  it('hands the handler the very bytes that were verified', async () => {
    const { send, handler } = open();
    await send();
    expect(handler.mock.calls[0]?.[0]).toMatchObject({ provider: 'liasonpay', endpoint: 'liasonpay', timestamp: NOW });
    expect((handler.mock.calls[0]?.[0] as { body?: Uint8Array } | undefined)?.body).toBe(BODY);
  });

  it('reads the clock once for all that is judged', async () => {
    // After its first reading this clock leaps: freshness and secrets judged by a second one would be judged by another time.
    let reads = 0;
    const { receive } = open({
      now: () => (reads++ === 0 ? NOW : NOW + 10_000) * 1000,
      store: memoryStore(),
      secrets: [{ id: 'a', value: SECRET, notAfter: new Date(NOW * 1000) }],
    });
    expect(reason(await receive({ timestamp: NOW }))).toBe('accepted');
  });
});

describe('the body', () => {
  it.each([
    ['body-timeout', 408],
    ['body-incomplete', 400],
    ['body-too-large', 413],
    ['overloaded', 503],
    ['misconfigured', 500],
  ] as const)('answers %s with %d', async (failed, status) => {
    const { receive, trace } = open();
    const reception = await receive({ read: async () => ({ failed, detail: 'found in a test' }) });
    expect(reception).toMatchObject({ outcome: 'rejected', reason: failed, answer: { status } });
    expect(trace).toEqual(['read']);
  });

  it('is limited even when the adapter had it already', async () => {
    const { receive, trace } = open({ maxBodyBytes: BODY.byteLength - 1 });
    expect(reason(await receive())).toBe('body-too-large');
    expect(trace).toEqual(['read']);
    expect(reason(await open({ maxBodyBytes: BODY.byteLength }).receive())).toBe('accepted');
  });

  it('is read under the limits of the options', async () => {
    const { receive } = open({ maxBodyBytes: 500, bodyTimeoutMs: 77 });
    let seen: BodyLimits | undefined;
    await receive({
      read: async (limits) => {
        seen = limits;
        return BODY;
      },
    });
    expect(seen).toMatchObject({ maxBytes: 500, timeoutMs: 77, declaredBytes: undefined });
  });

  it('is not read beyond what the receiver may hold, over all deliveries, and is let go afterwards', async () => {
    const { receive } = open({ maxBodyBytes: 1000, maxHeldBytes: 1000 });
    const allowed: boolean[] = [];
    let finish: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const first = receive({
      read: async (limits) => {
        allowed.push(limits.hold(900));
        await slow;
        return BODY;
      },
    });
    const overloaded = await receive({
      read: async (limits) => {
        const may = limits.hold(101);
        allowed.push(may);
        return may ? BODY : { failed: 'overloaded', detail: 'too much is held' };
      },
    });
    expect(allowed).toEqual([true, false]);
    expect(overloaded).toMatchObject({ reason: 'overloaded', answer: { status: 503 } });
    finish();
    expect(reason(await first)).toBe('accepted');
    await receive({
      read: async (limits) => {
        allowed.push(limits.hold(1000));
        return BODY;
      },
    });
    expect(allowed).toEqual([true, false, true]);
  });

  it('is let go after a reading that fails or throws', async () => {
    const { receive } = open({ maxBodyBytes: 1000, maxHeldBytes: 1000 });
    await receive({
      read: async (limits) => {
        limits.hold(900);
        throw new Error('an adapter’s defect');
      },
    });
    await receive({
      read: async (limits) => {
        limits.hold(900);
        return { failed: 'body-incomplete', detail: 'gone' };
      },
    });
    let allowed = false;
    await receive({
      read: async (limits) => {
        allowed = limits.hold(1000);
        return BODY;
      },
    });
    expect(allowed).toBe(true);
  });

  it('that throws in the adapter is answered with 500, and never rejects', async () => {
    const { receive, verdicts } = open();
    const reception = await receive({ read: () => Promise.reject(new Error(SECRET)) });
    expect(reception).toMatchObject({ reason: 'misconfigured', answer: { status: 500 } });
    // The operator's record holds what was thrown; the caller's answer and the process's warnings, which land in any log, do not.
    expect(verdicts).toMatchObject([{ reason: 'misconfigured', error: { message: SECRET } }]);
    expect(inspect(reception) + emitted.join()).not.toContain(SECRET);
    expect(emitted.join()).toContain('POSTERN_INTERNAL');
  });
});

describe('repeats', () => {
  it('acknowledges a finished delivery without the handler', async () => {
    const { send, handler, verdicts, trace } = open();
    const first = await send();
    expect(await send()).toEqual(first);
    expect(handler).toHaveBeenCalledTimes(1);
    expect(trace).toEqual(['read', 'claim', 'handler', 'complete', 'read', 'claim']);
    expect(verdicts[1]).toMatchObject({ outcome: 'answered', status: 200, authentic: true });
  });

  it('knows a repeat by its signed values, not by its spelling', async () => {
    const { send, exchange, receiver, handler } = open();
    await send();
    const { head, ...rest } = await exchange();
    const [name, value] = head.headers[0] ?? ['', ''];
    const [time, signature] = value.split(',');
    for (const spelling of [
      `${signature},${time}`,
      `${time},v1=${'ab'.repeat(32)},${signature}`,
      `${time},${signature},v9=x`,
      `${time},v1=${signature?.slice(3).toUpperCase()}`,
    ]) {
      const respelt = { ...rest, head: { ...head, headers: [[name.toUpperCase(), ` ${spelling}`]] as HeaderLines } };
      expect(await receiver.handle(respelt, handler)).toMatchObject({ status: 200 });
    }
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('runs one of many that come at once, and asks the others to come again', async () => {
    const { exchange, receiver, trace } = open();
    let end: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      end = resolve;
    });
    const handler = vi.fn(() => slow);
    const copies = await Promise.all(Array.from({ length: 20 }, () => exchange()));
    const answers = copies.map((copy) => receiver.handle(copy, handler));
    const early = await Promise.all(
      answers.map((answer) => Promise.race([answer, new Promise((resolve) => setImmediate(resolve, undefined))])),
    );
    end();
    const statuses = (await Promise.all(answers)).map(({ status }) => status).sort();
    expect(early.filter((answer) => answer === undefined).length).toBeGreaterThanOrEqual(1);
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 503)]);
    expect(handler).toHaveBeenCalledTimes(1);
    expect(trace.filter((step) => step === 'complete')).toHaveLength(1);
  });

  it('says with the 503 when to come again, and not to all at the same moment', async () => {
    const waits = new Set<number>();
    for (let i = 0; i < 60; i++) {
      const { receive } = open({ handlerTimeoutMs: 35_000 });
      await receive();
      const repeat = await receive();
      expect(reason(repeat)).toBe('in-flight');
      if (repeat.outcome === 'rejected') waits.add(Number(repeat.answer.headers['retry-after']));
    }
    // The lease is the deadline and five seconds: 40 s, and up to half as much again.
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(40);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60);
    expect(waits.size).toBeGreaterThan(3);
  });

  it('runs the same bytes at two endpoints, for each of them', async () => {
    const store = memoryStore({ now: () => NOW * 1000 });
    const payments = open({ store, endpoint: 'payments' });
    const refunds = open({ store, endpoint: 'refunds' });
    await payments.send();
    await refunds.send();
    await refunds.send();
    expect(payments.handler).toHaveBeenCalledTimes(1);
    expect(refunds.handler).toHaveBeenCalledTimes(1);
  });

  it('knows an event by its signed id, though it is signed anew and its bytes differ', async () => {
    const body = (n: number) => new TextEncoder().encode(`{"id":"evt_1","n":${n}}`);
    const { send, handler, clock } = open({ provider: stripe() });
    await send({ body: body(1) });
    clock.now += 60_000;
    await send({ body: body(2) });
    expect(handler).toHaveBeenCalledTimes(1);
    await send({ body: new TextEncoder().encode('{"id":"evt_2"}') });
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('reads the event id where the option says, in the signed body', async () => {
    const body = (n: number) => new TextEncoder().encode(`{"data":{"event":"e1"},"n":${n}}`);
    const { send, handler, verdicts } = open({ provider: github(), eventId: 'data.event' });
    await send({ body: body(1) });
    await send({ body: body(2) });
    expect(handler).toHaveBeenCalledTimes(1);
    expect(verdicts[0]).toMatchObject({ eventId: 'e1' });
  });

  it('runs one event id for each tenant whose secret signed it', async () => {
    const [one, two] = ['test-secret-of-tenant-one-0000', 'test-secret-of-tenant-two-0000'];
    const secrets = [
      { id: 'one', value: one as string, tenant: 'tenant-1' },
      { id: 'two', value: two as string, tenant: 'tenant-2' },
    ];
    const { send, handler, verdicts, settled } = open({ provider: stripe(), secrets });
    const body = new TextEncoder().encode('{"id":"evt_1"}');
    for (const secret of [one, two, one] as string[]) await send({ body, secret });
    expect(handler.mock.calls.map(([delivery]) => (delivery as Delivery).tenant)).toEqual(['tenant-1', 'tenant-2']);
    expect(verdicts.map(({ tenant, outcome }) => [tenant, outcome])).toEqual([
      ['tenant-1', 'accepted'],
      ['tenant-2', 'accepted'],
      ['tenant-1', 'answered'],
    ]);
    expect(settled.map(({ tenant }) => tenant)).toEqual(['tenant-1', 'tenant-2']);
  });

  it('takes no id from a header that is not signed: a replay under a new one is a repeat', async () => {
    const { exchange, receiver, handler } = open({ provider: github() });
    for (const delivery of ['a', 'b']) {
      const { head, ...rest } = await exchange();
      const headers: HeaderLines = [...head.headers, ['X-GitHub-Delivery', delivery]];
      await receiver.handle({ ...rest, head: { ...head, headers } }, handler);
    }
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('leaves a genuine event its place though forgeries with its id came first', async () => {
    const secret = 'dGVzdC1zZWNyZXQtZm9yLXVuaXQtdGVzdHMtb25seQ==';
    const forged = 'YW5vdGhlci1zZWNyZXQtZm9yLXVuaXQtdGVzdHM=';
    const { exchange, receiver, handler, trace } = open({ provider: standardWebhooks(), secrets: secret });
    const as = async (key: string) => {
      const { head, ...rest } = await exchange({ secret: key });
      const signed = await sign(standardWebhooks(), { secret: key, body: BODY, timestamp: NOW, id: 'msg_1' });
      return { ...rest, head: { ...head, headers: Object.entries(signed) } };
    };
    for (let i = 0; i < 5; i++) expect((await receiver.handle(await as(forged), handler)).status).toBe(401);
    expect(trace).not.toContain('claim');
    expect((await receiver.handle(await as(secret), handler)).status).toBe(200);
    expect(handler).toHaveBeenCalledTimes(1);
  });
});

describe('a handler that fails', () => {
  it('gives the event back, and is told at the retry', async () => {
    const { send, handler, trace, settled } = open();
    handler.mockImplementationOnce(() => {
      throw new Error('no stock');
    });
    const failed = await send();
    expect(failed.status).toBe(503);
    expect(failed.body).not.toContain('stock');
    expect(Number(failed.headers['retry-after'])).toBeGreaterThanOrEqual(5);
    expect(await send()).toMatchObject({ status: 200 });
    expect(trace).toEqual(['read', 'claim', 'release', 'read', 'claim', 'handler', 'complete']);
    expect(handler.mock.calls[1]?.[0]).toMatchObject({ attempt: 2, previouslyStarted: true });
    expect(settled).toMatchObject([
      { outcome: 'released', reason: 'handler-failed', error: { message: 'no stock' }, attempt: 1 },
      { outcome: 'committed', attempt: 2 },
    ]);
  });

  it('by a rejected promise, or by fail(), fails all the same', async () => {
    const { send, handler, settled } = open();
    handler.mockImplementationOnce(() => Promise.reject(new Error('later')));
    expect((await send()).status).toBe(503);
    handler.mockImplementationOnce((delivery) =>
      (delivery as { fail(error: unknown): void }).fail(new Error('given up')),
    );
    expect((await send()).status).toBe(503);
    expect((await send()).status).toBe(200);
    expect(settled.map(({ outcome }) => outcome)).toEqual(['released', 'released', 'committed']);
  });

  it('after acknowledge() changes nothing, and is reported', async () => {
    const { send, handler, settled } = open();
    handler.mockImplementationOnce(async (delivery) => {
      (delivery as { acknowledge(): void }).acknowledge();
      await Promise.resolve();
      throw new Error('afterthought');
    });
    expect((await send()).status).toBe(200);
    expect((await send()).status).toBe(200);
    expect(handler).toHaveBeenCalledTimes(1);
    expect(settled.map(({ outcome }) => outcome).sort()).toEqual(['committed', 'late']);
  });

  it('by never ending is stopped at the deadline: 503, the signal aborted, the event given back', async () => {
    const { exchange, receiver, handler, settled } = open({ handlerTimeoutMs: 5 });
    const signals: AbortSignal[] = [];
    handler.mockImplementationOnce((delivery) => {
      signals.push((delivery as { signal: AbortSignal }).signal);
      return new Promise(() => undefined);
    });
    expect((await receiver.handle(await exchange(), handler)).status).toBe(503);
    expect(signals[0]?.aborted).toBe(true);
    expect(settled).toMatchObject([{ outcome: 'released', reason: 'handler-timeout' }]);
    expect((await receiver.handle(await exchange(), handler)).status).toBe(200);
  });
});

describe('a delivery that comes late', () => {
  it('runs when the same came fresh before and never finished: it is a retry', async () => {
    const { send, handler, clock, trace } = open();
    handler.mockImplementationOnce(() => {
      throw new Error('down');
    });
    await send({ timestamp: NOW });
    clock.now += 10 * 3_600_000;
    expect(await send({ timestamp: NOW })).toMatchObject({ status: 200 });
    expect(handler).toHaveBeenCalledTimes(2);
    expect(trace.slice(-3)).toEqual(['claim', 'handler', 'complete']);
    // Finished now: from here on it is a replay like any other.
    expect((await send({ timestamp: NOW })).status).toBe(401);
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('is refused when it is a stranger, and leaves nothing in the store', async () => {
    const { receive, send, handler, clock, store } = open();
    const stranger = await receive({ timestamp: NOW - 301 });
    expect(stranger).toMatchObject({ reason: 'stale', answer: { status: 401 } });
    expect(store.requests).toMatchObject([{ retryOnly: true }]);
    clock.now -= 10_000;
    await send({ timestamp: NOW - 301 });
    expect(handler.mock.calls[0]?.[0]).toMatchObject({ attempt: 1, previouslyStarted: false });
  });

  it('is refused when it was finished', async () => {
    const { send, receive, clock } = open();
    await send({ timestamp: NOW });
    clock.now += 301_000;
    expect(reason(await receive({ timestamp: NOW }))).toBe('stale');
  });

  it('and bears a signed id runs in the very bytes that came fresh, and in no others', async () => {
    const body = new TextEncoder().encode('{"id":"evt_1","try":1}');
    const other = new TextEncoder().encode('{"id":"evt_1","try":2}');
    const { send, receive, handler, clock } = open({ provider: stripe() });
    handler.mockImplementationOnce(() => {
      throw new Error('down');
    });
    await send({ body, timestamp: NOW });
    clock.now += 3_600_000;
    // The same id: in bytes of another day, and in the same bytes under an older time.
    expect(reason(await receive({ body: other, timestamp: NOW }))).toBe('stale');
    expect(reason(await receive({ body, timestamp: NOW - 1 }))).toBe('stale');
    expect(handler).toHaveBeenCalledTimes(1);
    expect(await send({ body, timestamp: NOW })).toMatchObject({ status: 200 });
    expect(handler.mock.calls[1]?.[0]).toMatchObject({ attempt: 2, previouslyStarted: true, id: 'evt_1' });
    expect(reason(await receive({ body, timestamp: NOW }))).toBe('stale');
  });

  it('from ahead of the clock is never a retry', async () => {
    const { receive, trace } = open();
    expect(reason(await receive({ timestamp: NOW + 301 }))).toBe('future');
    expect(trace).toEqual(['read']);
  });
});

describe('the claim', () => {
  it('is kept for the retry horizon, under a lease of the deadline and a grace, by a fresh owner', async () => {
    const { receive, store } = open({ handlerTimeoutMs: 20_000, keepHours: 2 });
    await receive({ body: new Uint8Array([1]) });
    await receive({ body: new Uint8Array([2]) });
    expect(store.requests).toMatchObject([
      { leaseMs: 25_000, keepMs: 7_200_000 },
      { leaseMs: 25_000, keepMs: 7_200_000 },
    ]);
    expect(store.requests[0]?.owner).not.toBe(store.requests[1]?.owner);
    expect(store.requests[0]).not.toHaveProperty('retryOnly');
  });

  it('is not made for a client that has gone', async () => {
    const { receive, trace } = open();
    expect(reason(await receive({ isGone: () => true }))).toBe('body-incomplete');
    expect(trace).toEqual(['read']);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error(`redis://user:${SECRET}@host is down`))],
    [
      'throws',
      () => {
        throw new Error(`redis://user:${SECRET}@host is down`);
      },
    ],
  ] as [string, ClaimStore['claim']][])(
    'that the store %s is answered with 503, without the handler',
    async (_, claim) => {
      const { send, handler, verdicts } = open({ store: { ...memoryStore(), claim } });
      const answer = await send();
      expect(answer.status).toBe(503);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(handler).not.toHaveBeenCalled();
      expect(verdicts).toMatchObject([{ reason: 'store-unavailable', authentic: true }]);
      expect(emitted.join()).toContain('POSTERN_STORE');
      expect(emitted.join()).not.toContain(SECRET);
    },
  );

  it('that cannot be committed is no success: 503, though the handler ran', async () => {
    const store = memoryStore();
    const { send, handler, settled } = open({ store: { ...store, complete: () => Promise.reject(new Error('down')) } });
    expect((await send()).status).toBe(503);
    expect(handler).toHaveBeenCalledTimes(1);
    expect(settled).toMatchObject([{ outcome: 'uncommitted', reason: 'store-unavailable' }]);
  });
});

describe('the schema', () => {
  const schema = (validate: StandardSchema['~standard']['validate']): StandardSchema => ({
    '~standard': { version: 1, vendor: 'test', validate },
  });

  it('makes the event that the handler gets', async () => {
    const { send, handler } = open({ schema: schema((value) => ({ value: { wrapped: value } })) });
    await send();
    expect(handler.mock.calls[0]?.[0]).toMatchObject({ event: { wrapped: { event_type: 'charge.completed' } } });
  });

  it.each([
    ['finds fault', schema(() => ({ issues: [{ message: 'card 4111111111111111', path: ['data', 'card'] }] }))],
    [
      'throws',
      schema(() => {
        throw new Error('card 4111111111111111');
      }),
    ],
    ['rejects', schema(() => Promise.reject(new Error('card 4111111111111111')))],
  ])('that %s means 503 and the event given back, since the sender cannot mend it', async (_, failing) => {
    const { receive, handler, trace, verdicts } = open({ schema: failing });
    expect(await receive()).toMatchObject({ reason: 'invalid-payload', answer: { status: 503 } });
    expect(handler).not.toHaveBeenCalled();
    expect(trace).toEqual(['read', 'claim', 'release']);
    expect(inspect(verdicts) + emitted.join()).not.toContain('4111111111111111');
    expect(emitted.join()).toContain('POSTERN_MISCONFIGURED');
  });

  it('is not asked about a forgery', async () => {
    const validate = vi.fn(() => ({ value: 1 }));
    await open({ schema: schema(validate) }).receive({ secret: 'another-secret-for-unit-tests' });
    expect(validate).not.toHaveBeenCalled();
  });

  it('refuses a poisoned body', async () => {
    const { receive } = open({ schema: schema((value) => ({ value })) });
    expect(reason(await receive({ body: new TextEncoder().encode('{"__proto__":{"isAdmin":true}}') }))).toBe(
      'invalid-payload',
    );
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });
});

describe('what the caller sees', () => {
  it('is the same for every refusal of one status, but for the instance', async () => {
    const refusals: Sent[] = [
      { headers: [] },
      { headers: [['liasonpay-signature', 't=1,v1=zz']] },
      { secret: 'another-secret-for-unit-tests' },
      { timestamp: NOW - 301 },
      { timestamp: NOW + 301 },
    ];
    const seen = new Set<string>();
    const instances = new Set<string>();
    for (const sent of refusals) {
      const { status, headers, body } = await open().send(sent);
      instances.add(JSON.parse(body).instance);
      seen.add(`${status} ${JSON.stringify(headers)} ${body.replace(/urn:uuid:[0-9a-f-]{36}/, 'INSTANCE')}`);
    }
    expect([...seen]).toEqual([
      '401 {"content-type":"application/problem+json","x-content-type-options":"nosniff","cache-control":"no-store"} {"title":"Unauthorized","status":401,"instance":"INSTANCE"}',
    ]);
    expect(instances.size).toBe(refusals.length);
  });

  it('bears the instance of the record', async () => {
    const { send, verdicts } = open();
    expect(JSON.parse((await send({ headers: [] })).body).instance).toBe(`urn:uuid:${verdicts[0]?.instance}`);
  });

  it('is the acknowledgement and the statuses that the provider’s data demands', async () => {
    const provider = defineProvider({
      name: 'acme',
      scheme: liasonpay().scheme,
      toleranceSeconds: 300,
      acknowledgement: { status: 202, contentType: 'text/plain', body: '[accepted]' },
      statuses: { 'bad-signature': 403 },
    });
    const { send } = open({ provider });
    const acknowledged = { status: 202, headers: { 'content-type': 'text/plain' }, body: '[accepted]' };
    expect(await send()).toEqual(acknowledged);
    expect(await send()).toEqual(acknowledged);
    expect((await send({ secret: 'another-secret-for-unit-tests' })).status).toBe(403);
  });
});

describe('what the operator sees', () => {
  it('holds no secret, no signature and no body, whatever happens', async () => {
    const { send, exchange, handler, verdicts, settled } = open();
    const signature = /v1=([0-9a-f]{64})/.exec((await exchange()).head.headers[0]?.[1] ?? '')?.[1] ?? '';
    handler.mockImplementationOnce(() => {
      throw new Error('down');
    });
    await send();
    await send();
    await send();
    await send({ secret: 'another-secret-for-unit-tests' });
    await send({ timestamp: NOW - 400 });
    await send({ headers: [['liasonpay-signature', `t=1,v1=${SECRET}`]] });
    expect(verdicts).toHaveLength(6);
    const records = inspect([verdicts, settled, emitted], { depth: 9, showHidden: true }) + JSON.stringify(verdicts);
    expect(signature).toHaveLength(64);
    for (const hidden of [SECRET, signature, '4111111111111111', 'amount', 'another-secret'])
      expect(records).not.toContain(hidden);
    // The scan sees what is there.
    expect(inspect({ planted: { signature } })).toContain(signature);
  });

  it('tells stale from forged, with the skew of the authentic one only', async () => {
    const { receive, verdicts } = open();
    await receive({ timestamp: NOW - 400 });
    await receive({ timestamp: NOW - 400, secret: 'another-secret-for-unit-tests' });
    expect(verdicts).toMatchObject([
      { reason: 'stale', authentic: true, skewSeconds: 400 },
      { reason: 'bad-signature', authentic: false, skewSeconds: undefined, secretId: undefined, eventType: undefined },
    ]);
  });

  it('is bounded, and its control characters are escaped', async () => {
    const body = new TextEncoder().encode(
      JSON.stringify({ event_type: `a\r\nforged line\u001b[2J${'x'.repeat(400)}` }),
    );
    const { receive, verdicts } = open();
    await receive({ body, peerAddress: '192.0.2.7\nforged' });
    await receive({ method: `GET\r\n${'x'.repeat(16_384)}` });
    expect(verdicts[0]?.eventType).toMatch(/^a\\u000d\\u000aforged line\\u001b\[2Jx+…$/);
    expect(verdicts[0]?.peerAddress).toBe('192.0.2.7\\u000aforged');
    expect(verdicts[1]?.method.length).toBeLessThan(250);
    expect(inspect(verdicts).length).toBeLessThan(5_000);
  });

  it.each([
    [
      'throw',
      () => {
        throw new Error('a hook’s defect');
      },
    ],
    ['reject', () => Promise.reject(new Error('a hook’s defect'))],
  ])('changes nothing when the hooks %s', async (_, hook) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      const { send, handler, trace } = open({ onVerdict: hook, onSettled: hook } as Partial<ReceiverOptions>);
      expect(await send()).toEqual({ status: 200, headers: {}, body: '' });
      expect(await send()).toEqual({ status: 200, headers: {}, body: '' });
      expect((await send({ headers: [] })).status).toBe(401);
      expect(handler).toHaveBeenCalledTimes(1);
      expect(trace).toContain('complete');
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', unhandled);
    }
  });

  it('is a warning where nobody listens, once a minute, without a secret', async () => {
    const { receiver, exchange } = (() => {
      const made = open();
      const silent = createReceiver({ provider: liasonpay(), secrets: SECRET, now: () => made.clock.now });
      return { receiver: silent, exchange: made.exchange };
    })();
    for (let i = 0; i < 5; i++) await receiver.receive(await exchange({ secret: 'another-secret-for-unit-tests' }));
    expect(emitted).toHaveLength(1);
    expect(emitted[0]).toMatch(/POSTERN_REFUSALS.*bad-signature/s);
    expect(emitted[0]).not.toContain(SECRET);
  });
});

describe('a run that nobody is told of', () => {
  /** Without `onSettled`, and past the handler's very last word. */
  async function run(
    handler: (delivery: Delivery) => unknown,
    options: Partial<ReceiverOptions> = {},
  ): Promise<string> {
    const { receiver, exchange } = open({ onSettled: undefined, ...options });
    await receiver.handle(await exchange(), handler);
    await new Promise((resolve) => setImmediate(resolve));
    return emitted.join();
  }

  it('and fails is a warning with the error’s name, and not with its message', async () => {
    const warnings = await run(() => {
      throw new RangeError('card 4111111111111111');
    });
    expect(warnings).toMatch(/POSTERN_HANDLER.*liasonpay.*handler-failed, RangeError/s);
    expect(warnings).not.toContain('4111');
  });

  it('and whose claim could not be committed is a warning', async () => {
    const store = { ...memoryStore(), complete: () => Promise.resolve(false) };
    expect(await run(() => undefined, { store })).toMatch(/POSTERN_STORE.*could not be committed/s);
  });

  it('and succeeds is no warning', async () => {
    expect(await run(() => undefined)).toBe('');
    expect(await run((delivery) => delivery.acknowledge())).toBe('');
  });

  it('and fails after it was committed is not said to be given back', async () => {
    const warnings = await run(async (delivery) => {
      delivery.acknowledge();
      throw new Error('afterthought');
    });
    expect(warnings).not.toContain('given back');
  });
});

describe('a receiver', () => {
  it('does nothing when it is made: no clock is read, no timer set', () => {
    vi.useFakeTimers();
    const now = vi.fn(() => 0);
    const random = vi.spyOn(Math, 'random');
    createReceiver({ provider: liasonpay(), secrets: SECRET, now });
    expect(vi.getTimerCount()).toBe(0);
    expect(now).not.toHaveBeenCalled();
    expect(random).not.toHaveBeenCalled();
  });

  it('says 503 when no secret is valid at the time: it is our own fault', async () => {
    const { receive } = open({ secrets: [{ id: 'old', value: SECRET, notAfter: '2020-01-01' }] });
    expect(await receive()).toMatchObject({ reason: 'secret-unavailable', answer: { status: 503 } });
    expect(emitted.join()).toContain('POSTERN_MISCONFIGURED');
  });

  it('accepts either secret of a rotation and names it', async () => {
    const { receive, verdicts } = open({
      secrets: [
        { id: 'new', value: 'another-secret-for-unit-tests' },
        { id: 'old', value: SECRET },
      ],
    });
    await receive();
    await receive({ secret: 'another-secret-for-unit-tests', body: new Uint8Array([1]) });
    await receive({ secret: 'a-retired-secret-for-unit-tests', body: new Uint8Array([2]) });
    expect(verdicts.map(({ outcome, secretId }) => [outcome, secretId])).toEqual([
      ['accepted', 'old'],
      ['accepted', 'new'],
      ['rejected', undefined],
    ]);
  });
});

describe('what does not answer', () => {
  afterEach(() => vi.useRealTimers());
  const never = () => new Promise<never>(() => undefined);

  it('a schema that is late runs no handler: the deadline has given the event back', async () => {
    vi.useFakeTimers();
    let answerSchema: (result: { value: unknown }) => void = () => undefined;
    const schema: StandardSchema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () =>
          new Promise((resolve) => {
            answerSchema = resolve;
          }),
      },
    };
    const { send, handler, settled } = open({ schema, handlerTimeoutMs: 1000 });
    const answer = send();
    await vi.advanceTimersByTimeAsync(1000);
    expect((await answer).status).toBe(503);
    answerSchema({ value: {} });
    await vi.advanceTimersByTimeAsync(10);
    expect(handler).not.toHaveBeenCalled();
    expect(settled).toMatchObject([{ outcome: 'released', reason: 'handler-timeout' }]);
  });

  it.each([
    ['claim', 'store-unavailable'],
    ['complete', 'accepted'],
    ['release', 'accepted'],
  ] as const)('a store whose %s never answers is answered for within its time', async (method, expected) => {
    vi.useFakeTimers();
    const { send, handler, verdicts } = open({ store: { ...memoryStore(), [method]: never } });
    if (method === 'release') handler.mockRejectedValue(new Error('failed'));
    const answer = send();
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await answer).status).toBe(503);
    expect(verdicts).toMatchObject([expected === 'accepted' ? { outcome: 'accepted' } : { reason: expected }]);
  });

  it('a claim that comes too late is given back, for the retry', async () => {
    vi.useFakeTimers();
    const store = memoryStore();
    const { send, handler } = open({
      store: {
        ...store,
        claim: (key, request) => new Promise((resolve) => setTimeout(() => resolve(store.claim(key, request)), 6_000)),
      },
    });
    const first = send();
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await first).status).toBe(503);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(handler).not.toHaveBeenCalled();
    expect(store.stats().entries).toBe(1);
  });
});

describe('a clock that gives no number', () => {
  it.each([
    ['a Date', () => new Date()],
    ['a bigint', () => 1n],
    [
      'an error',
      () => {
        throw new Error('no clock');
      },
    ],
  ])('(%s) lets no delivery in, and never rejects', async (_, now) => {
    const { receive, handler } = open({ now: now as unknown as () => number, store: memoryStore() });
    const reception = await receive();
    expect(reception.outcome).toBe('rejected');
    expect(handler).not.toHaveBeenCalled();
  });
});

describe('an event', () => {
  it('is remembered at least as long as its handler may run', () => {
    const keeps: number[] = [];
    const store = memoryStore();
    const { send } = open({
      keepHours: 1,
      handlerTimeoutMs: 7_200_000,
      store: {
        ...store,
        claim: (key, request) => {
          keeps.push(request.keepMs);
          return store.claim(key, request);
        },
      },
    });
    return send().then(() => expect(keeps[0]).toBeGreaterThanOrEqual(7_205_000));
  });
});
