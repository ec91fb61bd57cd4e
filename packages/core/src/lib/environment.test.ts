import { describe, expect, it } from 'vitest';
import { liasonpay } from '../providers/liasonpay.ts';
import { ozow } from '../providers/ozow.ts';
import { paymongo } from '../providers/paymongo.ts';
import { paystack } from '../providers/paystack.ts';
import { stripe } from '../providers/stripe.ts';
import { yoco } from '../providers/yoco.ts';
import { memoryStore } from './claims/memory-store.ts';
import { createReceiver } from './receiver.ts';
import type { ReceiverOptions } from './receiver-options.ts';
import { defineProvider, type ProviderData } from './scheme/define-provider.ts';
import { hmac } from './scheme/hmac.ts';
import { none } from './scheme/none.ts';
import { signRequest } from './sign.ts';
import type { EnvironmentMarker, Provider, VerdictRecord } from './types.ts';

const SECRET = 'test-secret-test-secret-test-secret';
const WHSEC = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NOW = 1_767_225_600;
const scheme = hmac({
  digest: 'sha256',
  encoding: 'hex',
  content: '{body}',
  signature: { header: 'x-signature', grammar: 'plain' },
});

/** Sends a genuine delivery with this body, and gives the record, the runs and the keys that are left. */
async function play(
  provider: Provider,
  environment: ReceiverOptions['environment'],
  body: string,
  more: Partial<ReceiverOptions> & { readonly timestamp?: number } = {},
) {
  const { timestamp = NOW, ...options } = more;
  const now = () => NOW * 1000;
  const verdicts: VerdictRecord[] = [];
  const store = memoryStore({ now });
  const secret = provider.name === 'yoco' ? WHSEC : SECRET;
  const onVerdict = (record: VerdictRecord) => verdicts.push(record);
  const receiver = createReceiver({ provider, secrets: secret, environment, store, now, onVerdict, ...options });
  const request = { method: 'POST', url: '/webhooks', headers: [], body: new TextEncoder().encode(body) };
  const signed = await signRequest(provider, { secret, timestamp, ...request });
  let runs = 0;
  const answer = await receiver.handle(
    { head: { method: 'POST', url: signed.url, headers: signed.headers }, readBody: async () => signed.body },
    () => {
      runs++;
    },
  );
  return { record: verdicts[0], runs, status: answer.status, entries: store.stats().entries };
}

const acme = (environment: EnvironmentMarker, more: Partial<ProviderData> = {}) =>
  defineProvider({ name: 'acme', scheme, environment, ...more });
const LIVE = { json: 'live', live: 'true', sandbox: 'false' } as const;

describe('a delivery of the other system', () => {
  it.each<[name: string, provider: Provider, live: string, sandbox: string]>([
    ['stripe', stripe(), '{"id":"evt_1","livemode":true}', '{"id":"evt_1","livemode":false}'],
    ['paystack', paystack(), '{"data":{"domain":"live"}}', '{"data":{"domain":"test"}}'],
    [
      'paymongo',
      paymongo(),
      '{"data":{"id":"evt_1","attributes":{"livemode":true}}}',
      '{"data":{"id":"evt_1","attributes":{"livemode":false}}}',
    ],
    ['yoco', yoco(), '{"payload":{"mode":"live"}}', '{"payload":{"mode":"test"}}'],
    ['numbers', acme({ json: 'live', live: '1', sandbox: '0' }), '{"live":1}', '{"live":0}'],
    ['texts of booleans', acme(LIVE), '{"live":"true"}', '{"live":"False"}'],
    ['forms', acme({ form: 'test', live: '0', sandbox: '1' }), 'test=0&a=b', 'a=b&test=1'],
  ])('is refused after its signature, and leaves no key: %s', async (_name, provider, live, sandbox) => {
    for (const [environment, own, other, detail] of [
      ['live', live, sandbox, 'this is a test delivery at a live endpoint'],
      ['sandbox', sandbox, live, 'this is a live delivery at a sandbox endpoint'],
    ] as const) {
      expect(await play(provider, environment, own)).toMatchObject({ status: 200, runs: 1, entries: 1 });
      const refused = await play(provider, environment, other);
      expect(refused).toMatchObject({ status: 401, runs: 0, entries: 0 });
      expect(refused.record).toMatchObject({ reason: 'wrong-environment', authentic: true });
      expect(refused.record?.detail).toContain(detail);
      // Where nobody says which system the endpoint is for, both may come.
      expect(await play(provider, undefined, other)).toMatchObject({ status: 200, runs: 1 });
    }
  });

  it('is refused by its signature first, if that is wrong, and before its time is looked at', async () => {
    const provider = acme(LIVE);
    const forged = await play(provider, 'live', '{"live":false}', { secrets: `${SECRET}-of-another` });
    expect(forged.record).toMatchObject({ reason: 'bad-signature', authentic: false });
    const stale = await play(stripe(), 'live', '{"livemode":false}', { timestamp: NOW - 9999 });
    expect(stale).toMatchObject({ entries: 0, record: { reason: 'wrong-environment' } });
  });

  it('runs while the receiver observes, and is recorded', async () => {
    const { record, runs, entries } = await play(acme(LIVE), 'live', '{"live":false}', {
      observe: { until: new Date((NOW + 60) * 1000) },
    });
    expect(runs).toBe(1);
    expect(entries).toBe(0);
    expect(record).toMatchObject({ reason: 'wrong-environment', enforced: false });
  });
});

