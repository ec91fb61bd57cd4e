import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Box: HMAC-SHA256 over body and time, under two keys, each with a header of its own: give both. The signed time has a zone, and the body is
 * signed as it comes, with its escapes. No handshake is documented.
 *
 * @see https://developer.box.com/guides/webhooks/v2/signatures-v2/
 */
export function box(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'box');
  return defineProvider({
    name: 'box',
    docs: 'https://developer.box.com/guides/webhooks/v2/signatures-v2/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}{timestamp}',
      signature: { header: ['box-signature-primary', 'box-signature-secondary'], grammar: 'plain' },
      timestamp: { header: 'box-delivery-timestamp', unit: 'rfc3339' },
      require: [
        { header: 'box-signature-version', value: '1' },
        { header: 'box-signature-algorithm', value: 'HmacSHA256' },
      ],
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 600,
    proof: 'published',
    eventType: { json: 'trigger' },
  });
}
