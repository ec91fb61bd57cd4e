import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings, chooseSetting } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

const TOKENS = {
  header: { token: { header: 'authorization' }, prefix: 'Bearer ' },
  query: { token: { query: 'access_token' } },
} as const;

/** Settings of `cloudeventsWebhook`. */
export interface CloudeventsWebhookSettings {
  /** Where the token stands. Default: `header`. */
  readonly token?: keyof typeof TOKENS;
  /** The senders that may ask whether they may send here, by their DNS names. Default: none. */
  readonly allowedOrigins?: readonly string[];
}

/**
 * CloudEvents over HTTP webhooks: a bearer token in the authorization header, or as access_token in the query. It covers nothing. A broker may
 * sign the event besides, as it likes.
 *
 * @see https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md
 */
export function cloudeventsWebhook(settings: CloudeventsWebhookSettings = {}): Provider {
  checkSettings(settings, ['token', 'allowedOrigins'], 'cloudevents-webhook');
  return defineProvider({
    name: 'cloudevents-webhook',
    docs: 'https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md',
    scheme: staticToken(chooseSetting(TOKENS, settings.token ?? 'header', 'cloudevents-webhook.token')),
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { header: 'ce-type' },
    // Asking is open to everybody, so it is answered for those alone that you name.
    handshake: {
      method: 'OPTIONS',
      marks: [{ header: 'webhook-request-origin' }],
      unsigned: true,
      origins: {
        header: 'webhook-request-origin',
        allowed: settings.allowedOrigins ?? [],
        setting: 'cloudevents-webhook.allowedOrigins',
      },
      headers: {
        'webhook-allowed-origin': { header: 'webhook-request-origin' },
        'webhook-allowed-rate': { header: 'webhook-request-rate' },
        allow: 'POST',
      },
    },
  });
}
