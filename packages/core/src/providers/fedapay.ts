import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * FedaPay: HMAC-SHA256 over time and body, under the secret of the endpoint.
 *
 * @see https://docs.fedapay.com/en/integration-api/webhooks
 */
export function fedapay(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'fedapay');
  return defineProvider({
    name: 'fedapay',
    docs: 'https://docs.fedapay.com/en/integration-api/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: { header: 'x-fedapay-signature', grammar: 'pairs', timestamp: 't', signatures: 's' },
      secret: { refuse: ['sk_live_', 'sk_sandbox_', 'pk_live_', 'pk_sandbox_'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { json: 'name' },
  });
}
