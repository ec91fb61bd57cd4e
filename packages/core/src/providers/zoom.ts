import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Zoom: HMAC-SHA256 over version, time and body. No id is signed. It validates the URL when it is saved, and every 72 hours after.
 *
 * @see https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events
 */
export function zoom(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'zoom');
  return defineProvider({
    name: 'zoom',
    docs: 'https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: 'v0:{timestamp}:{body}',
      signature: { header: 'x-zm-signature', grammar: 'prefix', prefix: 'v0=' },
      timestamp: { header: 'x-zm-request-timestamp' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { json: 'event' },
    // Signed by Zoom, which matters: the answer is signed with the key of the deliveries.
    handshake: {
      method: 'POST',
      marks: [{ json: 'event', value: 'endpoint.url_validation' }],
      json: {
        plainToken: { json: 'payload.plainToken' },
        encryptedToken: { signed: [{ json: 'payload.plainToken' }], encoding: 'hex' },
      },
    },
  });
}
