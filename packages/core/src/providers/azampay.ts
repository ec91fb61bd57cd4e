import { defineProvider } from '../lib/scheme/define-provider.ts';
import { none } from '../lib/scheme/none.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * AzamPay: nothing is signed; its support says that a signature does not apply. `user` and `password` in the body are the same in every
 * callback, so they prove nothing that one callback does not give away. `azampayConfirm` of `@postern/core/confirm` asks for the status.
 *
 * @see https://developerdocs.azampay.co.tz/redoc
 */
export function azampay(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'azampay');
  return defineProvider({
    name: 'azampay',
    docs: 'https://developerdocs.azampay.co.tz/redoc',
    scheme: none({}),
    eventType: { json: 'transactionstatus' },
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
