import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `front`. */
export interface FrontSettings extends TimedSettings {
  /** How the time is written. Default: `milliseconds`. */
  readonly unit?: 'milliseconds' | 'seconds';
}

/**
 * Front, webhooks of an application and of a channel: HMAC-SHA256 over time and body. Webhooks of a rule are another scheme (`front-rule`).
 * The page of the channels calls the time seconds and senders write milliseconds, so the unit is a setting. The challenge that comes when
 * a webhook is saved stands in a header that is not signed, of a request that is.
 *
 * @see https://dev.frontapp.com/docs/application-webhooks
 */
export function front(settings: FrontSettings = {}): Provider {
  checkSettings(settings, ['unit', 'toleranceSeconds'], 'front');
  return defineProvider({
    name: 'front',
    docs: 'https://dev.frontapp.com/docs/application-webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{timestamp}:{body}',
      signature: { header: 'x-front-signature', grammar: 'plain' },
      timestamp: { header: 'x-front-request-timestamp', unit: settings.unit ?? 'milliseconds' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { json: 'type' },
    handshake: {
      method: 'POST',
      marks: [{ header: 'x-front-challenge' }],
      json: { challenge: { header: 'x-front-challenge' } },
    },
  });
}
