import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `selcom`. */
export interface SelcomSettings extends TimedSettings {
  /** What `Signed-Fields` must list, in its order. Default: transid, order_id, reference, result, resultcode, payment_status, amount. */
  readonly signedFields?: readonly string[];
}

const FIELDS = ['transid', 'order_id', 'reference', 'result', 'resultcode', 'payment_status', 'amount'];

/** What an answer repeats. */
const ECHO = { reference: { json: 'reference' }, transid: { json: 'transid' } } as const;

/**
 * Selcom's checkout webhook: HMAC-SHA256 over the time and the fields that `Signed-Fields` lists, as Selcom's API signs. That its webhooks are
 * signed so is read from programs that receive them, not from a page.
 *
 * The sender lists what it signs, so a receiver must: the setting is that list, in its order, and a delivery with another one is refused.
 * Its page shows no answer to a webhook: the one here is that of its C2B calls, and the failing code is a guess.
 * Leave neither the order, nor the status, nor the amount out of it. What it does not name is not signed: `selcomConfirm` of
 * `@postern/core/confirm` asks for the order's status.
 *
 * @see https://developers.selcommobile.com/#webhook-callback
 */
export function selcom(settings: SelcomSettings = {}): Provider {
  checkSettings(settings, ['signedFields', 'toleranceSeconds'], 'selcom');
  const fields = settings.signedFields ?? FIELDS;
  return defineProvider({
    name: 'selcom',
    docs: 'https://developers.selcommobile.com/#webhook-callback',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: 'timestamp={timestamp}&{fields}',
      values: { fields: { canonical: 'fields', of: 'json', join: '&', pair: '=', fields } },
      signature: { header: 'digest', grammar: 'plain' },
      timestamp: { header: 'timestamp', unit: 'rfc3339' },
      require: [
        { header: 'digest-method', value: 'HS256' },
        { header: 'signed-fields', value: fields.join(',') },
      ],
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { json: 'payment_status' },
    unsigned: ['every field that signedFields does not name'],
    acknowledgement: { status: 200, json: { ...ECHO, resultcode: '000', result: 'SUCCESS', message: 'Received' } },
    failure: { json: { ...ECHO, resultcode: '999', result: 'FAIL', message: 'Try again' } },
  });
}
