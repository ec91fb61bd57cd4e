// The engine on made-up providers, with a client that answers by itself: what PesaPal does not need.
import { describe, expect, it } from 'vitest';
import {
  type Confirmation,
  type ConfirmByOptions,
  confirmBy,
  confirmWith,
  type LookedUp,
  type LookUp,
  type NoticeData,
  type Order,
} from './confirm.ts';
import { webhook } from './fetch.ts';
import type { OutboundRequest, OutboundResult } from './lib/outbound/request.ts';
import { defineProvider } from './lib/scheme/define-provider.ts';
import { hmac } from './lib/scheme/hmac.ts';
import { none } from './lib/scheme/none.ts';
import { sign } from './lib/sign.ts';
import type { Confirmed, Delivery, VerdictRecord } from './lib/types.ts';

const ORDER: Order = { reference: 'r-1', amount: '10.50', currency: 'EUR' };
const BASE = { live: 'https://api.acme.example/v1', sandbox: 'https://test.acme.example/v1' };
const ACME: Confirmation = {
  provider: 'acme',
  docs: 'https://acme.example/docs',
  base: BASE,
  notice: { id: { at: { form: 'id' }, pattern: /tr_\w+/ } },
  credentials: ['apiKey'],
  lookup: { path: '/payments/{id}', headers: { authorization: 'Bearer {apiKey}' } },
  answer: {
    unknown: { http: [404] },
    id: 'id',
    reference: 'metadata.order',
    amount: 'amount.value',
    currency: 'amount.currency',
    status: 'status',
    statuses: { paid: ['paid'], failed: ['expired'], pending: ['open'] },
  },
};
const PAID = { id: 'tr_1', status: 'Paid', amount: { value: '10.50', currency: 'EUR' }, metadata: { order: 'r-1' } };
const CREDENTIALS = { apiKey: 'test-key-of-nobody' };

type Answering = (request: OutboundRequest) => { status?: number; body: unknown } | OutboundResult;

/** A guard, what it asked, and what it told. */
function open(
  answer: Answering,
  data: Confirmation = ACME,
  {
    order = ORDER as Order | undefined,
    credentials = CREDENTIALS as Record<string, string>,
    environment = 'live' as const,
  } = {},
) {
  const asked: OutboundRequest[] = [];
  const verdicts: VerdictRecord[] = [];
  const confirmed: (Confirmed | undefined)[] = [];
  const outbound = async (request: OutboundRequest): Promise<OutboundResult> => {
    asked.push(request);
    const answered = answer(request);
    if ('ok' in answered) return answered;
    const { status = 200, body } = answered;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return { ok: true, status, headers: {}, body: new TextEncoder().encode(text) };
  };
  const handle = webhook(
    {
      provider: defineProvider({ name: 'acme', scheme: none({}), methods: ['POST', 'PUT'] }),
      secrets: [],
      environment,
      confirm: confirmWith(data, credentials, { outbound, retries: 0 }),
      expected: () => order,
      onVerdict: (record) => verdicts.push(record),
    },
    (delivery: Delivery) => void confirmed.push(delivery.confirmed),
  );
  const send = async (body: string, headers: Record<string, string> = {}) =>
    (await handle(new Request('https://shop.example/hook', { method: 'POST', body, headers }))).status;
  return { asked, verdicts, confirmed, send };
}
const textOf = (body: OutboundRequest['body']) => (typeof body === 'string' ? body : new TextDecoder().decode(body));

