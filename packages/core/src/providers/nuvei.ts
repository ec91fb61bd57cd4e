import { defineProvider } from '../lib/scheme/define-provider.ts';
import { digest } from '../lib/scheme/digest.ts';
import { checkSettings, chooseSetting } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `nuvei`. */
export interface NuveiSettings {
  /** The merchant site’s hash in Nuvei’s control panel. Default `sha256`. */
  readonly algorithm?: 'sha256' | 'md5';
}

/**
 * Nuvei (SafeCharge), payment DMNs sent as POST: a plain SHA-256 over six fields of the form, the secret key first. They stand side by side, so
 * that their borders are not signed; nothing else is. The signed time is the payment’s, not the delivery’s. DMNs sent as GET are not read here.
 *
 * @see https://docs.nuvei.com/documentation/integration/webhooks/payment-dmns/
 */
export function nuvei(settings: NuveiSettings = {}): Provider {
  checkSettings(settings, ['algorithm'], 'nuvei');
  return defineProvider({
    name: 'nuvei',
    docs: 'https://docs.nuvei.com/documentation/integration/webhooks/payment-dmns/',
    scheme: digest({
      digest: chooseSetting({ sha256: 'sha256', md5: 'md5' }, settings.algorithm ?? 'sha256', 'algorithm'),
      encoding: 'hex',
      content: '{secret}{fields}',
      values: {
        fields: {
          canonical: 'fields',
          of: 'form',
          join: '',
          fields: ['totalAmount', 'currency', 'responseTimeStamp', 'PPP_TransactionID', 'Status', 'productId'],
        },
      },
      signature: { form: 'advanceResponseChecksum', grammar: 'plain' },
    }),
    proof: 'published',
    eventType: { form: 'Status' },
    unsigned: ['TransactionID', 'merchant_unique_id', 'every field that is not in the checksum'],
  });
}
