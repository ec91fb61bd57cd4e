import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Moyasar: the secret token itself, in the body. It covers nothing: `moyasarConfirm` of `@postern/core/confirm` fetches
 * the payment before your handler runs. Keep these bodies out of logs.
 * The `webhook_verification` event comes with the token, too, and to the handler: its code goes back by an API call, not in the answer.
 *
 * @see https://docs.moyasar.com/api/other/webhooks/verify-webhook
 */
export function moyasar(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'moyasar');
  return defineProvider({
    name: 'moyasar',
    docs: 'https://docs.moyasar.com/api/other/webhooks/webhook-reference',
    scheme: staticToken({
      token: { json: 'secret_token' },
      secret: { refuse: ['sk_live_', 'sk_test_', 'pk_live_', 'pk_test_'] },
    }),
    proof: 'recipe',
    eventType: { json: 'type' },
    unsigned: ['everything'],
  });
}