describe('a look-up', () => {
  it('goes to the environment’s host, by the id, and gives the handler what came back', async () => {
    const { asked, confirmed, send } = open(() => ({ body: PAID }));
    expect(await send('id=tr_1')).toBe(200);
    expect(asked).toMatchObject([
      { url: 'https://api.acme.example/v1/payments/tr_1', hosts: ['api.acme.example'], method: 'GET' },
    ]);
    expect(asked[0]?.headers).toEqual({ accept: 'application/json', authorization: 'Bearer test-key-of-nobody' });
    expect(confirmed).toMatchObject([
      { id: 'tr_1', reference: 'r-1', amount: '10.5', currency: 'EUR', status: 'paid' },
    ]);
    expect(confirmed[0]?.json()).toEqual(PAID);
  });

  it.each([
    ['no such payment', { status: 404, body: {} }, 401, 'unconfirmed'],
    ['another id', { body: { ...PAID, id: 'tr_2' } }, 401, 'unconfirmed'],
    ['a key twice', { body: '{"id":"tr_1","id":"tr_1"}' }, 503, 'confirm-unavailable'],
    ['no amount', { body: { ...PAID, amount: { currency: 'EUR' } } }, 503, 'confirm-unavailable'],
    [
      'an amount that is a list',
      { body: { ...PAID, amount: { value: [10.5], currency: 'EUR' } } },
      503,
      'confirm-unavailable',
    ],
    ['a page', { body: '<html>' }, 503, 'confirm-unavailable'],
    ['nothing', { body: '' }, 503, 'confirm-unavailable'],
    ['a refusal of our key', { status: 401, body: 'test-key-of-nobody is unknown' }, 503, 'confirm-unavailable'],
    ['a refusal that looks like the payment', { status: 400, body: PAID }, 503, 'confirm-unavailable'],
    ['a payment under way', { body: { ...PAID, status: 'OPEN' } }, 503, 'confirm-unavailable'],
    ['a redirect', { ok: false, failure: 'redirected' }, 503, 'confirm-unavailable'],
  ] as const)('that brings %s', async (_name, answer, status, reason) => {
    const { verdicts, confirmed, send } = open(() => answer);
    expect(await send('id=tr_1')).toBe(status);
    expect(verdicts).toMatchObject([{ reason }]);
    expect(String(verdicts[0]?.error)).not.toContain('test-key');
    expect(confirmed).toEqual([]);
  });

  it('percent-encodes what a pattern lets into its path', async () => {
    const data: Confirmation = { ...ACME, notice: { id: { at: { form: 'id' }, pattern: /[^x]+/ } } };
    const { asked, send } = open(() => ({ body: PAID }), data);
    await send('id=..%2F..%3Fa%3D1%23');
    expect(asked[0]?.url).toBe('https://api.acme.example/v1/payments/..%2F..%3Fa%3D1%23');
  });

  it('may count the smallest unit', async () => {
    const data = { ...ACME, answer: { ...ACME.answer, minorUnits: true } };
    const body = { ...PAID, amount: { value: 1050, currency: 'eur' } };
    const { confirmed, send } = open(() => ({ body }), data);
    expect(await send('id=tr_1')).toBe(200);
    expect(confirmed[0]).toMatchObject({ amount: '10.5', currency: 'EUR' });
    expect(await open(() => ({ body: PAID }), data).send('id=tr_1')).toBe(401);
  });

  it.each([
    ['live', 200, undefined],
    ['test', 401, 'wrong-environment'],
    ['', 401, 'wrong-environment'],
  ])('of the %j system', async (mode, status, reason) => {
    const data: Confirmation = {
      ...ACME,
      answer: { ...ACME.answer, environment: { at: 'mode', live: 'live', sandbox: 'test' } },
    };
    const { verdicts, send } = open(() => ({ body: { ...PAID, mode } }), data);
    expect(await send('id=tr_1')).toBe(status);
    expect(verdicts[0]?.reason).toBe(reason);
  });

  it('sends forms, JSON, basic authorization, and values that are computed', async () => {
    const data: Confirmation = {
      ...ACME,
      credentials: ['user', 'key'],
      derived: {
        digest: { hmac: 'sha256', key: '{key}', over: 'id={id}', encoding: 'base64' },
        both: { base64: '{user}:{digest}' },
      },
      lookup: {
        path: '/status',
        basic: ['{user}', '{key}'],
        headers: { digest: '{digest}' },
        json: { id: '{id}', list: ['{both}', 1, true, null] },
      },
    };
    const { asked, send } = open(() => ({ body: PAID }), data, { credentials: { user: 'us"er', key: 'kéy' } });
    expect(await send('id=tr_1')).toBe(200);
    expect(asked[0]).toMatchObject({
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('us"er:kéy').toString('base64')}` },
    });
    const { id, list } = JSON.parse(textOf(asked[0]?.body));
    expect([id, list.slice(1)]).toEqual(['tr_1', [1, true, null]]);
    expect(atob(list[0])).toBe(`us"er:${asked[0]?.headers?.digest}`);
    const form = open(
      () => ({ body: PAID }),
      { ...data, lookup: { path: '/x', form: { id: '{id}', k: '{key} &' } } },
      { credentials: { user: 'u', key: 'k&=' } },
    );
    await form.send('id=tr_1');
    expect(textOf(form.asked[0]?.body)).toBe('id=tr_1&k=k%26%3D &');
  });

  it('never puts a line end of a credential into a header', async () => {
    const { asked, verdicts, send } = open(() => ({ body: PAID }), ACME, {
      credentials: { apiKey: 'test\r\nx-evil: 1' },
    });
    expect(await send('id=tr_1')).toBe(500);
    expect([asked, verdicts[0]?.reason]).toEqual([[], 'misconfigured']);
  });
});

describe('the event that an answer tells of', () => {
  const identified = (answer: Partial<Confirmation['answer']>) => ({ ...ACME, answer: { ...ACME.answer, ...answer } });

  /** How many events these answers are to one notice, sent as often. */
  async function count(data: Confirmation, answers: readonly object[], notices: readonly string[] = ['id=tr_1']) {
    let now: object = {};
    const { confirmed, send } = open(() => ({ body: { ...PAID, ...now } }), data);
    for (now of answers)
      for (const notice of notices) expect([now, notice, await send(notice)]).toEqual([now, notice, 200]);
    return confirmed.length;
  }

  it('is never chosen by the notice, whose type anybody writes', async () => {
    const data: Confirmation = {
      ...identified({ byType: { other: { identity: ['code'] } as never } }),
      notice: { ...ACME.notice, type: { at: { form: 'type' }, pattern: /\w+/ } },
    };
    expect(await count(data, [{ code: 'c-1' }], ['id=tr_1&type=one', 'id=tr_1&type=other'])).toBe(1);
  });

  it('has a value beside another where that one is not null, and nowhere else', async () => {
    const data = identified({ identity: [{ at: 'code', beside: 'charge' }] });
    const none = [{ code: 'a' }, { code: 'b', charge: null }, { charge: {} }];
    expect(await count(data, none)).toBe(1);
    expect(await count(data, [{ code: 'a', charge: {} }, { code: 'b', charge: { id: null } }, ...none])).toBe(3);
  });

  it('is the same under the later names of one status, and another under any other status', async () => {
    const data = identified({ statuses: { paid: ['manual', ['Paid', 'settled', 'out.*']], failed: ['expired'] } });
    const said = (...words: readonly string[]) => words.map((status) => ({ status }));
    expect(await count(data, said('PAID', 'settled', 'Settled', 'out.1', 'out.2'))).toBe(1);
    expect(await count(data, said('out.1', 'manual', 'paid', 'expired', 'settled'))).toBe(3);
  });

  it('is the same however a decimal is written, and zero is as good as nothing', async () => {
    const data = identified({ identity: ['refunded'] });
    expect(await count(data, [{}, ...[null, '', 0, '0.00', '-0.0'].map((refunded) => ({ refunded }))])).toBe(1);
    expect(
      await count(
        data,
        ['10.0', 10, '10.00', '0010'].map((refunded) => ({ refunded })),
      ),
    ).toBe(1);
    expect(
      await count(
        data,
        ['10', '1e1', '-10', '10.01', 'ten'].map((refunded) => ({ refunded })),
      ),
    ).toBe(5);
  });
});

describe('a postback', () => {
  const POSTBACK: Confirmation = {
    ...ACME,
    notice: { id: { at: { form: 'txn_id' }, pattern: /\w{1,20}/ } },
    credentials: ['receiver'],
    lookup: { path: '/ipnpb', raw: { before: 'cmd=_notify-validate&' } },
    answer: {
      text: { genuine: 'VERIFIED', forged: 'INVALID' },
      reference: { delivery: { form: 'invoice' } },
      amount: { delivery: { form: 'mc_gross' } },
      currency: { delivery: { form: 'mc_currency' } },
      status: { delivery: { form: 'payment_status' } },
      own: [{ at: { delivery: { form: 'receiver_id' } }, is: '{receiver}' }],
      environment: { at: { delivery: { form: 'test' } }, live: '0', sandbox: '1' },
      statuses: { paid: ['Completed'] },
    },
  };
  const NOTICE =
    'txn_id=1&invoice=r-1&mc_gross=10.50&mc_currency=EUR&payment_status=Completed&receiver_id=ME&test=0&b=%e9+x&a=&a2=~';
  const post = (answer: string, more: Parameters<typeof open>[2] = {}) =>
    open(() => ({ body: answer }), POSTBACK, { credentials: { receiver: 'ME' }, ...more });

  it('sends the very bytes, and believes the delivery once they are vouched for', async () => {
    const { asked, confirmed, send } = post('VERIFIED\n');
    expect(await send(NOTICE)).toBe(200);
    expect(textOf(asked[0]?.body)).toBe(`cmd=_notify-validate&${NOTICE}`);
    expect(confirmed).toMatchObject([
      { id: '1', reference: 'r-1', amount: '10.5', status: 'completed', outcome: 'paid' },
    ]);
  });

  it.each([
    ['INVALID', NOTICE, 'unconfirmed'],
    ['', NOTICE, 'confirm-unavailable'],
    ['VERIFIED but not', NOTICE, 'confirm-unavailable'],
    ['verified', NOTICE, 'confirm-unavailable'],
    ['VERIFIED', NOTICE.replace('10.50', '10.49'), 'unconfirmed'],
    ['VERIFIED', NOTICE.replace('=ME', '=OTHER'), 'unconfirmed'],
    ['VERIFIED', NOTICE.replace('test=0', 'test=1'), 'wrong-environment'],
    ['VERIFIED', `${NOTICE}&mc_gross=10.50`, 'confirm-unavailable'],
    ['VERIFIED', NOTICE.replace('Completed', 'Whatever'), 'confirm-unavailable'],
  ])('that is answered %j is no proof of another payment (%#)', async (answer, notice, reason) => {
    const { verdicts, confirmed, send } = post(answer);
    await send(notice);
    expect([verdicts[0]?.reason, confirmed]).toEqual([reason, []]);
  });

  it('of one id and other bytes is asked for on its own', async () => {
    let first = true;
    const { asked, confirmed, send } = open(
      () => {
        const body = first ? 'VERIFIED' : 'INVALID';
        first = false;
        return { body };
      },
      POSTBACK,
      { credentials: { receiver: 'ME' } },
    );
    const statuses = await Promise.all([send(NOTICE), send(`${NOTICE}&more=1`)]);
    expect(asked).toHaveLength(2);
    expect([statuses.sort(), confirmed.length]).toEqual([[200, 401], 1]);
  });

  it('may leave fields out', async () => {
    const data = { ...POSTBACK, lookup: { path: '/validate', raw: { except: ['a', 'test'] } } };
    const { asked, send } = open(() => ({ body: 'VERIFIED' }), data, { credentials: { receiver: 'ME' } });
    await send(NOTICE);
    expect(textOf(asked[0]?.body)).toBe(NOTICE.replace('&test=0', '').replace('&a=&', '&'));
  });
});

describe('a provider that signs', () => {
  it('is not asked about a forgery, and is about a genuine delivery', async () => {
    const provider = defineProvider({
      name: 'acme',
      scheme: hmac({
        digest: 'sha256',
        encoding: 'hex',
        content: '{body}',
        signature: { header: 'x-sig', grammar: 'plain' },
      }),
    });
    const secret = 'test-secret-test-secret';
    let asked = 0;
    const reported: LookedUp = { reference: 'r-1', amount: '10.5', currency: 'EUR', status: 'OK', outcome: 'paid' };
    const data: NoticeData = { provider: 'acme', notice: { id: { at: { json: 'id' }, pattern: /\d+/ } } };
    const confirm = confirmBy(data, async () => {
      asked++;
      return reported;
    });
    const verdicts: (string | undefined)[] = [];
    const handle = webhook(
      {
        provider,
        secrets: secret,
        environment: 'sandbox',
        confirm,
        expected: () => ORDER,
        onVerdict: ({ reason }) => verdicts.push(reason),
      },
      () => undefined,
    );
    const body = '{"id":7}';
    const send = async (headers: Record<string, string>) =>
      (await handle(new Request('https://shop.example/', { method: 'POST', body, headers }))).status;
    expect(await send({ 'x-sig': '00'.repeat(32) })).toBe(401);
    expect(asked).toBe(0);
    expect(await send(await sign(provider, { secret, body }))).toBe(200);
    expect(asked).toBe(1);
  });
});

describe('a function of the user’s own', () => {
  const reported: LookedUp = { reference: 'r-1', amount: '10.5', currency: 'EUR', status: 'OK', outcome: 'paid' };
  function own(ask: LookUp, more: ConfirmByOptions = {}) {
    const verdicts: VerdictRecord[] = [];
    const handle = webhook(
      {
        provider: defineProvider({ name: 'acme', scheme: none({}) }),
        secrets: [],
        environment: 'live',
        confirm: confirmBy({ provider: 'acme', notice: { id: { at: { json: 'id' }, pattern: /\d+/ } } }, ask, more),
        expected: () => ORDER,
        onVerdict: (record) => verdicts.push(record),
      },
      () => undefined,
    );
    const send = async (body = '{"id":7}') =>
      (await handle(new Request('https://shop.example/', { method: 'POST', body }))).status;
    return { send, verdicts };
  }

  it.each([
    ['the payment', async () => reported, 200],
    ['nothing', async () => undefined, 401],
    ['another amount', async () => ({ ...reported, amount: '10.51' }), 401],
    ['a float', async () => ({ ...reported, amount: 10.5 as never }), 503],
    ['a payment under way', async () => ({ ...reported, outcome: 'pending' as const }), 503],
    ['an outcome that is none', async () => ({ ...reported, outcome: 'fine' as never }), 503],
    ['an error', () => Promise.reject(new Error('away')), 503],
    [
      'an error at once',
      () => {
        throw new Error('away');
      },
      503,
    ],
  ])('that gives %s', async (_name, ask, status) => {
    expect(await own(ask).send()).toBe(status);
  });

  it('that never ends is ended by the deadline', async () => {
    let aborted = false;
    const { send } = own(
      (_notice, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            aborted = true;
          });
        }),
      { timeoutMs: 30 },
    );
    expect([await send(), aborted]).toEqual([503, true]);
  });

  it('is asked once by many at one time', async () => {
    let asked = 0;
    const { send } = own(async () => {
      asked++;
      await new Promise((resolve) => setTimeout(resolve, 10));
      return reported;
    });
    await Promise.all(Array.from({ length: 50 }, () => send()));
    expect(asked).toBe(1);
  });
});

