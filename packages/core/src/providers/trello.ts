import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type UrlSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Trello: HMAC-SHA1 over the body and the callback URL as it was registered, under the application’s secret, which is not the token. No time is
 * signed. Trello asks with HEAD when a webhook is made: route HEAD to the guard. And an answer of 410 ends the webhook.
 *
 * @see https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/
 */
export function trello(settings: UrlSettings): Provider {
  checkSettings(settings, ['publicUrl'], 'trello');
  return defineProvider({
    name: 'trello',
    docs: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/',
    scheme: hmac({
      digest: 'sha1',
      encoding: 'base64',
      content: '{body}{url}',
      publicUrl: settings.publicUrl,
      signature: { header: 'x-trello-webhook', grammar: 'plain' },
      secret: { refuse: ['ATTA'] },
    }),
    proof: 'recipe',
    eventId: { json: 'action.id' },
    eventType: { json: 'action.type' },
    handshake: [
      { method: 'HEAD', unsigned: true },
      { method: 'GET', unsigned: true },
    ],
  });
}
