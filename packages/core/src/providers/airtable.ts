import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Airtable: HMAC-SHA256 over the body, under the webhook's MAC secret, which is base64. The body says that something changed and no more: list
 * the payloads. No time of its own is held to a window.
 *
 * @see https://airtable.com/developers/web/api/webhooks-overview
 */
export function airtable(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'airtable');
  return defineProvider({
    name: 'airtable',
    docs: 'https://airtable.com/developers/web/api/webhooks-overview',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-airtable-content-mac', grammar: 'prefix', prefix: 'hmac-sha256=' },
      secret: { encoding: 'base64' },
    }),
    proof: 'recipe',
  });
}
