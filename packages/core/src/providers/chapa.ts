import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Chapa: HMAC-SHA256 over the body in `x-chapa-signature`, under the secret hash of the dashboard. `chapa-signature`, beside it, is the same
 * in every delivery and covers nothing: it is not read.
 *
 * @see https://developer.chapa.co/integrations/webhooks
 */
export function chapa(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'chapa');
  return defineProvider({
    name: 'chapa',
    docs: 'https://developer.chapa.co/integrations/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-chapa-signature', grammar: 'plain' },
      secret: { refuse: ['CHAPUBK'] },
    }),
    proof: 'recipe',
    eventType: { json: 'event' },
  });
}
