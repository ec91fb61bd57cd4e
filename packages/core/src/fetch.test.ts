import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { webhook } from './fetch.ts';
import {
  type ClaimStore,
  type Delivery,
  fromEnv,
  memoryStore,
  type Provider,
  type SettledRecord,
  sign,
  type VerdictRecord,
} from './index.ts';
import { github, liasonpay, shopify, slack, standardWebhooks, stripe } from './providers/index.ts';

const SECRET = 'test-secret-test-secret-test-secret';
const NOW_SECONDS = 1_767_225_600;
const BODY = '{"event_type":"payment.paid","amount":25.00,"payer":"Zoë"}';
const URL_TEXT = 'https://shop.example/webhooks/liasonpay?tenant=7';

type Options = Parameters<typeof webhook>[0];
type Handler = (delivery: Delivery, request: Request, ...context: readonly unknown[]) => unknown;

/** A guard with a real store, and everything that can be seen of it, in order. */
function open(handler: Handler = () => undefined, options: Partial<Options> = {}) {
  const trace: string[] = [];
  const verdicts: VerdictRecord[] = [];
  const settled: SettledRecord[] = [];
  const memory = memoryStore({ now: () => NOW_SECONDS * 1000 });
  const store: ClaimStore = {
    claim(key, request) {
      trace.push('claim');
      return memory.claim(key, request);
    },
    complete(key, owner) {
      trace.push('complete');
      return memory.complete(key, owner);
    },
    release(key, owner) {
      trace.push('release');
      return memory.release(key, owner);
    },
  };
  const all = {
    provider: liasonpay(),
    secrets: SECRET,
    now: () => NOW_SECONDS * 1000,
    store,
    onVerdict: (record: VerdictRecord) => verdicts.push(record),
    onSettled: (record: SettledRecord) => settled.push(record),
    ...options,
  } as Options;
  const handle = webhook(all, (delivery, request, ...context) => {
    trace.push('handler');
    return handler(delivery, request, ...context) as undefined;
  });
  return {
    trace,
    verdicts,
    settled,
    async send(...context: readonly unknown[]) {
      const response = await handle(await genuine(), ...context);
      trace.push('answer');
      return response;
    },
    handle,
    seen: () => verdicts.map(({ outcome, reason }) => reason ?? outcome),
    outcomes: () => settled.map(({ outcome, reason }) => (reason ? `${outcome}: ${reason}` : outcome)),
  };
}

interface Change extends RequestInit {
  readonly duplex?: 'half';
  readonly secret?: string;
  readonly provider?: Provider;
  readonly signed?: string;
}

/** A genuine request, or one that is changed in some way. */
async function genuine({ secret = SECRET, provider = liasonpay(), signed = BODY, ...change }: Change = {}) {
  const headers = await sign(provider, { secret, body: signed, timestamp: NOW_SECONDS });
  return new Request(URL_TEXT, { method: 'POST', body: signed, ...change, headers: { ...headers, ...change.headers } });
}

/** A body that says whether somebody read it, and whether somebody ended it. */
function watchedStream(...pieces: readonly string[]) {
  const seen = { pulls: 0, cancelled: false };
  const left = pieces.map((piece) => new TextEncoder().encode(piece));
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        seen.pulls++;
        const piece = left.shift();
        if (piece) controller.enqueue(piece);
        else controller.close();
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { seen, stream };
}

const troubles: unknown[] = [];
const note = (trouble: unknown) => troubles.push(trouble);
beforeEach(() => {
  troubles.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  vi.unstubAllEnvs();
  expect(troubles).toEqual([]);
});