describe('data that could not work', () => {
  const make = (changes: Partial<Confirmation>) => () => confirmWith({ ...ACME, ...changes }, CREDENTIALS);
  it.each([
    ['http', { base: { ...BASE, live: 'http://api.acme.example' } }, 'base.live'],
    ['userinfo', { base: { ...BASE, live: 'https://api.acme.example@evil.example' } }, 'base.live'],
    ['a port', { base: { ...BASE, sandbox: 'https://api.acme.example:8443' } }, 'base.sandbox'],
    ['an address', { base: { ...BASE, sandbox: 'https://127.0.0.1' } }, 'base.sandbox'],
    ['a slash at the end', { base: { ...BASE, sandbox: 'https://api.acme.example/' } }, 'base.sandbox'],
    ['an unknown name in a path', { lookup: { path: '/{ref}' } }, 'lookup'],
    [
      'a value that may be absent',
      {
        notice: { ...ACME.notice, ref: { at: { form: 'r' }, pattern: /x/, optional: true } },
        lookup: { path: '/{ref}' },
      },
      'lookup',
    ],
    ['a token without a request for one', { lookup: { path: '/{token}' } }, 'lookup'],
    ['an id that may be absent', { notice: { id: { at: { form: 'r' }, pattern: /x/, optional: true } } }, 'notice.id'],
    ['a pattern that is text', { notice: { id: { at: { form: 'r' }, pattern: 'x' as never } } }, 'notice.id'],
  ] as const)('is refused at start-up: %s', (_name, changes, option) => {
    expect(make(changes)).toThrow(expect.objectContaining({ option: `confirmation.${option}` }));
  });

  it('is refused where it asks another provider', () => {
    const guard = () =>
      webhook(
        {
          provider: defineProvider({ name: 'other', scheme: none({}) }),
          secrets: [],
          environment: 'live',
          confirm: confirmWith(ACME, CREDENTIALS),
          expected: () => ORDER,
        },
        () => undefined,
      );
    expect(guard).toThrow(/this asks acme, and the deliveries are from other/);
  });
});
