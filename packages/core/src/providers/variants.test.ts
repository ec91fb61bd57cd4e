// What a provider signs under another setting, or in its other spelling, made with node:crypto from the vendor's page.
import { createHash, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { parseCapture, verify } from '../index.ts';
import { DIGEST_BYTES } from '../lib/crypto.ts';
import type { Provider } from '../lib/types.ts';
import { mercadoPago, mollie, myfatoorahV2, nuvei, okta, paymob, payuEurope, tap } from './index.ts';

const KEY = 'test-key-of-the-variants-not-a-real-one';
const mac = (digest: string, text: string, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac(digest, KEY).update(text).digest(encoding);
const sum = (digest: string, text: string) => createHash(digest).update(text).digest('hex');

const INVOICE = '{"id":"inv_1","amount":10,"currency":"JPY","status":"PAID","updated":"2","created":"1"}';
const CARD =
  '{"type":"TOKEN","obj":{"id":1,"token":"t","masked_pan":"xxxx-1","merchant_id":2,"card_subtype":"Visa","created_at":"2026","email":"a@b","order_id":"3"}}';
const REFUND =
  '{"Event":{"Name":"REFUND_STATUS_CHANGED"},"Data":{"Refund":{"Id":7,"Status":"REFUNDED"},"Amount":{"ValueInBaseCurrency":"1.000"},"ReferencedInvoice":{"Id":"9"}}}';
const DMN = 'totalAmount=1&currency=USD&responseTimeStamp=t&PPP_TransactionID=2&Status=APPROVED&productId=p';

const VARIANTS: readonly (readonly [string, Provider, headers: [string, string][], body: string, url?: string])[] = [
  [
    'tap: an invoice, in a currency without decimals',
    tap({ object: 'invoice' }),
    [['hashstring', mac('sha256', 'x_idinv_1x_amount10x_currencyJPYx_updated2x_statusPAIDx_created1')]],
    INVOICE,
  ],
  ['paymob: a saved card', paymob({ callback: 'token' }), [], CARD, `/?hmac=${mac('sha512', 'Visa2026a@b1xxxx-123t')}`],
  [
    'myfatoorah-v2: a refund',
    myfatoorahV2({ event: 'REFUND_STATUS_CHANGED' }),
    [
      [
        'myfatoorah-signature',
        mac(
          'sha256',
          'Refund.Id=7,Refund.Status=REFUNDED,Amount.ValueInBaseCurrency=1.000,ReferencedInvoice.Id=9',
          'base64',
        ),
      ],
    ],
    REFUND,
  ],
  // WebCrypto knows no MD5: such a provider cannot be made there, and says so.
  ...(DIGEST_BYTES.md5 === undefined ? [] : [nuveiMd5()]),
  [
    'payu-europe: SHA-256',
    payuEurope({ algorithm: 'sha256' }),
    [
      [
        'OpenPayu-Signature',
        `sender=checkout;signature=${sum('sha256', `{}${KEY}`)};algorithm=SHA-256;content=DOCUMENT`,
      ],
    ],
    '{}',
  ],
  ['okta: a header of its own', okta({ header: 'X-Hook-Secret' }), [['x-hook-secret', KEY]], '{}'],
  ['mollie: without the prefix', mollie(), [['X-Mollie-Signature', mac('sha256', '{}')]], '{}'],
  [
    'mercado-pago: the id as it came, and the time in seconds',
    mercadoPago(),
    [
      ['x-signature', `ts=1767225600,v1=${mac('sha256', 'id:ORD1;request-id:r-1;ts:1767225600;')}`],
      ['x-request-id', 'r-1'],
    ],
    '{}',
    '/?data.id=ORD1',
  ],
];

function nuveiMd5(): (typeof VARIANTS)[number] {
  const form = `${DMN}&advanceResponseChecksum=${sum('md5', `${KEY}1USDt2APPROVEDp`)}`;
  return ['nuvei: MD5', nuvei({ algorithm: 'md5' }), [], form];
}

/** Each under its name. */
const CASES = VARIANTS.map((one) => [one[0], one] as const);

const judge = (provider: Provider, headers: readonly [string, string][], body: string, url = '/', key = KEY) =>
  verify(parseCapture(JSON.stringify({ url, headers, body })), { provider, secrets: key, now: 'signed-time' });

it.each(CASES)('accepts %s', async (_, [, provider, headers, body, url]) => {
  expect(await judge(provider, headers, body, url)).toMatchObject({ outcome: 'accepted' });
});

it.each(CASES)('refuses under another key %s', async (_, [, provider, headers, body, url]) => {
  const another = 'test-key-of-nobody-not-a-real-one-000000';
  expect(await judge(provider, headers, body, url, another)).toMatchObject({ reason: 'bad-signature' });
});

it('refuses a choice that nobody knows', () => {
  expect(() => tap({ object: 'refund' as 'charge' })).toThrow('object');
  expect(() => nuvei({ algorithm: 'sha1' as 'md5' })).toThrow('algorithm');
  expect(() => paymob({ callback: 'response' as 'token' })).toThrow('callback');
  expect(() => myfatoorahV2({ event: 'BALANCE_TRANSFERRED' as 'REFUND_STATUS_CHANGED' })).toThrow('event');
});