describe('a delivery that does not say which system it is from', () => {
  it.each([
    ['has no marker', '{}'],
    ['has null for one', '{"live":null}'],
    ['has a third word', '{"live":"preview"}'],
    ['has an object there', '{"live":{"is":true}}'],
    ['is no JSON', 'live=true'],
  ])('is refused at both endpoints, for its vendor always says it: it %s', async (_what, body) => {
    for (const environment of ['live', 'sandbox'] as const)
      expect(await play(acme(LIVE), environment, body)).toMatchObject({
        runs: 0,
        entries: 0,
        record: { reason: 'wrong-environment' },
      });
  });

  it('is what the data say, where the vendor leaves the marker out', async () => {
    const runsOf = async (
      absent: NonNullable<EnvironmentMarker['absent']>,
      environment: 'live' | 'sandbox',
      body = '{}',
    ) => (await play(acme({ ...LIVE, absent }), environment, body)).runs;
    expect([await runsOf('live', 'live'), await runsOf('live', 'sandbox')]).toEqual([1, 0]);
    expect([await runsOf('sandbox', 'live'), await runsOf('sandbox', 'sandbox')]).toEqual([0, 1]);
    expect([await runsOf('either', 'live'), await runsOf('either', 'sandbox')]).toEqual([1, 1]);
    // That is for what is missing: another word is none of the two.
    expect(await runsOf('either', 'live', '{"live":"preview"}')).toBe(0);
  });

  it('says nothing of the value in the record', async () => {
    const { record } = await play(acme(LIVE), 'live', '{"live":"4111111111111111"}');
    expect(JSON.stringify(record)).not.toContain('4111');
  });
});

describe('a form of which letters may change under the same hash', () => {
  it('is held to the marker in either case', async () => {
    const body = (test: string) => `SiteCode=TST&TransactionId=1&Amount=1.00&Status=Complete&IsTest=${test}`;
    expect(await play(ozow(), 'live', body('TRUE'))).toMatchObject({
      runs: 0,
      record: { reason: 'wrong-environment' },
    });
    expect(await play(ozow(), 'live', body('False'))).toMatchObject({ runs: 1 });
  });
});

describe('a marker in a provider’s data', () => {
  it.each<[what: string, data: Partial<ProviderData>]>([
    ['in the query', { environment: { query: 'live', live: '1', sandbox: '0' } }],
    ['in a header', { environment: { header: 'x-live', live: '1', sandbox: '0' } }],
    ['of a scheme that signs nothing', { scheme: none({}), environment: LIVE }],
    [
      'in a field that is not among the signed ones',
      { scheme: ozow().scheme, environment: { form: 'BankName', live: 'a', sandbox: 'b' } },
    ],
  ])('is refused %s: what stands there is not signed', (_what, { scheme: own = scheme, environment }) => {
    expect(() => defineProvider({ name: 'acme', scheme: own, ...(environment && { environment }) })).toThrow(
      expect.objectContaining({
        code: 'invalid-provider',
        option: 'provider.environment',
        message: expect.stringMatching(/not signed/),
      }),
    );
  });

  it.each<[what: string, marker: object]>([
    ['two equal words', { json: 'live', live: 'x', sandbox: 'X' }],
    ['a truth value', { json: 'live', live: true, sandbox: 'false' }],
    ['an empty word', { json: 'live', live: '', sandbox: 'false' }],
    ['one word', { json: 'live', live: 'true' }],
    ['another absent', { ...LIVE, absent: 'unknown' }],
    ['no place', { live: 'a', sandbox: 'b' }],
  ])('is refused with %s', (_what, marker) => {
    expect(() => acme(marker as EnvironmentMarker)).toThrow(expect.objectContaining({ code: 'invalid-provider' }));
  });
});

describe('the option environment', () => {
  const open = (options: Partial<ReceiverOptions>) => () =>
    createReceiver({ provider: stripe(), secrets: SECRET, ...options });

  it('needs no confirm where deliveries say which system sent them, and is refused where nothing would come of it', () => {
    expect(open({ environment: 'live' })).not.toThrow();
    expect(open({ provider: liasonpay(), environment: 'live' })).toThrow(
      expect.objectContaining({ code: 'missing-option', option: 'confirm' }),
    );
    expect(open({ environment: 'production' as never })).toThrow(
      expect.objectContaining({ code: 'invalid-option', option: 'environment' }),
    );
  });
});
