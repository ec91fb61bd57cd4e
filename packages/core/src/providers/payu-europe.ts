import { defineProvider } from '../lib/scheme/define-provider.ts';
import { digest } from '../lib/scheme/digest.ts';
import { checkSettings, chooseSetting } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `payuEurope`. */
export interface PayuEuropeSettings {
  /** The digest of the point of sale. Default `md5`. */
  readonly algorithm?: 'md5' | 'sha256';
}

/**
 * PayU Europe (OpenPayU): a plain digest over the body, the second key last: MD5 unless the setting says SHA-256. What the header names as its
 * algorithm is not asked. No time and no event id is signed.
 *
 * @see https://developers.payu.com/europe/docs/get-started/integration-overview/references/#calculate-signature
 */
export function payuEurope(settings: PayuEuropeSettings = {}): Provider {
  checkSettings(settings, ['algorithm'], 'payu-europe');
  return defineProvider({
    name: 'payu-europe',
    docs: 'https://developers.payu.com/europe/docs/get-started/integration-overview/references/#calculate-signature',
    scheme: digest({
      digest: chooseSetting({ md5: 'md5', sha256: 'sha256' }, settings.algorithm ?? 'md5', 'algorithm'),
      encoding: 'hex',
      content: '{body}{secret}',
      signature: {
        header: 'openpayu-signature',
        grammar: 'pairs',
        signatures: 'signature',
        separator: ';',
        fields: ['sender', 'algorithm'],
      },
    }),
    proof: 'recipe',
    eventType: { json: 'order.status' },
  });
}
