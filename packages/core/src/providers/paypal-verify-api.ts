import { defineProvider } from '../lib/scheme/define-provider.ts';
import { none } from '../lib/scheme/none.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * PayPal webhooks, proven by PayPal's own answer and not by a certificate: mount it with `confirm: paypalVerifyApiConfirm({ … })` of
 * `@postern/core/confirm`. Without that, nothing in it is checked. `paypalWebhookCert` checks the signature here, without a request.
 *
 * @see https://developer.paypal.com/docs/api/webhooks/v1/#verify-webhook-signature_post
 */
export function paypalVerifyApi(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'paypal-verify-api');
  return defineProvider({
    name: 'paypal-verify-api',
    docs: 'https://developer.paypal.com/docs/api/webhooks/v1/#verify-webhook-signature_post',
    scheme: none({}),
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { json: 'event_type' },
  });
}
