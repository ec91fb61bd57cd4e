import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `braintree`. */
export interface BraintreeSettings {
  /** The public key of the API credentials: it names the signature that is read. It is a name, and no key of a key pair. */
  readonly publicKey: string;
}

/**
 * Braintree: HMAC-SHA1 over the payload field as it came, under the SHA-1 of the private key. The field ends with a line feed that may get
 * lost on the way, so both are looked for. The payload is XML in base64; its time is not held against the clock by Braintree’s own libraries.
 *
 * @see https://developer.paypal.com/braintree/docs/guides/webhooks/parse
 */
export function braintree(settings: BraintreeSettings): Provider {
  checkSettings(settings, ['publicKey'], 'braintree');
  return defineProvider({
    name: 'braintree',
    docs: 'https://developer.paypal.com/braintree/docs/guides/webhooks/parse',
    scheme: hmac({
      digest: 'sha1',
      encoding: 'hex',
      content: ['{payload}', '{line}'],
      values: {
        payload: { form: 'bt_payload' },
        line: { canonical: 'fields', of: 'form', fields: ['bt_payload'], join: '', end: '\n' },
      },
      signature: {
        form: 'bt_signature',
        grammar: 'versioned',
        version: settings.publicKey,
        separator: '&',
        versionSeparator: '|',
      },
      secret: { digest: 'sha1' },
    }),
    proof: 'sdk',
    unsigned: ['every field but bt_payload'],
    // The answer is signed with the key of the deliveries: of so few hex digits no payload is made.
    handshake: {
      method: 'GET',
      marks: [{ query: 'bt_challenge' }],
      unsigned: true,
      text: {
        signed: [{ query: 'bt_challenge' }],
        challenge: 'hex',
        encoding: 'hex',
        prefix: `${settings.publicKey}|`,
      },
    },
  });
}
