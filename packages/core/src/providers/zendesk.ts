import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

const ORDERS = { 'time-first': '{timestamp}{body}', 'body-first': '{body}{timestamp}' };

/** Settings of `zendesk`. */
export interface ZendeskSettings extends TimedSettings {
  /** `time-first`, the default, as the page and its samples say. `body-first` is what an older page said, and its example. */
  readonly order?: keyof typeof ORDERS;
}

/**
 * Zendesk: HMAC-SHA256 over time and body, base64, under the signing secret as text. No id is signed, and `X-Zendesk-Webhook-Id` and
 * `X-Zendesk-Webhook-Invocation-Id` are not covered. A webhook may use any method, without a body: then the time alone is signed, and neither
 * method nor URL.
 *
 * @see https://developer.zendesk.com/documentation/webhooks/verifying/
 */
export function zendesk(settings: ZendeskSettings = {}): Provider {
  checkSettings(settings, ['order', 'toleranceSeconds'], 'zendesk');
  return defineProvider({
    name: 'zendesk',
    docs: 'https://developer.zendesk.com/documentation/webhooks/verifying/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: chooseSetting(ORDERS, settings.order ?? 'time-first', 'zendesk.order'),
      signature: { header: 'x-zendesk-webhook-signature', grammar: 'plain' },
      timestamp: { header: 'x-zendesk-webhook-signature-timestamp', unit: 'rfc3339' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    methods: ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'],
    eventType: { json: 'type' },
    unsigned: ['X-Zendesk-Webhook-Id', 'X-Zendesk-Webhook-Invocation-Id', 'the method and the URL'],
  });
}
