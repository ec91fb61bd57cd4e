import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type UrlSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `rapyd`. */
export interface RapydSettings extends UrlSettings, TimedSettings {
  /** The access key of the dashboard. It is signed. */
  readonly accessKey: string;
}

/**
 * Rapyd: HMAC-SHA256 over the configured URL, a salt, the time, both keys and the body. The signature is the base64 of the hex text.
 *
 * @see https://docs.rapyd.net/en/webhook-authentication.html
 */
export function rapyd(settings: RapydSettings): Provider {
  checkSettings(settings, ['publicUrl', 'accessKey', 'toleranceSeconds'], 'rapyd');
  return defineProvider({
    name: 'rapyd',
    docs: 'https://docs.rapyd.net/en/webhook-authentication.html',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64-of-hex',
      content: '{url}{salt}{timestamp}{accessKey}{secret}{body}',
      values: { salt: { header: 'salt', word: true }, accessKey: { text: settings.accessKey } },
      publicUrl: settings.publicUrl,
      signature: { header: 'signature', grammar: 'plain' },
      timestamp: { header: 'timestamp' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
  });
}
