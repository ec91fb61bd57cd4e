// What a refused caller sees tells nothing, and nothing of ours that can be printed shows a secret, a computed signature or a body.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import {
  assertVerified,
  type Capture,
  type ClaimStore,
  type ConfigurationErrorCode,
  createReceiver,
  createVerifier,
  type Delivery,
  defineProvider,
  fromEnv,
  hmac,
  memoryStore,
  type Provider,
  parseCapture,
  type ReceiverOptions,
  type SettledRecord,
  type SecretEntry,
  type StandardSchema,
  secretRegistry,
  secretsFrom,
  sign,
  signRequest,
  type VerdictRecord,
  verify,
} from '@postern/core';
import * as providers from '@postern/core/providers';
import { webhook } from '@postern/express';
import express5, { type RequestHandler } from 'express';
import express4 from 'express4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileReceiver } from '../packages/core/src/lib/config.ts';
import { bodyNeedles, leaksIn, type Needle, needlesOf, secretNeedles, shownBy } from './leak-scan.ts';

const SECRET = 'postern-test-canary-key-0123456789';
const OLD_SECRET = 'postern-test-older-canary-9876543210';
const STANDARD_SECRET = `whsec_${Buffer.from('postern-test-canary-key-of-bytes').toString('base64')}`;
const BODY = '{"event_type":"payment.paid","card":"canary-4242-4242-4242","payer":"Canary Q. Testperson"}';
const NOW = 1_767_225_600;
const SECRETS: readonly Needle[] = [SECRET, OLD_SECRET, STANDARD_SECRET].flatMap((secret) =>
  secretNeedles('a secret', secret),
);

describe('the scan', () => {
  const hidden = Symbol('hidden');
  const places: Readonly<Record<string, (leak: unknown) => unknown>> = {
    'plain text': (leak) => `the secret is ${String(leak)}!`,
    'a property': (leak) => ({ deep: { deeper: [{ leak }] } }),
    'a hidden property': (leak) => Object.defineProperty({}, 'leak', { value: leak, enumerable: false }),
    'a symbol': (leak) => ({ [hidden]: leak }),
    'a map': (leak) => new Map([['key', new Set([leak])]]),
    'an error’s cause': (leak) => new Error('failed', { cause: new Error(String(leak)) }),
    'an error’s property': (leak) => Object.assign(new Error('failed'), { leak }),
    'what toString says': (leak) => ({ toString: () => String(leak) }),
    'what toJSON says': (leak) => ({ toJSON: () => leak }),
    'a getter': (leak) => ({
      get leak() {
        return leak;
      },
    }),
  };
  const mac = createHmac('sha256', SECRET).update(BODY).digest();
  const forms: readonly (readonly [form: string, leak: unknown])[] = [
    ['the text', SECRET],
    ['hex', Buffer.from(SECRET).toString('hex')],
    ['base64', Buffer.from(SECRET).toString('base64')],
    ['base64url', Buffer.from(SECRET).toString('base64url')],
    ['a computed signature in hex', mac.toString('hex')],
    ['a computed signature in base64', mac.toString('base64')],
    ['a computed signature in base64url', mac.toString('base64url')],
    ['a piece of a body', BODY.slice(20, 70)],
  ];
  const needles = [...SECRETS, ...needlesOf('the signature', mac), ...bodyNeedles(Buffer.from(BODY))];

  it.each(forms)('finds %s wherever it is planted', (_, leak) => {
    for (const [place, plant] of Object.entries(places))
      expect(leaksIn(shownBy(plant(leak)), needles), place).not.toEqual([]);
  });

  it('finds bytes, too', () => {
    expect(leaksIn(shownBy({ key: new TextEncoder().encode(SECRET) }), needles)).not.toEqual([]);
    expect(leaksIn(shownBy([mac.buffer, mac]), needles)).not.toEqual([]);
  });

  it('finds nothing where nothing is planted', () => {
    for (const [place, plant] of Object.entries(places))
      expect(leaksIn(shownBy(plant('nothing')), needles), place).toEqual([]);
  });
});

