import { defineProvider } from '../lib/scheme/define-provider.ts';
import { basic } from '../lib/scheme/basic.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Postmark: HTTP Basic authentication, as it stands in the webhook’s URL. It covers nothing: whoever has seen one delivery can write any other.
 * Postmark stops at a 403 and tries again after any other refusal.
 *
 * @see https://postmarkapp.com/developer/webhooks/webhooks-overview
 */
export function postmark(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'postmark');
  return defineProvider({
    name: 'postmark',
    docs: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
    scheme: basic({}),
    proof: 'recipe',
    eventType: { json: 'RecordType' },
    unsigned: ['everything'],
  });
}
