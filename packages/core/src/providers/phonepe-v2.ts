import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * PhonePe, version 2: the SHA-256 of `user:password`, which are the secret, in every delivery. It covers nothing: whoever has seen one can write
 * any other, so ask for the order’s status. Webhooks set up with PhonePe’s newer HMAC are not read here.
 *
 * @see https://developer.phonepe.com/v1/reference/handling-webhooks-standard-checkout
 */
export function phonepeV2(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'phonepe-v2');
  return defineProvider({
    name: 'phonepe-v2',
    docs: 'https://developer.phonepe.com/payment-gateway/website-integration/standard-checkout/api-integration/api-reference/webhook',
    scheme: staticToken({ token: { header: 'authorization' }, digest: 'sha256' }),
    proof: 'recipe',
    eventType: { json: 'event' },
    unsigned: ['everything'],
  });
}
