import { defineProvider } from '../lib/scheme/define-provider.ts';
import { rsa } from '../lib/scheme/rsa.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Wise: RSA with SHA-256 over the body, under the public key of the environment. No time and no id is signed: X-Delivery-Id is not.
 *
 * @see https://docs.wise.com/api-docs/webhooks-notifications/event-handling
 */
export function wise(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'wise');
  return defineProvider({
    name: 'wise',
    docs: 'https://docs.wise.com/api-docs/webhooks-notifications/event-handling',
    scheme: rsa({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-signature-sha256', grammar: 'plain' },
    }),
    proof: 'published',
    eventType: { json: 'event_type' },
  });
}
