import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { liasonpay } from '../../providers/liasonpay.ts';
import { stripe } from '../../providers/stripe.ts';
import { createReceiver } from '../receiver.ts';
import type { ReceiverOptions } from '../receiver-options.ts';
import { sign } from '../sign.ts';
import type { RequestHead, VerdictRecord } from '../types.ts';
import { createVerifier, verify } from '../verify.ts';
import { verifySignature } from '../verify-signature.ts';
import { STRANGERS } from './allowance.ts';
import type { SecretsHead } from './head-reads.ts';
import { type SecretFinder, type SecretsFromOptions, type SecretsResolver, secretsFrom } from './secrets-from.ts';

const secretOf = (name: string) => `test-secret-of-${name}-0123456789abcdef`;
const OLD = secretOf('old');
const NEW = secretOf('new');
const SECOND = 1000;

let now: number;
let bodies: number;
let verdicts: VerdictRecord[];
const troubles = vi.fn();

beforeEach(() => {
  now = 1_767_225_600_000;
  bodies = 0;
  verdicts = [];
  troubles.mockClear();
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  process.on('unhandledRejection', troubles);
});
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 0));
  process.off('unhandledRejection', troubles);
  vi.restoreAllMocks();
  expect(troubles).not.toHaveBeenCalled();
});

/** A receiver whose secrets are found, on a clock that stands still. */
function open(secrets: ReceiverOptions['secrets'], options: Partial<ReceiverOptions> = {}) {
  const receiver = createReceiver({
    provider: liasonpay(),
    secrets,
    now: () => now,
    onVerdict: (record) => verdicts.push(record),
    ...options,
  });
  const deliver = async (secret: string, tenant = 'acme', url = `/hooks/${tenant}`, meanwhile = async () => {}) => {
    const body = new TextEncoder().encode(`{"event_type":"payment.paid","n":${bodies++}}`);
    const signed = await sign(liasonpay(), { secret, body, timestamp: Math.floor(now / 1000) });
    const head: RequestHead = { method: 'POST', url, headers: [...Object.entries(signed), ['X-Tenant', tenant]] };
    let read = false;
    const readBody = async () => {
      read = true;
      await meanwhile();
      return body;
    };
    const answer = await receiver.handle({ head, readBody }, () => undefined);
    return { ...answer, read };
  };
  const statuses = async (deliveries: readonly Promise<{ status: number }>[]) =>
    (await Promise.all(deliveries)).map(({ status }) => status);
  return { receiver, deliver, statuses };
}

/** A memory of a finder's answers, as a receiver has one. */
function straightTo(finder: SecretFinder) {
  const find = finder.open({ scheme: liasonpay().scheme, clock: () => now, warn: () => undefined });
  return (url: string) => find({ method: 'POST', url, headers: [] });
}

/** A vault, and what it was asked. */
function vault(answer: SecretsResolver) {
  const asked = vi.fn(answer);
  const from = (options?: SecretsFromOptions) => secretsFrom(asked, options);
  return { asked, from };
}