describe('a genuine delivery', () => {
  const whsec = 'whsec_dGVzdC1zZWNyZXQtdGVzdC1zZWNyZXQtdGVzdC1zZWM=';
  it.each([
    ['github', github(), SECRET],
    ['liasonpay', liasonpay(), SECRET],
    ['shopify', shopify(), SECRET],
    ['slack', slack(), SECRET],
    ['standardWebhooks', standardWebhooks(), whsec],
    ['stripe', stripe(), whsec],
  ] as const)('of %s is accepted, and the handler gets the bytes that were signed', async (_, provider, secret) => {
    const bodies: Uint8Array[] = [];
    const { handle, seen, outcomes } = open(({ body }) => void bodies.push(body), { provider, secrets: secret });
    const response = await handle(await genuine({ provider, secret }));
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(bodies.map((body) => new TextDecoder().decode(body))).toEqual([BODY]);
    expect([seen(), outcomes()]).toEqual([['accepted'], ['committed']]);
  });

  it('is acknowledged as its provider wants it, a status without a body included', async () => {
    const { scheme } = liasonpay();
    const quiet = { ...liasonpay(), scheme, acknowledgement: { status: 204 } };
    expect((await open(undefined, { provider: quiet }).send()).status).toBe(204);
    const worded = { ...liasonpay(), acknowledgement: { status: 202, contentType: 'text/plain', body: 'OK' } };
    const response = await open(undefined, { provider: worded }).send();
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      202,
      'text/plain',
      'OK',
    ]);
  });

  it('brings the request, read, and whatever the host gave beside it', async () => {
    const env = { name: 'env' };
    const ctx = { name: 'ctx' };
    const got: unknown[] = [];
    const { send } = open((_delivery, request, ...context) => {
      got.push(request.bodyUsed, request.url, ...context);
    });
    await send(env, ctx);
    expect(got).toEqual([true, URL_TEXT, env, ctx]);
  });

  it('is committed before its answer leaves, the handler’s own included', async () => {
    for (const handler of [() => undefined, () => new Response('mine'), async () => new Response('mine')]) {
      const { send, trace } = open(handler);
      await send();
      expect(trace).toEqual(['claim', 'handler', 'complete', 'answer']);
    }
  });

  it('that comes twice runs once, and the repeat is acknowledged', async () => {
    const { handle, trace, seen } = open(() => new Response('mine', { status: 202 }));
    const answers = [await handle(await genuine()), await handle(await genuine())];
    expect(answers.map(({ status }) => status)).toEqual([202, 200]);
    expect(trace.filter((step) => step === 'handler')).toHaveLength(1);
    expect(seen()).toEqual(['accepted', 'answered']);
  });
});