describe('what programs can print', () => {
  const provider = providers.liasonpay();
  const secrets = [
    { id: 'current', value: SECRET },
    { id: 'old', value: OLD_SECRET, notAfter: '2030-01-01' },
  ];

  it.each([
    ['a provider', () => provider],
    ['a receiver', () => createReceiver({ provider, secrets })],
    ['a verifier', () => createVerifier({ provider, secrets })],
    ['a guard of Express', () => webhook({ provider, secrets }, () => undefined)],
    ['compiled options', () => compileReceiver({ provider, secrets })],
    [
      'compiled options of a base64 key',
      () => compileReceiver({ provider: providers.standardWebhooks(), secrets: STANDARD_SECRET }),
    ],
    ['an imported secret', () => provider.scheme.importSecret(SECRET, 'secrets')],
    ['a source of secrets', () => fromEnv('POSTERN_TEST_SECRET')],
    ['what finds secrets', () => secretsFrom(() => SECRET)],
  ])('%s shows no secret', (_, make) => {
    const shown = shownBy(make());
    expect(shown.length).toBeGreaterThan(10);
    expect(leaksIn(shown, SECRETS)).toEqual([]);
  });

  it('a store that has claims shows no secret, no signature and no body', async () => {
    const store = memoryStore({ now: () => NOW * 1000 });
    const seen: string[] = [];
    const told: ClaimStore = {
      claim: (key, request) => {
        seen.push(shownBy([key, request]));
        return store.claim(key, request);
      },
      complete: store.complete,
      release: store.release,
    };
    const receiver = createReceiver({ provider, secrets, store: told, now: () => NOW * 1000 });
    const capture = await genuine(provider, SECRET);
    const answer = await receiver.handle({ head: capture, readBody: async () => capture.body }, () => undefined);
    expect(answer.status).toBe(200);
    expect(seen).toHaveLength(1);
    expect(
      leaksIn(`${seen.join('\n')}${shownBy([store, store.stats()])}`, needlesFor(provider, [SECRET], capture)),
    ).toEqual([]);
  });

  it('a receiver whose secrets are found shows none of them, nor do what finds them, a registry, records and answers', async () => {
    const shown: unknown[] = [];
    const told: string[] = [];
    const printers = process.listeners('warning');
    for (const printer of printers) process.off('warning', printer);
    const onWarning = (warning: Error) => void told.push(`${warning.message} ${shownBy(warning)}`);
    process.on('warning', onWarning);
    let answer: () => unknown = () => [{ id: 'old', value: OLD_SECRET }];
    let now = NOW * 1000;
    const registry = secretRegistry();
    const finder = secretsFrom(async () => answer() as SecretEntry[], { freshSeconds: 1, staleSeconds: 1 });
    const captures: Capture[] = [];
    const make = (endpoint: string, hooks: Partial<ReceiverOptions>) =>
      createReceiver({ provider, endpoint, secrets: finder, secretRegistry: registry, now: () => now, ...hooks });
    const receivers = [
      make('told', {
        onSecret: (record) => void shown.push(record),
        onVerdict: ({ error, ...record }) => void shown.push(record),
      }),
      make('warned', {}),
    ];
    const turns: (() => unknown)[] = [
      answer,
      () => secrets,
      () => [{ id: 'old', value: SECRET }],
      () => [{ id: 'old', value: ` ${SECRET}` }],
      () => ({ SecretString: SECRET }),
      () => [SECRET, [SECRET]],
      () => {
        throw new Error(`no entry for ${SECRET}`, { cause: OLD_SECRET });
      },
      () => Promise.reject(Object.assign(new Error(`sealed, and the token is ${SECRET}`), { token: OLD_SECRET })),
      () => undefined,
    ];
    try {
      for (const turn of turns) {
        answer = turn;
        // Codes are said once a minute.
        now += 61_000;
        for (const [index, secret] of [SECRET, OLD_SECRET].entries()) {
          const body = `${BODY.slice(0, -1)},"n":${captures.length + index}}`;
          const capture = await signRequest(provider, { secret, body, timestamp: now / 1000 });
          captures.push(capture);
          for (const receiver of receivers)
            shown.push(await receiver.handle({ head: capture, readBody: async () => capture.body }, () => undefined));
        }
      }
      await new Promise(setImmediate);
    } finally {
      process.off('warning', onWarning);
      for (const printer of printers) process.on('warning', printer);
    }
    const text = `${shownBy([receivers, finder, registry, shown, receivers.map((one) => one.secrets())])}\n${told.join('\n')}`;
    for (const part of [
      'replaced',
      'added',
      'removed',
      'secret-unavailable',
      'the same value',
      'POSTERN_MISCONFIGURED',
    ])
      expect(text).toContain(part);
    expect(
      leaksIn(
        text,
        captures.flatMap((capture) => needlesFor(provider, [SECRET, OLD_SECRET], capture)),
      ),
    ).toEqual([]);
  });

  it('a delivery shows no secret and no signature', async () => {
    const capture = await genuine(provider, SECRET);
    const verdict = await verify(capture, { provider, secrets, now: 'signed-time' });
    if (verdict.outcome !== 'accepted') throw new Error('the genuine delivery is refused');
    const shown = shownBy(verdict.delivery);
    // The body is what a delivery is for; nothing else of this kind may be in it.
    const body = new Set(bodyNeedles(capture.body).map(({ text }) => text));
    const needles = needlesFor(provider, [SECRET], capture).filter(({ text }) => !body.has(text));
    expect(leaksIn(shown, needles)).toEqual([]);
    expect(leaksIn(shown, bodyNeedles(capture.body))).not.toEqual([]);
  });
});