describe('a function that finds secrets', () => {
  it('is given the head and nothing of the body', async () => {
    const seen: unknown[] = [];
    const { deliver } = open((head) => {
      seen.push(head.method, head.url, head.path, head.header('X-TENANT'), head.query('t'), head.headers.length > 1);
      seen.push(head.header('absent'), head.query('absent'), head.peerAddress, 'body' in head, 'readBody' in head);
      return OLD;
    });
    expect((await deliver(OLD, 'acme', '/hooks/acme?t=a%20b')).status).toBe(200);
    expect(seen).toEqual([
      'POST',
      '/hooks/acme?t=a%20b',
      '/hooks/acme',
      'acme',
      'a b',
      true,
      undefined,
      undefined,
      undefined,
      false,
      false,
    ]);
  });

  it.each<[what: string, answer: SecretsResolver]>([
    ['a string', () => OLD],
    ['a promise of one', async () => OLD],
    ['an entry', () => ({ id: 'mine', value: OLD })],
    ['a list', async () => [NEW, { id: 'mine', value: OLD, tenant: 'acme' }]],
    ['a source', () => ({ read: () => [{ id: 'mine', value: OLD }] })],
  ])('may answer with %s', async (_, answer) => {
    const { deliver } = open(answer);
    expect((await deliver(OLD)).status).toBe(200);
    expect((await deliver(secretOf('nobody'))).status).toBe(401);
  });

  it.each<[what: string, answer: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an empty list', []],
  ])('that answers %s knows no such tenant, and no caller can tell that from a forgery', async (_, answer) => {
    const { deliver } = open((head) => (head.path === '/hooks/acme' ? OLD : (answer as undefined)));
    const forged = await deliver(NEW);
    const unknown = await deliver(NEW, 'made-up');
    const instance = /"instance":"[^"]*"/;
    expect({ ...unknown, body: unknown.body.replace(instance, '') }).toEqual({
      ...forged,
      body: forged.body.replace(instance, ''),
    });
    expect(unknown).toMatchObject({ status: 401, read: true });
    expect(verdicts.map(({ reason, authentic }) => [reason, authentic])).toEqual([
      ['bad-signature', false],
      ['bad-signature', false],
    ]);
    expect(verdicts[1]?.detail).toContain('no such tenant');
  });

  it.each<[what: string, answer: () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('sealed');
      },
    ],
    ['rejects', () => Promise.reject(new Error('sealed'))],
    ['throws no error', () => Promise.reject('sealed')],
    ['answers with a blank', () => ''],
    ['answers with a placeholder', () => 'changeme'],
    ['answers with a number', () => 42],
    ['answers with what the vault’s library gives', () => ({ SecretString: NEW })],
    ['answers with a thousand', () => Array.from({ length: 1000 }, (_, index) => `${OLD}-${index}`)],
    [
      'answers with two of one id',
      () => [
        { id: 'a', value: OLD },
        { id: 'a', value: NEW },
      ],
    ],
    ['answers with a public key', () => '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
  ])(
    'that %s is trouble of ours: 503 with Retry-After, the body unread, the error in the record alone',
    async (_, answer) => {
      const { deliver } = open(answer as SecretsResolver);
      const { status, headers, body, read } = await deliver(OLD);
      expect(status).toBe(503);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(read).toBe(false);
      expect(body).not.toContain('sealed');
      expect(verdicts[0]).toMatchObject({ reason: 'secret-unavailable', error: expect.anything() });
      expect(JSON.stringify(verdicts[0]) + String(verdicts[0]?.error)).not.toContain('test-secret');
    },
  );

  it('that does not answer in time is given up, and may answer or reject later without harm', async () => {
    const questions: { resolve(value: string): void; reject(error: Error): void }[] = [];
    const { from } = vault(() => new Promise<string>((resolve, reject) => questions.push({ resolve, reject })));
    const { deliver } = open(from({ timeoutMs: 20 }));
    expect((await deliver(OLD)).status).toBe(503);
    now += 2 * SECOND;
    expect((await deliver(OLD)).status).toBe(503);
    expect(String(verdicts[0]?.error)).toContain('20 ms');
    questions[0]?.reject(new Error('late'));
    questions[1]?.resolve(OLD);
    expect(questions).toHaveLength(2);
  });

  it('is not asked by what the head alone refuses', async () => {
    const { asked, from } = vault(() => OLD);
    const { receiver } = open(from());
    await receiver.handle(
      { head: { method: 'GET', url: '/', headers: [] }, readBody: async () => new Uint8Array() },
      () => undefined,
    );
    await receiver.handle(
      { head: { method: 'POST', url: '/', headers: [] }, readBody: async () => new Uint8Array() },
      () => undefined,
    );
    expect(verdicts.map(({ reason }) => reason)).toEqual(['method-not-allowed', 'missing-signature']);
    expect(asked).not.toHaveBeenCalled();
  });

  it('is not asked when a receiver is made', () => {
    const { asked, from } = vault(() => OLD);
    createReceiver({ provider: liasonpay(), secrets: from() });
    createReceiver({ provider: liasonpay(), secrets: asked });
    createVerifier({ provider: liasonpay(), secrets: asked });
    expect(asked).not.toHaveBeenCalled();
  });

  it('serves verify, createVerifier and verifySignature too', async () => {
    const body = new TextEncoder().encode('{}');
    const headers = Object.entries(await sign(liasonpay(), { secret: OLD, body }));
    const capture = { method: 'POST', url: '/hooks/acme', headers, body };
    const { asked, from } = vault((head) => (head.path === '/hooks/acme' ? OLD : undefined));
    expect(await verify(capture, { provider: liasonpay(), secrets: asked })).toMatchObject({ outcome: 'accepted' });
    const verifier = createVerifier({ provider: liasonpay(), secrets: from() });
    asked.mockClear();
    for (let i = 0; i < 3; i++) expect(await verifier(capture)).toMatchObject({ outcome: 'accepted' });
    expect(asked).toHaveBeenCalledTimes(1);
    expect(await verifier({ ...capture, url: '/hooks/other' })).toMatchObject({ reason: 'bad-signature', status: 401 });
    const message = { headers, body, url: '/hooks/acme' };
    expect(await verifySignature(message, { provider: liasonpay(), secrets: asked })).toMatchObject({ verified: true });
    expect(await verifySignature({ headers, body }, { provider: liasonpay(), secrets: asked })).toEqual({
      verified: false,
      reason: 'bad-signature',
    });
    const failing = () => Promise.reject(new Error('sealed'));
    expect(await verify(capture, { provider: liasonpay(), secrets: failing })).toMatchObject({
      reason: 'secret-unavailable',
      status: 503,
    });
  });
});