describe('the handler’s answer', () => {
  it.each([
    ['a 200 with headers', () => new Response('mine', { headers: { 'x-own': 'yes' } }), 200, 'mine'],
    ['a 204', () => new Response(null, { status: 204 }), 204, ''],
    ['a 202 later', async () => new Response('queued', { status: 202 }), 202, 'queued'],
    ['a stream', () => new Response(watchedStream('a', 'b', 'c').stream), 200, 'abc'],
    ['a redirect', () => Response.redirect('https://shop.example/', 302), 302, ''],
    ['a 4xx', () => new Response('no', { status: 422 }), 422, 'no'],
    ['a 500', () => new Response('broken', { status: 500 }), 500, 'broken'],
  ] as const)('is sent as it is: %s', async (_, handler, status, text) => {
    const { send, outcomes } = open(handler);
    const response = await send();
    expect([response.status, await response.text()]).toEqual([status, text]);
    expect(outcomes()).toEqual([status < 300 ? 'committed' : 'released: handler-failed']);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 500],
    ['text', 'failed'],
    ['what a query gave', { status: 500, rows: [] }],
    ['what only looks like a response', { status: 500, headers: {}, body: 'no', ok: false }],
    ['what a Lambda function would return', { statusCode: 500, body: 'no' }],
    ['a function', () => new Response('no', { status: 500 })],
  ])('is the acknowledgement where the handler returned %s', async (_, returned) => {
    const { send, outcomes } = open(() => returned);
    const response = await send();
    expect([response.status, await response.text(), outcomes()]).toEqual([200, '', ['committed']]);
  });

  it('is known by its shape, where its class is of another realm', async () => {
    const real = new Response('mine', { status: 422 });
    const { status, headers, body } = real;
    const foreign = { status, headers, body, bodyUsed: false, arrayBuffer: () => real.arrayBuffer() };
    const { send, outcomes } = open(() => foreign);
    expect(await send()).toBe(foreign);
    expect(outcomes()).toEqual(['released: handler-failed']);
  });

  it('gives way to the generic 503 where it is Response.error()', async () => {
    const { send, outcomes } = open(() => Response.error());
    expect((await send()).status).toBe(503);
    expect(outcomes()).toEqual(['released: handler-failed']);
  });

  it('gives way to the acknowledgement where somebody has read its body, since no host could send it', async () => {
    const used = new Response('upstream');
    await used.text();
    const locked = new Response('upstream');
    locked.body?.getReader();
    for (const own of [used, locked]) {
      const { send, outcomes } = open(() => own);
      const response = await send();
      expect([response.status, await response.text(), outcomes()]).toEqual([200, '', ['committed']]);
    }
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('card 4111111111111111');
      },
    ],
    ['rejects', () => Promise.reject(new Error('card 4111111111111111'))],
    ['throws nothing at all', () => Promise.reject()],
  ])('is a 503 that says nothing where the handler %s', async (_, handler) => {
    const { send, outcomes, trace, verdicts } = open(handler);
    const response = await send();
    expect([response.status, response.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(5);
    expect(await response.json()).toEqual({
      title: 'Service Unavailable',
      status: 503,
      instance: `urn:uuid:${verdicts[0]?.instance}`,
    });
    expect(outcomes()).toEqual(['released: handler-failed']);
    expect(trace).toEqual(['claim', 'handler', 'release', 'answer']);
  });

  it('lets a retry run after a failure, as the second attempt', async () => {
    const attempts: number[] = [];
    const { handle } = open(({ attempt }) => {
      attempts.push(attempt);
      return attempt === 1 ? new Response(null, { status: 500 }) : undefined;
    });
    expect((await handle(await genuine())).status).toBe(500);
    expect((await handle(await genuine())).status).toBe(200);
    expect(attempts).toEqual([1, 2]);
  });

  it('is a 503 at the deadline, and what comes after it is dropped and its body ended', async () => {
    const { stream, seen } = watchedStream('late');
    let end = () => {};
    const { send, outcomes } = open(
      ({ signal }) =>
        new Promise((resolve) => {
          end = () => resolve(new Response(stream));
          signal.addEventListener('abort', () => setImmediate(end));
        }),
      { handlerTimeoutMs: 20 },
    );
    expect((await send()).status).toBe(503);
    await vi.waitFor(() => expect(outcomes()).toEqual(['released: handler-timeout', 'late']));
    expect(seen).toEqual({ pulls: 0, cancelled: true });
  });

  it.each([
    ['throws', () => Promise.reject(new Error('after')), ['committed', 'late: handler-failed']],
    ['answers 500', () => new Response('no', { status: 500 }), ['committed', 'late: handler-failed']],
    ['answers 200', () => new Response('mine'), ['committed']],
  ])('is a success for a handler that acknowledges and then %s', async (_, then, expected) => {
    const { send, outcomes } = open((delivery) => {
      delivery.acknowledge();
      return then();
    });
    expect((await send()).status).toBe(200);
    // The commit may take longer than the handler does to fail.
    await vi.waitFor(() => expect(outcomes().sort()).toEqual(expected));
  });

  it('leaves at once when the handler acknowledges and goes on', async () => {
    let end = () => {};
    const going = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { send, outcomes } = open((delivery) => {
      delivery.acknowledge();
      return going;
    });
    expect((await send()).status).toBe(200);
    expect(outcomes()).toEqual(['committed']);
    end();
  });

  it('is a failure for a handler that calls fail() and then answers 200, whose body is ended', async () => {
    const { stream, seen } = watchedStream('fine');
    const { send, outcomes } = open((delivery) => {
      delivery.fail(new Error('no'));
      return new Response(stream);
    });
    expect((await send()).status).toBe(503);
    expect(outcomes()).toEqual(['released: handler-failed']);
    expect(seen).toEqual({ pulls: 0, cancelled: true });
  });

  it.each([
    ['had passed to another owner', () => Promise.resolve(false), 'uncommitted: in-flight'],
    ['could not be committed', () => Promise.reject(new Error('down')), 'uncommitted: store-unavailable'],
  ])('is no 2xx when the claim %s', async (_, complete, expected) => {
    const memory = memoryStore();
    const store: ClaimStore = { claim: memory.claim, release: memory.release, complete };
    const { stream, seen } = watchedStream('fine');
    const { send, outcomes } = open(() => new Response(stream), { store });
    expect((await send()).status).toBe(503);
    expect(outcomes()).toEqual([expected]);
    expect(seen.cancelled).toBe(true);
  });
});