describe('thrown errors', () => {
  const provider = providers.liasonpay();
  const make = (options: object) => () => createReceiver({ provider, secrets: SECRET, ...options } as ReceiverOptions);
  const secret = (value: string, of = provider) => make({ provider: of, secrets: [{ id: 'canary', value }] });
  const fixedLength = defineProvider({
    name: 'fixed-length',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-signature', grammar: 'plain' },
      secret: { bytes: 32 },
    }),
  });

  // One mistake for each code: a new code without a line here does not compile.
  const mistakes: Readonly<Record<ConfigurationErrorCode, () => unknown>> = {
    'unknown-option': make({ tolerance: SECRET }),
    'missing-option': make({ provider: undefined }),
    'invalid-option': make({ store: { secret: SECRET } }),
    'invalid-provider': () => defineProvider({ name: SECRET.toUpperCase(), scheme: provider.scheme }),
    'invalid-tolerance': make({ toleranceSeconds: SECRET }),
    'invalid-limit': make({ maxBodyBytes: SECRET }),
    'invalid-address': make({ allow: ['300.0.0.1'] }),
    'empty-allowlist': make({ allow: [] }),
    'missing-secret': make({ secrets: [] }),
    'blank-secret': secret('   '),
    'padded-secret': secret(` ${SECRET}\n`),
    'placeholder-secret': secret('your_canary_secret_goes_here'),
    'wrong-kind-secret': secret(`sk_live_${SECRET}`, providers.stripe()),
    'undecodable-secret': secret(`whsec_${SECRET}!`, providers.standardWebhooks()),
    'wrong-length-secret': secret(SECRET, fixedLength),
    'too-many-secrets': make({ secrets: Array.from({ length: 9 }, (_, index) => `${SECRET}-${index}`) }),
    'duplicate-secret-id': make({ secrets: [SECRET, { id: 'secret-1', value: OLD_SECRET }] }),
    'missing-variable': make({ secrets: fromEnv('POSTERN_TEST_VARIABLE_THAT_IS_NOT_SET') }),
    'client-side-variable': () => fromEnv('NEXT_PUBLIC_WEBHOOK_SECRET'),
    'invalid-capture': () => parseCapture(`{"method":"POST","headers":{},"body":{"secret":"${SECRET}"}}`),
  };

  it.each(Object.entries(mistakes))(
    '%s names the remedy and shows no secret, in its stack and cause neither',
    (code, mistake) => {
      const error = thrownBy(mistake);
      expect(error).toMatchObject({ name: 'ConfigurationError', code });
      const values = [
        ...SECRETS,
        ...needlesOf('a secret', Buffer.from(SECRET.toUpperCase())),
        ...secretNeedles('a secret', 'your_canary_secret_goes_here'),
      ];
      expect(leaksIn(`${shownBy(error)}\n${String(error.stack)}\n${shownBy(error.cause)}`, values)).toEqual([]);
    },
  );

  it('a secret that is given to fromEnv in place of a variable’s name is not shown', () => {
    for (const value of ['whsec_canaryCanaryCanary0123456789', 'canary_canary_canary_canary']) {
      const error = thrownBy(() => createReceiver({ provider: providers.stripe(), secrets: fromEnv(value) }));
      expect(leaksIn(shownBy(error), secretNeedles('a secret', value))).toEqual([]);
    }
  });

  it('a refused capture and an unreadable body throw errors that show nothing of the delivery', async () => {
    const capture = await genuine(provider, SECRET);
    const needles = needlesFor(provider, [SECRET, OLD_SECRET], capture);
    const refused = await assertVerified(capture, { provider, secrets: OLD_SECRET, now: 'signed-time' }).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ name: 'VerificationError', code: 'bad-signature' });
    expect(leaksIn(shownBy(refused), needles)).toEqual([]);

    for (const [body, read] of [
      [`${BODY},`, (delivery: Delivery) => delivery.json()],
      [`{"__proto__":{"canary":"${SECRET}"},"a":${BODY}}`, (delivery: Delivery) => delivery.json()],
      [Buffer.concat([Buffer.from([0xff]), Buffer.from(BODY)]), (delivery: Delivery) => delivery.text()],
      [Buffer.concat([Buffer.from([0xff]), Buffer.from(BODY)]), (delivery: Delivery) => delivery.form()],
    ] as const) {
      const bad = await genuine(provider, SECRET, body);
      const delivery = await assertVerified(bad, { provider, secrets: SECRET, now: 'signed-time' });
      const error = thrownBy(() => read(delivery));
      expect(error).toMatchObject({ name: 'VerificationError', code: 'invalid-payload' });
      expect(leaksIn(`${shownBy(error)}\n${String(error.stack)}`, needlesFor(provider, [SECRET], bad))).toEqual([]);
    }
  });
});

