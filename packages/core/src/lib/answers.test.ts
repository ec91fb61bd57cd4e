// The answers of a whole receiver, in the provider's own words.
import { describe, expect, it } from 'vitest';
import { alipay } from '../providers/alipay.ts';
import { binancePay } from '../providers/binance-pay.ts';
import { safaricomDaraja } from '../providers/safaricom-daraja.ts';
import { selcomC2b } from '../providers/selcom-c2b.ts';
import { wechatPayV3 } from '../providers/wechat-pay-v3.ts';
import type { Exchange } from './exchange.ts';
import { acknowledgementAnswer, failureAnswer } from './handshake/acknowledgement.ts';
import { readPayload } from './payload.ts';
import { createReceiver } from './receiver.ts';
import type { ReceiverOptions } from './receiver-options.ts';
import { defineProvider } from './scheme/define-provider.ts';
import { readHead } from './scheme/header-reader.ts';
import { hmac } from './scheme/hmac.ts';
import { sign } from './sign.ts';
import type { Delivery, Provider } from './types.ts';

const SECRET = 'test-secret-for-unit-tests-only';
const bytes = (text: string) => new TextEncoder().encode(text);

const provider = defineProvider({
  name: 'acme',
  scheme: hmac({
    digest: 'sha256',
    encoding: 'hex',
    content: '{body}',
    signature: { header: 'x-acme', grammar: 'plain' },
  }),
  acknowledgement: { status: 200, json: { orderId: { json: 'order' }, status: 200 } },
  failure: { status: 500, json: { orderId: { json: 'order' }, status: 500 } },
});

async function exchange(text: string, headers?: Record<string, string>): Promise<Exchange> {
  const body = bytes(text);
  const signed = headers ?? (await sign(provider, { secret: SECRET, body, timestamp: 0 }));
  return {
    head: { method: 'POST', url: '/', headers: Object.entries(signed) },
    readBody: async () => body,
  };
}

function open(options: Partial<ReceiverOptions> = {}) {
  return createReceiver({ provider, secrets: SECRET, onVerdict: () => {}, onSettled: () => {}, ...options });
}

describe('an answer in the provider’s own words', () => {
  it('is the acknowledgement, with the fields of this delivery, for a first run and for a repeat', async () => {
    const receiver = open();
    const runs: Delivery[] = [];
    const answers = [];
    for (let i = 0; i < 2; i++)
      answers.push(await receiver.handle(await exchange('{"order":"A-1"}'), (delivery) => runs.push(delivery)));
    expect(answers).toEqual([
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{"orderId":"A-1","status":200}' },
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{"orderId":"A-1","status":200}' },
    ]);
    expect(runs).toHaveLength(1);
  });

  it('is the failing form where the handler throws, calls fail() or is too late, and the event is given back', async () => {
    const receiver = open({ handlerTimeoutMs: 40 });
    const ends = [
      () => Promise.reject(new Error('hunter2')),
      (delivery: Delivery) => delivery.fail(new Error('hunter2')),
      () => new Promise(() => {}),
    ];
    for (const end of ends) {
      const answer = await receiver.handle(await exchange('{"order":"A-2"}'), end);
      expect(answer).toMatchObject({ status: 500, body: '{"orderId":"A-2","status":500}' });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(JSON.stringify(answer)).not.toContain('hunter2');
    }
    const last = await receiver.handle(await exchange('{"order":"A-2"}'), () => undefined);
    expect(last.status).toBe(200);
  });

  it('is not for strangers: a forgery and a refused body get the generic answer', async () => {
    const receiver = open({ maxHeldBytes: 2_000_000, maxBodyBytes: 1_000_000 });
    const forged = await receiver.handle(await exchange('{"order":"A-3"}', { 'x-acme': '00'.repeat(32) }), () => {});
    expect(forged).toMatchObject({ status: 401, headers: { 'content-type': 'application/problem+json' } });
    await receiver.close();
    // 503 as well, but nobody has looked at the signature.
    const draining = await receiver.handle(await exchange('{"order":"A-4"}'), () => {});
    expect(draining).toMatchObject({ status: 503, headers: { 'content-type': 'application/problem+json' } });
  });
});

describe('a provider’s own words', () => {
  const asked = (provider: Provider) => {
    const body = bytes('{"reference":"R-1","transid":"T-1"}');
    const headers = readHead({ method: 'POST', url: '/', headers: [] });
    const one = { headers, payload: readPayload(body) };
    const failing = provider.failure && failureAnswer(provider.failure, one, 5);
    return { received: acknowledgementAnswer(provider.acknowledgement, one).body, failing };
  };

  it.each<[Provider, string, string]>([
    [alipay(), 'success', 'failure'],
    [binancePay(), '{"returnCode":"SUCCESS","returnMessage":null}', '{"returnCode":"FAIL","returnMessage":null}'],
    [safaricomDaraja(), '{"ResultCode":0,"ResultDesc":"Accepted"}', '{"ResultCode":1,"ResultDesc":"Rejected"}'],
    [
      selcomC2b(),
      '{"reference":"R-1","transid":"T-1","resultcode":"000","result":"SUCCESS","message":"Received"}',
      '{"reference":"R-1","transid":"T-1","resultcode":"999","result":"FAIL","message":"Try again"}',
    ],
    [wechatPayV3(), '', '{"code":"FAIL","message":"The event was not handled."}'],
  ])('are these for $name', (provider, received, failing) => {
    const answers = asked(provider);
    expect(answers.received).toBe(received);
    expect(answers.failing).toMatchObject({ status: 503, body: failing });
  });
});
