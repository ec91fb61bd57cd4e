import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Flutterwave v3: the secret hash of the dashboard in a header, as it was set. It covers nothing: `flutterwaveV3Confirm` of
 * `@postern/core/confirm` looks the transaction up by its id, with amount and currency, before your handler runs.
 *
 * @see https://developer.flutterwave.com/v3.0/docs/webhooks
 */
export function flutterwaveV3(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'flutterwave-v3');
  return defineProvider({
    name: 'flutterwave-v3',
    docs: 'https://developer.flutterwave.com/v3.0/docs/webhooks',
    scheme: staticToken({ token: { header: 'verif-hash' }, secret: { refuse: ['FLWSECK', 'FLWPUBK'] } }),
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { json: 'event' },
  });
}