describe('what is refused by the head', () => {
  const refusals: readonly (readonly [string, Change, Partial<Options>, number, string])[] = [
    ['another method', { method: 'PUT' }, {}, 405, 'method-not-allowed'],
    ['no signature', { headers: { 'liasonpay-signature': '' } }, {}, 401, 'missing-signature'],
    [
      'a declared length over the limit',
      { headers: { 'content-length': '99' } },
      { maxBodyBytes: 98 },
      413,
      'body-too-large',
    ],
    [
      'a source that is not allowed',
      {},
      { allow: ['192.0.2.1'], clientAddress: () => '192.0.2.2' },
      403,
      'source-not-allowed',
    ],
  ];
  it.each(refusals)('%s: the body is not touched', async (_, change, options, status, reason) => {
    const { stream, seen: touched } = watchedStream(BODY);
    const { handle, seen, trace } = open(undefined, options as Partial<Options>);
    const request = await genuine({ ...change, body: stream, duplex: 'half' });
    expect((await handle(request)).status).toBe(status);
    expect([seen(), trace, touched.pulls, request.bodyUsed]).toEqual([[reason], [], 0, false]);
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('%s, which has no body', async (method) => {
    const { handle, seen } = open();
    const response = await handle(new Request(URL_TEXT, { method }));
    expect([response.status, response.headers.get('allow'), response.headers.get('connection')]).toEqual([
      405,
      'POST',
      null,
    ]);
    expect(seen()).toEqual(['method-not-allowed']);
  });

  it('comes in an order: the method, the source, the length, the signature, and only then the body', async () => {
    const wrong = { 'content-length': '999', 'liasonpay-signature': '' };
    const guard = { allow: ['192.0.2.1'], maxBodyBytes: 100 };
    const outside = () => '192.0.2.2';
    const inside = () => '192.0.2.1';
    const reasonOf = async (change: Change, options: object) => {
      const { handle, seen } = open(undefined, options as Partial<Options>);
      await handle(await genuine({ secret: 'another-test-secret-another-test', ...change }));
      return seen()[0];
    };
    expect(await reasonOf({ method: 'PUT', headers: wrong }, { ...guard, clientAddress: outside })).toBe(
      'method-not-allowed',
    );
    expect(await reasonOf({ headers: wrong }, { ...guard, clientAddress: outside })).toBe('source-not-allowed');
    expect(await reasonOf({ headers: wrong }, { ...guard, clientAddress: inside })).toBe('body-too-large');
    expect(await reasonOf({ headers: { 'liasonpay-signature': '' } }, { ...guard, clientAddress: inside })).toBe(
      'missing-signature',
    );
    expect(await reasonOf({}, { ...guard, clientAddress: inside })).toBe('bad-signature');
  });
});

describe('a body that is not there', () => {
  it.each([
    ['read', (request: Request) => request.json()],
    ['being read', (request: Request) => Promise.resolve(request.body?.getReader())],
  ])('because it is %s already, is our mistake and said at once', async (_, spoil) => {
    const { handle, verdicts, trace } = open();
    const request = await genuine();
    await spoil(request);
    const response = await handle(request);
    expect([response.status, verdicts[0]?.reason, trace]).toEqual([500, 'misconfigured', []]);
    expect(verdicts[0]?.detail).toContain('delivery.json()');
  });

  it('in a clone that was read, is still there in the request', async () => {
    const { handle } = open();
    const request = await genuine();
    await request.clone().text();
    expect((await handle(request)).status).toBe(200);
  });

  it('because nobody sent one, is empty, and a signature over nothing is right', async () => {
    const { handle, seen } = open();
    expect((await handle(await genuine({ signed: '', body: null }))).status).toBe(200);
    expect((await handle(await genuine({ body: null }))).status).toBe(401);
    expect(seen()).toEqual(['accepted', 'bad-signature']);
  });

  it('because the client went away, is not run and not claimed', async () => {
    const aborter = new AbortController();
    const { handle, seen, trace } = open();
    const stream = new ReadableStream<Uint8Array>({ pull: () => aborter.abort() }, { highWaterMark: 0 });
    const response = await handle(await genuine({ body: stream, duplex: 'half', signal: aborter.signal }));
    expect([response.status, seen(), trace]).toEqual([400, ['body-incomplete'], []]);
  });

  it('is no loss once the handler runs: the client’s leaving changes nothing', async () => {
    const aborter = new AbortController();
    const { handle, outcomes } = open(() => aborter.abort());
    expect((await handle(await genuine({ signal: aborter.signal }))).status).toBe(200);
    expect(outcomes()).toEqual(['committed']);
  });

  it('in time, is a 408 that ends the connection, however little was declared', async () => {
    const stream = new ReadableStream<Uint8Array>();
    const { handle, seen } = open(undefined, { bodyTimeoutMs: 20 });
    const response = await handle(
      await genuine({ body: stream, duplex: 'half', headers: { 'content-length': String(BODY.length) } }),
    );
    expect([response.status, response.headers.get('connection'), seen()]).toEqual([408, 'close', ['body-timeout']]);
  });
});

describe('clientAddress', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('no such header');
      },
    ],
    ['knows nothing', () => undefined],
    ['gives a promise', async () => '192.0.2.1'],
    ['gives a promise that rejects', () => Promise.reject(new Error('no'))],
    ['gives one of another realm that rejects', runInNewContext('() => Promise.reject(new Error("no"))')],
    ['gives something else than text', () => 3_221_225_985],
  ])('that %s does not know the address, and an allowlist refuses', async (_, clientAddress) => {
    const { send, seen } = open(undefined, {
      allow: ['192.0.2.1'],
      clientAddress: clientAddress as unknown as () => string,
    });
    expect((await send()).status).toBe(403);
    expect(seen()).toEqual(['source-unknown']);
  });

  it('is given the request and its context, and stands in the record', async () => {
    const { send, verdicts } = open(undefined, {
      allow: ['192.0.2.0/24'],
      clientAddress: (request, info) => `${(info as { ip: string }).ip}${request.method === 'POST' ? '' : '!'}`,
    });
    expect((await send({ ip: '192.0.2.7' })).status).toBe(200);
    expect(verdicts[0]?.peerAddress).toBe('192.0.2.7');
  });

  it('and everything else may be inherited: an allowlist that is, is not lost', async () => {
    const base = { allow: ['192.0.2.1'], clientAddress: () => '198.51.100.1' };
    const own = { provider: liasonpay(), secrets: SECRET, now: () => NOW_SECONDS * 1000 };
    const handle = webhook(Object.assign(Object.create(base) as typeof base, own), () => undefined);
    expect((await handle(await genuine())).status).toBe(403);
  });

  it('alone, without an allowlist, refuses nobody', async () => {
    const { send, verdicts } = open(undefined, { clientAddress: () => '192.0.2.9' });
    expect((await send()).status).toBe(200);
    expect(verdicts[0]?.peerAddress).toBe('192.0.2.9');
  });
});

