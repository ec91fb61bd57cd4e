import { defineProvider } from '../lib/scheme/define-provider.ts';
import { none } from '../lib/scheme/none.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * FinCode: no page that could be read says how its webhooks prove themselves, so nothing is believed. `fincodeConfirm` of
 * `@postern/core/confirm` has a look-up of your own ask for the transaction before your handler runs. Where FinCode sends you a token in a header,
 * `fincodeToken` asks for that too.
 *
 * @see https://docs.fincode.technology/api/webhooks
 */
export function fincode(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'fincode');
  return defineProvider({
    name: 'fincode',
    docs: 'https://docs.fincode.technology/api/webhooks',
    scheme: none({}),
    eventType: { json: 'eventType' },
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
