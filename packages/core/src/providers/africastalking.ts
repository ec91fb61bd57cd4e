import { defineProvider } from '../lib/scheme/define-provider.ts';
import { none } from '../lib/scheme/none.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Africa's Talking: nothing is signed. A receiver must say from which addresses it comes, and the handler must query the transaction before it
 * believes a payment.
 *
 * @see https://developers.africastalking.com/docs
 */
export function africastalking(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'africastalking');
  return defineProvider({
    name: 'africastalking',
    docs: 'https://developers.africastalking.com/docs',
    scheme: none({}),
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
