import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * WorkOS: HMAC-SHA256 over time in milliseconds and body.
 *
 * @see https://workos.com/docs/events/data-syncing/webhooks
 */
export function workos(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'workos');
  return defineProvider({
    name: 'workos',
    docs: 'https://workos.com/docs/events/data-syncing/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: { header: 'workos-signature', grammar: 'pairs', timestamp: 't', signatures: 'v1', spaced: true },
      timestamp: { unit: 'milliseconds' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'sdk',
    eventId: { json: 'id' },
    eventType: { json: 'event' },
  });
}