describe('some hundred deliveries of every kind, over sockets', () => {
  /** One delivery, what guards its route, and what came of it. */
  interface Sent {
    readonly name: string;
    readonly needles: readonly Needle[];
    readonly answer: string;
    readonly status: number;
    readonly records: readonly (VerdictRecord | SettledRecord)[];
    readonly errors: readonly unknown[];
  }

  const sent: Sent[] = [];
  const warnings: Error[] = [];
  const printers = process.listeners('warning');
  const onWarning = (warning: Error) => void warnings.push(warning);

  beforeAll(async () => {
    // What prints warnings steps aside: here they are collected.
    for (const printer of printers) process.off('warning', printer);
    process.on('warning', onWarning);
    for (const [index, line] of corpus().entries()) sent.push(await sendCase(line, index));
    for (const [index, situation] of (await situations()).entries()) sent.push(await sendSituation(situation, index));
    // Warnings come one turn of the loop later.
    await new Promise(setImmediate);
  }, 60_000);

  afterAll(() => {
    process.off('warning', onWarning);
    for (const printer of printers) process.on('warning', printer);
  });

  /** Guards the only route of a fresh server, in either form, sends the bytes, and keeps everything that anybody was shown. */
  async function exchange(
    name: string,
    index: number,
    options: ReceiverOptions,
    captures: readonly Capture[],
    needles: readonly Needle[],
    settings: {
      readonly before?: RequestHandler;
      readonly handler?: (delivery: Delivery) => unknown;
    } = {},
  ): Promise<Sent> {
    const records: (VerdictRecord | SettledRecord)[] = [];
    const errors: unknown[] = [];
    const { handler = () => undefined, before } = settings;
    const app = index % 2 === 0 ? express5() : (express4 as unknown as typeof express5)();
    // Without onVerdict, refusals go to process.emitWarning: one in three is told that way.
    const hooks = {
      ...(index % 3 === 0 ? {} : { onVerdict: (record: VerdictRecord) => void records.push(record) }),
      onSettled: (record: SettledRecord) => void records.push(record),
    };
    let answer = '';
    let status = 500;
    try {
      if (before !== undefined) app.use(before);
      if (index % 4 < 2) app.use('/', webhook({ ...options, ...hooks }, handler));
      else
        app.use('/', webhook({ ...options, ...hooks }), async (request, response, next) => {
          try {
            await handler(request.webhook);
            if (!response.headersSent) response.sendStatus(200);
          } catch (error) {
            next(error);
          }
        });
      const server = app.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      try {
        const answers = await Promise.all(captures.map((capture) => send(port, capture)));
        answer = answers.join('\n');
        status = Math.max(...answers.map((text) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1])));
      } finally {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      }
    } catch (error) {
      errors.push(error);
    }
    return { name, needles, answer, status, records, errors };
  }

  async function sendCase(line: CaseLine, index: number): Promise<Sent> {
    const provider = providerOf(line.provider);
    const capture = parseCapture(JSON.stringify({ request: line.request }));
    const now = (line.now ?? Number(timeOf(capture))) * 1000;
    const options = { provider, secrets: line.secrets, now: () => (Number.isFinite(now) ? now : NOW * 1000) };
    return exchange(line.id, index, options, [capture], needlesFor(provider, line.secrets, capture));
  }

  async function sendSituation(situation: Situation, index: number): Promise<Sent> {
    const { name, options, captures, ...settings } = situation;
    const needles = captures.flatMap((capture) => needlesFor(options.provider, [SECRET, OLD_SECRET], capture));
    const made = await exchange(name, index * 12 + situation.turn, options, captures, needles, settings);
    return made;
  }

  it('were sent, and ended in every way that issue and corpus know', () => {
    expect(sent.length).toBeGreaterThan(500);
    const told = warnings.map(({ message }) => /: ([a-z-]+)(?: \(|\. )/.exec(message)?.[1]);
    const found = new Set([
      ...told,
      ...sent.flatMap(({ records }) => records.flatMap(({ outcome, reason }) => [outcome, reason])),
    ]);
    for (const kind of [
      'accepted',
      'answered',
      'committed',
      'released',
      'bad-signature',
      'body-too-large',
      'duplicate-header',
      'future',
      'handler-failed',
      'handler-timeout',
      'in-flight',
      'invalid-payload',
      'malformed-id',
      'malformed-signature',
      'malformed-timestamp',
      'method-not-allowed',
      'misconfigured',
      'missing-id',
      'missing-signature',
      'missing-timestamp',
      'overloaded',
      'secret-unavailable',
      'source-not-allowed',
      'stale',
      'store-unavailable',
      'unsupported-scheme',
    ])
      expect(found, kind).toContain(kind);
    expect(warnings.map((warning) => Reflect.get(warning, 'code'))).toEqual(
      expect.arrayContaining(['POSTERN_REFUSALS', 'POSTERN_MISCONFIGURED', 'POSTERN_STORE', 'POSTERN_SHORT_SECRET']),
    );
  });

  it('tell a refused caller a status and an opaque id, and nothing else', () => {
    const refused = sent.filter(({ answer, status }) => answer !== '' && status >= 400);
    expect(refused.length).toBeGreaterThan(300);
    for (const { name, answer, records, needles } of refused) {
      const reasons = records.flatMap(({ reason }) => reason ?? []);
      const details = records.flatMap((record) => ('detail' in record ? (record.detail ?? []) : []));
      const hidden = [
        ...reasons,
        ...details,
        ...records.flatMap((record) => ('secretId' in record ? (record.secretId ?? []) : [])),
      ];
      expect(leaksIn(answer, [...needles, ...hidden.map((text) => ({ what: text, text }))]), name).toEqual([]);
      expect(answer, name).not.toContain('canary');
      const problems = answer.split('\r\n\r\n').filter((part) => part.startsWith('{'));
      expect(problems.length, name).toBeGreaterThan(0);
      for (const problem of problems) {
        const [body = ''] = problem.split('\n');
        expect(Object.keys(JSON.parse(body)).sort(), name).toEqual(['instance', 'status', 'title']);
      }
    }
  });

  it('leave no secret, no signature and no body in any record', () => {
    for (const { name, records, needles } of sent) {
      // What the handler threw is passed on as it was thrown. An event's id and type are read from the body, and named as such.
      const shown = records.map((record) => {
        const { eventId, eventType, ...rest } = record;
        return shownBy({ ...rest, error: undefined });
      });
      expect(leaksIn(shown.join('\n'), needles), name).toEqual([]);
    }
  });

  it('leave none in any error that was thrown on the way', () => {
    const thrown = sent.filter(({ errors }) => errors.length > 0);
    expect(thrown.length).toBeGreaterThan(5);
    for (const { name, errors, needles } of thrown) {
      for (const error of errors) expect(error, name).toMatchObject({ name: 'ConfigurationError' });
      expect(leaksIn(errors.map(shownBy).join('\n'), needles), name).toEqual([]);
    }
  });

  it('leave none in any warning of the process', () => {
    const shown = warnings.map((warning) => shownBy(warning)).join('\n');
    expect(shown).toContain('PosternWarning');
    for (const { name, needles } of sent) expect(leaksIn(shown, needles), name).toEqual([]);
  });
});

