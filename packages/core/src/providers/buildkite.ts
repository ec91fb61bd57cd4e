import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Buildkite, where its webhook is set to send a signature: HMAC-SHA256 over time and body, under the webhook's token. Set to send the token
 * itself, it covers nothing and is refused here. The event's name stands in a header, unsigned, and in the body.
 *
 * @see https://buildkite.com/docs/apis/webhooks/pipelines#webhook-signature
 */
export function buildkite(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'buildkite');
  return defineProvider({
    name: 'buildkite',
    docs: 'https://buildkite.com/docs/apis/webhooks/pipelines#webhook-signature',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: { header: 'x-buildkite-signature', grammar: 'pairs', timestamp: 'timestamp', signatures: 'signature' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { json: 'event' },
    addresses: {
      ranges: [],
      list: 'https://api.buildkite.com/v2/meta',
      asOf: '2026-11-27',
      source: 'https://buildkite.com/docs/apis/rest-api/meta',
    },
  });
}
