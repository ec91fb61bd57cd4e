import { defineProvider } from '../lib/scheme/define-provider.ts';
import { none } from '../lib/scheme/none.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Mollie, classic webhooks: a form with the id of a payment, which anybody can send. Nothing is signed and the state is not in it:
 * `mollieClassicConfirm` of `@postern/core/confirm` fetches it from Mollie before your handler runs.
 *
 * @see https://docs.mollie.com/reference/webhooks
 */
export function mollieClassic(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'mollie-classic');
  return defineProvider({
    name: 'mollie-classic',
    docs: 'https://docs.mollie.com/reference/webhooks',
    scheme: none({}),
    retryHours: 26,
    proof: 'recipe',
    unsigned: ['everything'],
    addresses: {
      ranges: [],
      list: 'https://ip-ranges.mollie.com/ips.txt',
      asOf: '2026-11-27',
      source: 'https://help.mollie.com/hc/en-us/articles/213470829-Which-IP-addresses-does-Mollie-use',
    },
  });
}