/** A delivery that is none of the corpus: something goes wrong on our side, or comes twice. */
interface Situation {
  readonly name: string;
  /** Which of the twelve ways to mount the guard. */
  readonly turn: number;
  readonly options: ReceiverOptions;
  readonly captures: readonly Capture[];
  readonly before?: RequestHandler;
  readonly handler?: (delivery: Delivery) => unknown;
}

async function situations(): Promise<readonly Situation[]> {
  const provider = providers.liasonpay();
  const options: ReceiverOptions = { provider, secrets: SECRET, now: () => NOW * 1000 };
  const capture = await genuine(provider, SECRET);
  const refusing: StandardSchema = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => ({ issues: [{ message: `not ${JSON.stringify(value)}`, path: ['card'] }] }),
    },
  };
  const failing = async (): Promise<never> => {
    throw new Error('the store is down');
  };
  const list: readonly Omit<Situation, 'turn'>[] = [
    { name: 'twice, one after the other', options: { ...options, store: await doneStore() }, captures: [capture] },
    {
      name: 'twice at once',
      options,
      captures: [capture, capture],
      handler: () => new Promise((resolve) => setTimeout(resolve, 30)),
    },
    {
      name: 'a handler that throws',
      options,
      captures: [capture],
      handler: (delivery) => {
        throw new Error(`canary ${delivery.text()}`);
      },
    },
    {
      name: 'a handler that does not end',
      options: { ...options, handlerTimeoutMs: 20 },
      captures: [capture],
      handler: () => new Promise(() => undefined),
    },
    { name: 'a body that does not fit the schema', options: { ...options, schema: refusing }, captures: [capture] },
    {
      name: 'a store that is down',
      options: { ...options, store: { claim: failing, complete: failing, release: failing } },
      captures: [capture],
    },
    { name: 'a stranger', options: { ...options, allow: ['192.0.2.1'] }, captures: [capture] },
    { name: 'a body that is too long', options: { ...options, maxBodyBytes: 16 }, captures: [capture] },
    { name: 'more than is held', options: { ...options, maxBodyBytes: 500, maxHeldBytes: 500 }, captures: [capture] },
    {
      name: 'a secret that is over',
      options: { ...options, secrets: [{ id: 'over', value: SECRET, notAfter: '2020-01-01' }] },
      captures: [capture],
    },
    { name: 'a body that was parsed before', options, captures: [capture], before: express5.json() },
    { name: 'a short secret', options: { ...options, secrets: 'canary-7' }, captures: [capture] },
  ];
  // Each in handler and middleware form, told by record and by warning, on both Expresses.
  return [0, 1, 2, 3, 5, 6].flatMap((turn) => list.map((situation) => ({ ...situation, turn })));
}