describe('what could not work is refused when the guard is made', () => {
  const good = { provider: liasonpay(), secrets: SECRET };
  it.each([
    ['no options', undefined, 'invalid-option', 'options'],
    ['options that are text', 'liasonpay', 'invalid-option', 'options'],
    ['an unknown option', { ...good, tolerance: 5 }, 'unknown-option', 'tolerance'],
    ['no secret', { provider: liasonpay() }, 'missing-secret', 'secrets'],
    ['a blank secret', { ...good, secrets: ' ' }, 'blank-secret', 'secrets'],
    ['allow without clientAddress', { ...good, allow: ['192.0.2.1'] }, 'missing-option', 'clientAddress'],
    [
      'clientAddress that is no function',
      { ...good, clientAddress: 'x-forwarded-for' },
      'invalid-option',
      'clientAddress',
    ],
    ['an impossible limit', { ...good, maxBodyBytes: 0 }, 'invalid-limit', 'maxBodyBytes'],
  ])('%s', (_, options, code, option) => {
    expect(() => webhook(options as Options, () => undefined)).toThrowError(
      expect.objectContaining({ name: 'ConfigurationError', code, option: expect.stringContaining(option) }),
    );
  });

  it.each([undefined, null, 'handler', {}])('a handler that is %s', (handler) => {
    expect(() => webhook(good, handler as never)).toThrowError(
      expect.objectContaining({ code: 'invalid-option', option: 'handler' }),
    );
  });

  it('frozen options and options by getters are as good as others', async () => {
    const frozen = Object.freeze({ ...good, now: () => NOW_SECONDS * 1000 });
    const getters = {
      get provider() {
        return liasonpay();
      },
      get secrets() {
        return SECRET;
      },
      now: () => NOW_SECONDS * 1000,
    };
    for (const options of [frozen, getters])
      expect((await webhook(options, () => undefined)(await genuine())).status).toBe(200);
  });
});

