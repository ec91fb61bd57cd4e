import { defineProvider } from '../lib/scheme/define-provider.ts';
import { none } from '../lib/scheme/none.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * MTN MoMo: nothing is signed, and no addresses are listed. The callback comes by PUT or POST, and may not name your reference: put it into
 * the callback URL. `mtnMomoConfirm` of `@postern/core/confirm` asks for the status before your handler runs.
 *
 * @see https://momodeveloper.mtn.com/api-documentation/callback
 */
export function mtnMomo(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'mtn-momo');
  return defineProvider({
    name: 'mtn-momo',
    docs: 'https://momodeveloper.mtn.com/api-documentation/callback',
    scheme: none({}),
    methods: ['PUT', 'POST'],
    eventType: { json: 'status' },
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