describe('answers are kept', () => {
  it('by what the function looks at, so that nobody gets another tenant’s', async () => {
    const { asked, from } = vault((head) => secretOf(head.header('x-tenant') ?? 'nobody'));
    const { deliver, statuses } = open(from());
    for (let turn = 0; turn < 3; turn++)
      expect(
        await statuses([
          deliver(secretOf('acme'), 'acme', '/'),
          deliver(secretOf('globex'), 'globex', '/'),
          deliver(secretOf('acme'), 'globex', '/'),
        ]),
      ).toEqual([200, 200, 401]);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('by what it looks at late, in one branch only, or after it has waited', async () => {
    const { from } = vault(async (head) => {
      await Promise.resolve();
      if (head.path !== '/hooks') return secretOf(head.path.slice(1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      return secretOf(head.header('x-tenant') ?? 'nobody');
    });
    const { deliver, statuses } = open(from());
    for (let turn = 0; turn < 3; turn++) {
      expect(
        await statuses([
          deliver(secretOf('a'), 'a', '/a'),
          deliver(secretOf('b'), 'b', '/hooks'),
          deliver(secretOf('c'), 'c', '/hooks'),
          deliver(secretOf('b'), 'c', '/hooks'),
          deliver(secretOf('c'), 'b', '/hooks'),
        ]),
      ).toEqual([200, 200, 200, 401, 401]);
    }
  });

  it('not at all where the function looks at every header line: each delivery has others', async () => {
    const { asked, from } = vault((head) =>
      secretOf(head.headers.find(([name]) => name === 'X-Tenant')?.[1] ?? 'nobody'),
    );
    const { deliver } = open(from());
    for (const tenant of ['a', 'b', 'a']) expect((await deliver(secretOf(tenant), tenant)).status).toBe(200);
    expect((await deliver(secretOf('a'), 'b')).status).toBe(401);
    expect(asked.mock.calls.length).toBeGreaterThanOrEqual(4);
  });

  it('by the tenant alone, where one is read', async () => {
    const asked = vi.fn((_head: unknown, tenant: string) => ({ id: 'mine', value: secretOf(tenant) }));
    const tenants: unknown[] = [];
    const { deliver } = open(secretsFrom(asked, { tenant: (head) => head.header('x-tenant') }), {
      onVerdict: (record) => tenants.push(record.tenant),
    });
    for (let n = 0; n < 20; n++) expect((await deliver(secretOf('acme'), 'acme', `/?n=${n}`)).status).toBe(200);
    expect(asked).toHaveBeenCalledTimes(1);
    expect((await deliver(secretOf('acme'), 'globex')).status).toBe(401);
    expect(tenants[0]).toBe('acme');
  });

  it('and one captured delivery runs once, whatever the spelling of a tenant who is named by one', async () => {
    const secrets = secretsFrom((_head, tenant) => (tenant === 'acme' ? OLD : undefined), {
      tenant: (head) => head.header('x-tenant')?.toLowerCase(),
    });
    const { receiver } = open(secrets);
    const body = new TextEncoder().encode('{"captured":1}');
    const signed = Object.entries(await sign(liasonpay(), { secret: OLD, body, timestamp: now / 1000 }));
    const handler = vi.fn();
    for (const tenant of ['acme', 'Acme', 'ACME'])
      await receiver.handle(
        { head: { method: 'POST', url: '/', headers: [...signed, ['X-Tenant', tenant]] }, readBody: async () => body },
        handler,
      );
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('and tenants who are named in the entries alone may have events of one id', async () => {
    const { receiver } = open(
      (head) => {
        const tenant = head.header('x-tenant') ?? 'nobody';
        return { id: 'mine', value: secretOf(tenant), tenant };
      },
      { provider: stripe() },
    );
    const ran: unknown[] = [];
    for (const tenant of ['acme', 'globex']) {
      const body = new TextEncoder().encode('{"id":"evt_1","object":"event","type":"payment"}');
      const signed = await sign(stripe(), { secret: secretOf(tenant), body, timestamp: now / 1000 });
      const headers: [string, string][] = [...Object.entries(signed), ['X-Tenant', tenant]];
      await receiver.handle({ head: { method: 'POST', url: '/', headers }, readBody: async () => body }, (delivery) => {
        ran.push(delivery.tenant);
      });
    }
    expect(ran).toEqual(['acme', 'globex']);
  });

  it('and one that holds a secret of another tenant is not used', async () => {
    const { deliver } = open(
      secretsFrom(
        () => [
          { id: 'mine', value: OLD },
          { id: 'theirs', value: NEW, tenant: 'globex' },
        ],
        {
          tenant: () => 'acme',
        },
      ),
    );
    expect((await deliver(NEW)).status).toBe(503);
    expect(String(verdicts[0]?.error)).toContain('another tenant');
  });

  it.each([
    ['is absent', undefined],
    ['is blank', ''],
    ['is too long', 'x'.repeat(129)],
    ['holds what no name holds', 'acme\n'],
  ])('where the name of the tenant %s nobody is asked, and it is a forgery', async (_, name) => {
    const { asked, from } = vault(() => OLD);
    const { deliver } = open(from({ tenant: () => name }));
    expect((await deliver(OLD)).status).toBe(401);
    expect(asked).not.toHaveBeenCalled();
  });

  it.each<[what: string, tenant: () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no URL');
      },
    ],
    ['is asynchronous', async () => 'acme'],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['rejects with a promise of another realm', runInNewContext('() => Promise.reject(new Error("no"))')],
    // biome-ignore lint/suspicious/noThenProperty: a promise of another library, as query builders are.
    ['is a query', () => ({ then: (found: (name: string) => void) => found('acme') })],
  ])('where reading the tenant %s, nobody is called a forger', async (_, tenant) => {
    const { deliver } = open(secretsFrom(() => OLD, { tenant: tenant as () => string }));
    expect((await deliver(OLD)).status).toBe(503);
  });

  it('and a thousand deliveries at once are one question', async () => {
    const questions: ((value: string) => void)[] = [];
    const { from } = vault(() => new Promise<string>((resolve) => questions.push(resolve)));
    const finder = from();
    const find = straightTo(finder);
    // Without the cost of a MAC for each; and some with it.
    const all = Array.from({ length: 1000 }, () => find('/hooks/acme'));
    const { deliver, statuses } = open(finder);
    const delivered = statuses(Array.from({ length: 20 }, () => deliver(OLD)));
    await vi.waitFor(() => expect(questions).toHaveLength(2));
    for (const answer of questions) answer(OLD);
    for (const served of await Promise.all(all))
      expect(served).toMatchObject({ found: { secrets: [{ id: 'secret-1' }] } });
    expect(new Set(await delivered)).toEqual(new Set([200]));
    expect(questions).toHaveLength(2);
  });
});

describe('the age of an answer', () => {
  it('is told by the clock: fresh for a minute, and asked for again after it', async () => {
    const { asked, from } = vault(() => OLD);
    const { deliver } = open(from());
    await deliver(OLD);
    now += 40 * SECOND;
    await deliver(OLD);
    expect(asked).toHaveBeenCalledTimes(1);
    now += 20 * SECOND;
    await deliver(OLD);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('near its end is renewed while it serves', async () => {
    let answer: Promise<string> = Promise.resolve(OLD);
    const { asked, from } = vault(() => answer);
    const { deliver } = open(from());
    await deliver(OLD);
    now += 50 * SECOND;
    answer = new Promise(() => undefined);
    expect((await deliver(OLD)).status).toBe(200);
    expect((await deliver(OLD)).status).toBe(200);
    expect(asked).toHaveBeenCalledTimes(2);
    // Whoever needs a new one does not wait for that one: it may have ended with the request that began it.
    answer = Promise.resolve(OLD);
    now += 10 * SECOND;
    expect((await deliver(OLD)).status).toBe(200);
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it('lets a removed secret die within a second, where it is asked for that', async () => {
    let answer: string[] = [OLD, NEW];
    const { from } = vault(() => answer);
    const { deliver } = open(from({ freshSeconds: 1 }));
    expect((await deliver(OLD)).status).toBe(200);
    answer = [NEW];
    now += SECOND;
    expect((await deliver(OLD)).status).toBe(401);
    expect((await deliver(NEW)).status).toBe(200);
  });

  it('counts from the question: what was removed while the vault was slow is not kept for a second more', async () => {
    let answer: string[] = [OLD, NEW];
    const { from } = vault(async () => {
      const given = answer;
      // The vault takes 900 ms, and the secret is removed meanwhile.
      answer = [NEW];
      now += 900;
      return given;
    });
    const { deliver } = open(from({ freshSeconds: 1 }));
    expect((await deliver(OLD)).status).toBe(200);
    now += 100;
    expect((await deliver(OLD)).status).toBe(401);
  });

  it('is over the ceiling where the vault took that long: it is not used, and the vault is not asked again at once', async () => {
    let late = 0;
    const { asked, from } = vault(async () => {
      now += late;
      return OLD;
    });
    const { deliver } = open(from({ freshSeconds: 1, staleSeconds: 2 }));
    late = 2 * SECOND;
    expect((await deliver(OLD)).status).toBe(503);
    expect(asked).toHaveBeenCalledTimes(1);
    late = 0;
    expect((await deliver(OLD)).status).toBe(200);
    now += SECOND;
    late = 2 * SECOND;
    expect((await deliver(NEW)).status).toBe(503);
  });

  it('of a question that is still open counts, too: who comes later does not take its answer', async () => {
    const answers: ((value: string) => void)[] = [];
    const { from } = vault(() => new Promise<string>((resolve) => answers.push(resolve)));
    const { deliver } = open(from({ freshSeconds: 1 }));
    const early = deliver(OLD);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    // The secret is removed now, and the first answer was on its way.
    now += SECOND;
    const late = deliver(OLD);
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[0]?.(OLD);
    answers[1]?.(NEW);
    expect((await early).status).toBe(200);
    expect((await late).status).toBe(401);
  });

  it('does not matter once everything is to be forgotten', async () => {
    let answer: string[] = [OLD];
    const { asked, from } = vault(async () => answer);
    const finder = from();
    const { deliver } = open(finder);
    const other = open(finder);
    expect((await deliver(OLD)).status).toBe(200);
    expect((await other.deliver(OLD)).status).toBe(200);
    answer = [NEW];
    finder.invalidate();
    expect((await deliver(OLD)).status).toBe(401);
    expect((await other.deliver(OLD)).status).toBe(401);
    expect((await deliver(NEW)).status).toBe(200);
    expect(asked).toHaveBeenCalledTimes(4);
  });

  it('does not let an answer in that was on its way when everything was to be forgotten', async () => {
    const answers: ((value: string) => void)[] = [];
    const { from } = vault(() => new Promise<string>((resolve) => answers.push(resolve)));
    const finder = from();
    const { deliver } = open(finder);
    const early = deliver(OLD);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    finder.invalidate();
    const late = deliver(OLD);
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[0]?.(OLD);
    await vi.waitFor(() => expect(answers.length).toBeGreaterThan(1));
    answers[1]?.(NEW);
    expect((await late).status).toBe(401);
    expect((await early).status).toBe(401);
    expect((await deliver(NEW)).status).toBe(200);
  });

  it('does not serve such an answer even before the body is read', async () => {
    const answers: ((value: string) => void)[] = [];
    const { from } = vault(() => new Promise<string>((resolve) => answers.push(resolve)));
    const finder = from();
    const early = straightTo(finder)('/');
    finder.invalidate();
    answers[0]?.(OLD);
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.(NEW);
    expect(await early).toMatchObject({ found: { secrets: [{ id: 'secret-1' }] } });
  });

  it('and dead is dead: after everything was to be forgotten, a vault that fails gives nothing', async () => {
    let fails = false;
    const { from } = vault(() => (fails ? Promise.reject(new Error('sealed')) : OLD));
    const finder = from();
    const { deliver } = open(finder);
    expect((await deliver(OLD)).status).toBe(200);
    fails = true;
    finder.invalidate();
    expect((await deliver(OLD)).status).toBe(503);
  });

  it.each<[what: string, trouble: () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['answers with junk', () => ['']],
    ['hangs', () => new Promise(() => undefined)],
  ])('grows while the vault %s, and under the ceiling the old answer serves', async (_, trouble) => {
    let down = false;
    const { asked, from } = vault((() => (down ? trouble() : OLD)) as SecretsResolver);
    const { deliver, statuses } = open(from({ timeoutMs: 15 }));
    await deliver(OLD);
    down = true;
    now += 899 * SECOND;
    expect(await statuses([deliver(OLD), deliver(OLD), deliver(NEW)])).toEqual([200, 200, 503]);
    const codes = vi.mocked(process.emitWarning).mock.calls.map(([, said]) => (said as { code: string }).code);
    expect(codes).toEqual(['POSTERN_SECRETS', 'POSTERN_MISCONFIGURED']);
    // One question for the three, and the next no sooner than a second later.
    expect(asked).toHaveBeenCalledTimes(2);
    now += SECOND;
    expect(await statuses([deliver(OLD), deliver(NEW)])).toEqual([503, 503]);
    now += 3600 * SECOND;
    expect(await statuses([deliver(OLD)])).toEqual([503]);
    down = false;
    now += SECOND;
    expect(await statuses([deliver(OLD), deliver(NEW)])).toEqual([200, 401]);
  });

  it('of “no such tenant” is ten seconds at most, and it does not outlive a failure', async () => {
    let answer: (() => string | undefined) | undefined = () => undefined;
    const { asked, from } = vault(() => answer?.());
    const { deliver, statuses } = open(from());
    expect(await statuses([deliver(OLD), deliver(OLD)])).toEqual([401, 401]);
    now += 9 * SECOND;
    await deliver(OLD);
    expect(asked).toHaveBeenCalledTimes(1);
    now += SECOND;
    answer = () => {
      throw new Error('down');
    };
    expect((await deliver(OLD)).status).toBe(503);
    now += SECOND;
    answer = () => OLD;
    expect((await deliver(OLD)).status).toBe(200);
    answer = undefined;
    now += 60 * SECOND;
    expect((await deliver(OLD)).status).toBe(401);
  });

  it('is not believed from a clock that gives no number, or one that was set back', async () => {
    const { asked, from } = vault(() => OLD);
    const { deliver } = open(from());
    await deliver(OLD);
    now -= 3600 * SECOND;
    await deliver(OLD);
    expect(asked).toHaveBeenCalledTimes(2);
    const broken = open(from(), { now: () => Number.NaN });
    for (let n = 0; n < 3 * STRANGERS.atOnce; n++) expect((await broken.deliver(OLD)).status).not.toBe(200);
    expect(asked.mock.calls.length).toBeLessThanOrEqual(2 + STRANGERS.atOnce);
  });
});

describe('a body that is on its way for long', () => {
  /** Delivers with a body during which something happens. */
  const slowly = ({ deliver }: ReturnType<typeof open>, secret: string, meanwhile: () => unknown) =>
    deliver(secret, 'acme', '/hooks/acme', async () => void (await meanwhile()));

  it('is refused when its secret was removed meanwhile and everything was to be forgotten', async () => {
    let answer = OLD;
    const { asked, from } = vault(() => answer);
    const finder = from();
    const world = open(finder);
    await world.deliver(OLD);
    const { status } = await slowly(world, OLD, () => {
      answer = NEW;
      finder.invalidate();
    });
    expect(status).toBe(401);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('is refused when its secret was removed meanwhile and the answer is not fresh any more', async () => {
    let answer = OLD;
    const { from } = vault(() => answer);
    const world = open(from({ freshSeconds: 1 }));
    await world.deliver(OLD);
    const { status } = await slowly(world, OLD, () => {
      answer = NEW;
      now += SECOND;
    });
    expect(status).toBe(401);
  });

  it('is tried again when the answer died meanwhile and the vault is down', async () => {
    let down = false;
    const { from } = vault(() => (down ? Promise.reject(new Error('down')) : OLD));
    const world = open(from({ freshSeconds: 1, staleSeconds: 2 }));
    await world.deliver(OLD);
    down = true;
    now += 1_999;
    const { status } = await slowly(world, OLD, () => {
      now += 100 * SECOND;
    });
    expect(status).toBe(503);
    expect(verdicts.at(-1)?.reason).toBe('secret-unavailable');
  });

  it('is judged by an answer that serves for want of a newer one, without another question', async () => {
    let down = false;
    const { asked, from } = vault(() => (down ? Promise.reject(new Error('down')) : OLD));
    const world = open(from());
    await world.deliver(OLD);
    down = true;
    now += 100 * SECOND;
    expect((await slowly(world, OLD, () => (now += 100 * SECOND))).status).toBe(200);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('makes no question while its answer is fresh, and one when it is not', async () => {
    const { asked, from } = vault(() => OLD);
    const world = open(from());
    expect((await slowly(world, OLD, () => (now += 59 * SECOND))).status).toBe(200);
    expect(asked).toHaveBeenCalledTimes(1);
    expect((await slowly(world, OLD, () => (now += 61 * SECOND))).status).toBe(200);
    expect(asked).toHaveBeenCalledTimes(3);
  });
});

describe('a new secret', () => {
  it('counts from its first delivery on: where none matches, an older answer is asked for again', async () => {
    let answer: string[] = [OLD];
    const { asked, from } = vault(() => answer);
    const { deliver, statuses } = open(from());
    await deliver(OLD);
    answer = [NEW, OLD];
    now += SECOND;
    expect(await statuses([deliver(NEW), deliver(OLD), deliver(NEW)])).toEqual([200, 200, 200]);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('does not make a question of every forgery', async () => {
    const { asked, from } = vault(() => OLD);
    const { deliver } = open(from());
    await deliver(OLD);
    for (let n = 0; n < 500; n++) await deliver(NEW);
    expect(asked).toHaveBeenCalledTimes(1);
    now += SECOND;
    for (let n = 0; n < 500; n++) await deliver(NEW);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('that is dated is found when the old one has run out', async () => {
    let answer: object[] = [{ id: 'old', value: OLD, notAfter: new Date(now + 10 * SECOND) }];
    const { from } = vault(() => answer as never);
    const { deliver } = open(from());
    await deliver(OLD);
    answer = [{ id: 'new', value: NEW }];
    now += 11 * SECOND;
    expect((await deliver(NEW)).status).toBe(200);
  });

  it('that cannot be asked for while the vault is down is tried again by its sender, for as long as the old answer serves', async () => {
    let down = false;
    let answer = OLD;
    const { from } = vault(() => (down ? Promise.reject(new Error('down')) : answer));
    const { deliver } = open(from());
    await deliver(OLD);
    answer = NEW;
    down = true;
    for (const seconds of [5, 0, 95, 700, 96]) {
      now += seconds * SECOND;
      expect((await deliver(NEW)).status).toBe(503);
      expect(verdicts.at(-1)).toMatchObject({ reason: 'secret-unavailable', error: expect.any(Error), kind: 'ours' });
      expect((await deliver(OLD)).status).toBe(200);
    }
    down = false;
    now += SECOND;
    expect((await deliver(NEW)).status).toBe(200);
  });

  it('that was asked for in time, by a vault that hangs, is tried again too', async () => {
    let answer: string | Promise<string> = OLD;
    const { from } = vault(() => answer);
    const { deliver } = open(from({ timeoutMs: 15 }));
    await deliver(OLD);
    answer = new Promise(() => undefined);
    now += SECOND;
    expect((await deliver(NEW)).status).toBe(503);
  });

  it('does not make anything else of a forgery while the vault answers', async () => {
    const { from } = vault(() => OLD);
    const { deliver } = open(from());
    await deliver(OLD);
    for (const seconds of [0, 1, 5, 48, 60, 900]) {
      now += seconds * SECOND;
      expect((await deliver(NEW)).status).toBe(401);
    }
  });

  it('of a tenant nobody knows yet is tried again where strangers have used up their questions', async () => {
    const { from } = vault((head) => (head.path === '/hooks/acme' ? OLD : undefined));
    const { deliver } = open(from());
    await deliver(NEW);
    for (let n = 0; n < STRANGERS.atOnce; n++) await deliver(NEW, `made-up-${n}`);
    now += SECOND;
    for (let n = 0; n < STRANGERS.perSecond; n++) await deliver(NEW, `later-${n}`);
    expect((await deliver(NEW)).status).toBe(503);
  });
});

describe('a flood', () => {
  it('of tenants who are all genuine is kept within maxEntries: the longest unused is asked for again', async () => {
    const { asked, from } = vault((head) => secretOf(head.path.slice(1)));
    const { deliver } = open(from({ maxEntries: 5 }));
    for (let n = 0; n < 10; n++) await deliver(secretOf(`t${n}`), 't', `/t${n}`);
    asked.mockClear();
    await deliver(secretOf('t9'), 't', '/t9');
    expect(asked).not.toHaveBeenCalled();
    await deliver(secretOf('t0'), 't', '/t0');
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('of a hundred thousand made-up tenants asks a bounded number of times, and pushes out nobody who is genuine', async () => {
    const { asked, from } = vault((head) => (head.path === '/hooks/acme' ? OLD : undefined));
    const finder = from({ maxEntries: 10 });
    const { deliver } = open(finder);
    await deliver(OLD);
    const findSecrets = straightTo(finder);
    asked.mockClear();
    for (let n = 0; n < 100_000; n++) await findSecrets(`/hooks/made-up-${n}`);
    expect(asked.mock.calls.length).toBeLessThanOrEqual(STRANGERS.atOnce);
    const calls = asked.mock.calls.length;
    now += 10 * SECOND;
    for (let n = 0; n < 1000; n++) await findSecrets(`/hooks/later-${n}`);
    expect(asked.mock.calls.length - calls).toBeLessThanOrEqual(10 * STRANGERS.perSecond);
    asked.mockClear();
    expect((await deliver(OLD)).status).toBe(200);
    expect(asked).not.toHaveBeenCalled();
  }, 30_000);

  it('of an old delivery under ever new names makes none of them known', async () => {
    const { asked, from } = vault((head) => (head.query('x') === '' ? undefined : OLD));
    const { receiver } = open(from());
    const body = new TextEncoder().encode('{}');
    const headers = Object.entries(await sign(liasonpay(), { secret: OLD, body, timestamp: now / 1000 - 3600 }));
    for (let n = 0; n < 3 * STRANGERS.atOnce; n++)
      await receiver.handle(
        { head: { method: 'POST', url: `/?x=${n}`, headers }, readBody: async () => body },
        () => undefined,
      );
    expect(asked.mock.calls.length).toBeLessThanOrEqual(STRANGERS.atOnce);
    expect(verdicts[0]).toMatchObject({ reason: 'stale', authentic: true });
  });

  it('of one captured delivery under ever new paths asks a bounded number of times, and pushes out nobody who is known', async () => {
    let down = false;
    const { asked, from } = vault((head) => {
      if (down) throw new Error('down');
      return head.path === '/hooks/shop' ? NEW : OLD;
    });
    const { receiver, deliver } = open(from({ maxEntries: 200 }));
    await deliver(NEW, 'shop');
    asked.mockClear();
    const body = new TextEncoder().encode('{"captured":1}');
    const headers = Object.entries(await sign(liasonpay(), { secret: OLD, body, timestamp: now / 1000 }));
    // Its handler fails the first time: that it may run again does not make it another event.
    const handler = vi.fn().mockRejectedValueOnce(new Error('handler'));
    for (let n = 0; n < 4 * STRANGERS.atOnce; n++)
      await receiver.handle(
        { head: { method: 'POST', url: `/hooks/acme/${n}`, headers }, readBody: async () => body },
        handler,
      );
    expect(handler).toHaveBeenCalledTimes(2);
    // The one that was a new event gave its question back.
    expect(asked.mock.calls.length).toBeLessThanOrEqual(STRANGERS.atOnce + 1);
    down = true;
    now += 61 * SECOND;
    expect((await deliver(NEW, 'shop')).status).toBe(200);
  });

  it('of deliveries whose handlers always fail makes no name known but the first', async () => {
    const { asked, from } = vault((head) => (head.query('x') === '' ? undefined : OLD));
    const { receiver } = open(from());
    const body = new TextEncoder().encode('{"captured":1}');
    const headers = Object.entries(await sign(liasonpay(), { secret: OLD, body, timestamp: now / 1000 }));
    for (let n = 0; n < 2 * STRANGERS.atOnce; n++)
      await receiver.handle({ head: { method: 'POST', url: `/?x=${n}`, headers }, readBody: async () => body }, () =>
        Promise.reject(new Error('handler')),
      );
    expect(asked.mock.calls.length).toBeLessThanOrEqual(STRANGERS.atOnce + 1);
  });

  it('leaves those alone who are known, and makes the others try again', async () => {
    const { from } = vault((head) => secretOf(head.path.slice(1)));
    const { deliver } = open(from());
    await deliver(secretOf('acme'), 'acme', '/acme');
    for (let n = 0; n < 2 * STRANGERS.atOnce; n++) await deliver(OLD, 'x', `/made-up-${n}`);
    expect((await deliver(secretOf('acme'), 'acme', '/acme')).status).toBe(200);
    const late = await deliver(secretOf('globex'), 'globex', '/globex');
    expect(late).toMatchObject({ status: 503, read: false });
    now += SECOND;
    expect((await deliver(secretOf('globex'), 'globex', '/globex')).status).toBe(200);
  });

  it('takes nothing from the question for a new secret of a tenant who is known', async () => {
    let answer = OLD;
    const { from } = vault((head) => (head.path === '/hooks/acme' ? answer : undefined));
    const { deliver } = open(from());
    await deliver(OLD);
    answer = NEW;
    now += 5 * SECOND;
    for (let n = 0; n < 2 * STRANGERS.atOnce; n++) await deliver(OLD, `made-up-${n}`);
    expect((await deliver(NEW)).status).toBe(200);
  });

  it('is not what many tenants are who deliver for the first time one after another', async () => {
    const { from } = vault((head) => secretOf(head.path.slice(1)));
    const { deliver } = open(from());
    for (let n = 0; n < 3 * STRANGERS.atOnce; n++)
      expect((await deliver(secretOf(`t${n}`), 't', `/t${n}`)).status).toBe(200);
  });

  it('of keys that a stranger makes long or many is not remembered', async () => {
    const { asked, from } = vault((head) => {
      void head.header(head.header('x-tenant') ?? '');
      return head.query('t') === undefined ? OLD : undefined;
    });
    const { deliver } = open(from());
    await deliver(OLD, 'acme', `/?x=${'y'.repeat(4000)}`);
    for (let n = 0; n < 60; n++) await deliver(OLD, `name-${n}`);
    expect((await deliver(OLD, 'acme', '/?t=1')).status).toBe(401);
    expect(asked.mock.calls.length).toBeGreaterThan(30);
  });
});

describe('the types', () => {
  it('know the head in a function that is written in place, and the tenant where one is read', () => {
    const options: ReceiverOptions = {
      provider: liasonpay(),
      secrets: (head) => {
        expectTypeOf(head).toEqualTypeOf<SecretsHead>();
        // @ts-expect-error: there is no body
        return head.body;
      },
    };
    secretsFrom(
      (head, tenant) => {
        expectTypeOf(head).toEqualTypeOf<SecretsHead>();
        expectTypeOf(tenant).toEqualTypeOf<string>();
        return undefined;
      },
      { tenant: (head) => head.header('x-tenant') },
    );
    expect(() => createReceiver(options)).not.toThrow();
  });
});

describe('at start-up', () => {
  it.each<[options: object, option: string]>([
    [{ freshSeconds: 0 }, 'secretsFrom.freshSeconds'],
    [{ freshSeconds: 60, staleSeconds: 30 }, 'secretsFrom.staleSeconds'],
    [{ staleSeconds: 86_401 }, 'secretsFrom.staleSeconds'],
    [{ timeoutMs: -1 }, 'secretsFrom.timeoutMs'],
    [{ maxEntries: 1.5 }, 'secretsFrom.maxEntries'],
    [{ tenant: 'acme' }, 'secretsFrom.tenant'],
    [{ ttl: 60 }, 'secretsFrom.ttl'],
  ])('%j is refused by name', (options, option) => {
    expect(() => secretsFrom(() => OLD, options)).toThrowError(expect.objectContaining({ option }));
  });

  it('what is no function is refused', () => {
    expect(() => secretsFrom(OLD as never)).toThrowError(expect.objectContaining({ option: 'secretsFrom' }));
  });

  it('a long freshness raises the ceiling with it', () => {
    expect(() => secretsFrom(() => OLD, { freshSeconds: 3600 })).not.toThrow();
  });
});
