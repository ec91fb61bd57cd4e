import { defineProvider } from '../lib/scheme/define-provider.ts';
import { basic } from '../lib/scheme/basic.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Chargebee: HTTP Basic with the user and password set at the webhook. They cover nothing: confirm what matters by fetching the event.
 *
 * @see https://www.chargebee.com/docs/2.0/webhook_settings.html
 */
export function chargebee(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'chargebee');
  return defineProvider({
    name: 'chargebee',
    docs: 'https://www.chargebee.com/docs/2.0/webhook_settings.html',
    scheme: basic({}),
    proof: 'sdk',
    unsigned: ['everything'],
    eventType: { json: 'event_type' },
  });
}