/** A store in which everything is done already. */
async function doneStore(): Promise<ClaimStore> {
  return { claim: async () => ({ done: true }), complete: async () => false, release: async () => false };
}

interface CaseLine {
  readonly id: string;
  readonly provider: string;
  readonly secrets: readonly string[];
  readonly now: number | null;
  readonly request: unknown;
}

function corpus(): readonly CaseLine[] {
  const text = readFileSync(new URL('corpus/deliveries.dev.jsonl', import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CaseLine);
}

function providerOf(name: string): Provider {
  // The six of the corpus need no settings.
  const all = providers as unknown as Readonly<Record<string, () => Provider>>;
  const found = all[name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
  if (found === undefined) throw new Error(`there is no provider ${name}`);
  return found();
}

async function genuine(provider: Provider, secret: string, body: string | Uint8Array = BODY): Promise<Capture> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const headers = await sign(provider, { secret, body: bytes, timestamp: NOW });
  return {
    method: 'POST',
    url: '/webhooks',
    headers: [['Content-Type', 'application/json'], ...Object.entries(headers)],
    body: bytes,
  };
}

/** What must not be seen of a delivery: its body, its secrets, and the signatures that they make of it. */
function needlesFor(provider: Provider, secrets: readonly string[], capture: Capture): readonly Needle[] {
  const signatures = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => needlesOf('the expected signature', expectedMac(provider.name, secret, capture)));
  return [
    ...secrets.flatMap((secret) => secretNeedles('a secret', secret)),
    ...signatures,
    ...bodyNeedles(capture.body),
  ];
}