describe('secrets of fromEnv', () => {
  it('are read at the first delivery: what is missing is a 500 and a warning with its name, and no start-up error', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error) => warnings.push(warning);
    process.on('warning', hear);
    vi.stubEnv('FETCH_TEST_SECRET', undefined);
    const { send, verdicts, trace, seen } = open(undefined, { secrets: fromEnv('FETCH_TEST_SECRET') });
    expect((await send()).status).toBe(500);
    expect(verdicts[0]).toMatchObject({
      reason: 'misconfigured',
      detail: expect.stringContaining('FETCH_TEST_SECRET'),
    });
    expect(trace).toEqual(['answer']);
    await vi.waitFor(() => expect(warnings).toHaveLength(1));
    process.off('warning', hear);
    expect(warnings[0]).toMatchObject({
      code: 'POSTERN_MISCONFIGURED',
      message: expect.stringContaining('FETCH_TEST_SECRET'),
    });

    vi.stubEnv('FETCH_TEST_SECRET', SECRET);
    expect((await send()).status).toBe(200);
    expect(seen()).toEqual(['misconfigured', 'accepted']);
  });
});

describe('what is no Request', () => {
  it.each([
    ['a context', { req: { raw: {} }, json: () => undefined }],
    ['an object that knows its url alone', { url: URL_TEXT, method: 'POST' }],
    ['a Node request', { url: '/webhooks', method: 'POST', headers: {} }],
    ['nothing', undefined],
    ['null', null],
  ])('is named, with the remedy: %s', async (_, thing) => {
    const { handle, trace } = open();
    await expect(handle(thing as never)).rejects.toMatchObject({
      name: 'ConfigurationError',
      option: 'request',
      message: expect.stringContaining('c.req.raw'),
    });
    expect(trace).toEqual([]);
  });
});
