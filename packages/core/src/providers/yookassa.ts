import { defineProvider } from '../lib/scheme/define-provider.ts';
import { none } from '../lib/scheme/none.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * YooKassa: nothing is signed. `yookassaConfirm` of `@postern/core/confirm` fetches the payment before your handler runs; the addresses it comes
 * from are known, too. Its library for Python names four narrower IPv6 ranges within the one of the page.
 *
 * @see https://yookassa.ru/developers/using-api/webhooks
 */
export function yookassa(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'yookassa');
  return defineProvider({
    name: 'yookassa',
    docs: 'https://yookassa.ru/developers/using-api/webhooks',
    scheme: none({}),
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { json: 'event' },
    addresses: {
      ranges: [
        '185.71.76.0/27',
        '185.71.77.0/27',
        '77.75.153.0/25',
        '77.75.154.128/25',
        '77.75.156.11/32',
        '77.75.156.35/32',
        '2a02:5180::/32',
      ],
      asOf: '2026-11-27',
      source: 'https://yookassa.ru/developers/using-api/webhooks#ip',
    },
  });
}
