import { defineProvider } from '../lib/scheme/define-provider.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Microsoft Graph, change notifications: the `clientState` of the subscription, in each item. It covers nothing: whoever has seen one
 * notification can write any other, so fetch the resource. That of the first item is compared; hold the others against it in the handler.
 * Notifications with resource data carry signed tokens besides, which are not read.
 *
 * @see https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks
 */
export function microsoftGraph(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'microsoft-graph');
  return defineProvider({
    name: 'microsoft-graph',
    docs: 'https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks',
    scheme: staticToken({ token: { json: 'value.0.clientState' } }),
    retryHours: 4,
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { json: 'value.0.changeType' },
    acknowledgement: { status: 202 },
    handshake: {
      method: 'POST',
      marks: [{ query: 'validationToken' }],
      unsigned: true,
      sentence: true,
      text: { query: 'validationToken' },
    },
  });
}