/** The signature as the vendors define it, computed without any code of ours. */
function expectedMac(provider: string, secret: string, capture: Capture): Buffer {
  const key = provider === 'standard-webhooks' ? Buffer.from(secret.replace(/^whsec_/, ''), 'base64') : secret;
  const time = timeOf(capture);
  const id = headerOf(capture, 'webhook-id');
  const before: Readonly<Record<string, string>> = {
    liasonpay: `${time}.`,
    stripe: `${time}.`,
    slack: `v0:${time}:`,
    'standard-webhooks': `${id}.${time}.`,
    github: '',
    shopify: '',
  };
  return createHmac('sha256', key)
    .update(before[provider] ?? '', 'latin1')
    .update(capture.body)
    .digest();
}

function timeOf(capture: Capture): string {
  const header = headerOf(capture, 'webhook-timestamp') || headerOf(capture, 'x-slack-request-timestamp');
  const fields = headerOf(capture, 'liasonpay-signature') || headerOf(capture, 'stripe-signature');
  return header || (/(?:^|,)t=([^,]*)/.exec(fields)?.[1] ?? '');
}

function headerOf({ headers }: Capture, name: string): string {
  return headers.find(([line]) => line.toLowerCase() === name)?.[1]?.trim() ?? '';
}

function thrownBy(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}

/** Sends a request over a socket of its own, and gives the whole answer as text. */
async function send(port: number, { method, url, headers, body }: Capture): Promise<string> {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  if (!headers.some(([name]) => name.toLowerCase() === 'host')) lines.unshift('Host: localhost');
  lines.push(`Content-Length: ${body.byteLength}`);
  const socket = connect(port, '127.0.0.1');
  let received = '';
  const answered = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer: ${received}`)), 10_000);
    const check = (closed: boolean) => {
      const end = received.indexOf('\r\n\r\n');
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(received.slice(0, end))?.[1] ?? Number.NaN);
      if (!closed && !(end >= 0 && received.length >= end + 4 + length)) return;
      clearTimeout(timer);
      if (received === '') reject(new Error('the connection closed without an answer'));
      else resolve(received);
    };
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      check(false);
    });
    socket.on('error', () => check(true));
    socket.on('close', () => check(true));
  });
  socket.write(Buffer.from([`${method} ${url} HTTP/1.1`, ...lines, '', ''].join('\r\n'), 'latin1'));
  socket.write(body);
  try {
    return await answered;
  } finally {
    socket.destroy();
  }
}
