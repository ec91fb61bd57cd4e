import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Scalr: HMAC-SHA1 over the body and the `Date` header, which is written as no other `Date` is: `Thu 07 Sep 2017 06:30:04 UTC`. A proxy that
 * sets the date anew makes the signature wrong. No id is signed.
 *
 * @see https://docs.scalr.com/en/latest/webhooks.html
 */
export function scalr(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'scalr');
  return defineProvider({
    name: 'scalr',
    docs: 'https://docs.scalr.com/en/latest/webhooks.html',
    scheme: hmac({
      digest: 'sha1',
      encoding: 'hex',
      content: '{body}{timestamp}',
      signature: { header: 'x-signature', grammar: 'plain' },
      timestamp: { header: 'date', unit: 'utc-date' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
  });
}
