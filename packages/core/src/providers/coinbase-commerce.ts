import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Coinbase Commerce: HMAC-SHA256 over the body. No time is signed. The event’s id stays the same when it is sent again, for three days; the
 * body’s own `id` is the delivery’s.
 *
 * @see https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-security
 */
export function coinbaseCommerce(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'coinbase-commerce');
  return defineProvider({
    name: 'coinbase-commerce',
    docs: 'https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-security',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-cc-webhook-signature', grammar: 'plain' },
    }),
    proof: 'published',
    eventId: { json: 'event.id' },
    eventType: { json: 'event.type' },
  });
}
