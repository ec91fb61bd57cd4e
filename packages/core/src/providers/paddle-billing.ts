import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Paddle Billing: HMAC-SHA256 over time and body, several signatures during a rotation. Paddle allows five seconds of age; that refuses
 * deliveries over slow ways, so the default here is 300.
 *
 * @see https://developer.paddle.com/webhooks/signature-verification
 */
export function paddleBilling(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'paddle-billing');
  return defineProvider({
    name: 'paddle-billing',
    docs: 'https://developer.paddle.com/webhooks/signature-verification',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}:{body}',
      signature: { header: 'paddle-signature', grammar: 'pairs', timestamp: 'ts', signatures: 'h1', separator: ';' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
    eventId: { json: 'event_id' },
    eventType: { json: 'event_type' },
  });
}
