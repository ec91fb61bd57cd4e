import { defineProvider } from '../lib/scheme/define-provider.ts';
import { digest } from '../lib/scheme/digest.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `payuIndia`. */
export interface PayuIndiaSettings {
  /** The merchant key: a delivery for another merchant is refused. */
  readonly key: string;
}

/** The signed fields, in their order. */
const FIELDS = [
  ...['status', 'udf10', 'udf9', 'udf8', 'udf7', 'udf6', 'udf5', 'udf4', 'udf3', 'udf2', 'udf1'],
  ...['email', 'firstname', 'productinfo', 'amount', 'txnid', 'key'],
];

/**
 * PayU India: a plain SHA-512 over chosen fields of the form, the salt first. What is not among them is not signed. With additional charges
 * another form is signed, which is not read here.
 *
 * @see https://docs.payu.in/docs/generate-hash-merchant-hosted
 */
export function payuIndia(settings: PayuIndiaSettings): Provider {
  checkSettings(settings, ['key'], 'payu-india');
  return defineProvider({
    name: 'payu-india',
    docs: 'https://docs.payu.in/docs/generate-hash-merchant-hosted',
    scheme: digest({
      digest: 'sha512',
      encoding: 'hex',
      content: '{secret}|{fields}',
      values: { fields: { canonical: 'fields', of: 'form', join: '|', fields: FIELDS } },
      signature: { form: 'hash', grammar: 'plain' },
      require: [{ form: 'key', value: settings.key }],
    }),
    proof: 'published',
    eventType: { form: 'status' },
    unsigned: ['mihpayid', 'mode', 'every field that is not in the hash'],
  });
}
