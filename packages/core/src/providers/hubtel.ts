import { defineProvider } from '../lib/scheme/define-provider.ts';
import { none } from '../lib/scheme/none.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Hubtel: nothing is signed. `hubtelConfirm` of `@postern/core/confirm` asks for the transaction's status before your handler runs.
 *
 * @see https://developers.hubtel.com/docs/business/api_documentation/payment_apis/online_checkout
 */
export function hubtel(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'hubtel');
  return defineProvider({
    name: 'hubtel',
    docs: 'https://developers.hubtel.com/docs/business/api_documentation/payment_apis/online_checkout',
    scheme: none({}),
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
