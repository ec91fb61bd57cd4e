import { defineProvider } from '../lib/scheme/define-provider.ts';
import { jwt } from '../lib/scheme/jwt.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Dialpad: a JWT under the secret of the webhook, HS256, which is taken to be the whole body: the page says that events are sent as tokens and
 * not where. The event is its claims, which `delivery.json()` gives. No time and no id is held against anything. A webhook without
 * a secret sends plain JSON, which proves nothing and is refused.
 *
 * @see https://developers.dialpad.com/docs/event-subscriptions
 */
export function dialpad(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'dialpad');
  return defineProvider({
    name: 'dialpad',
    docs: 'https://developers.dialpad.com/docs/event-subscriptions',
    scheme: jwt({ token: { body: 'whole' }, algorithms: ['HS256'] }),
    proof: 'recipe',
  });
}
