import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Telegram: the secret token in a header. It covers nothing: confirm what matters by asking the Bot API. Its page says that the addresses may
 * change; they were read in a stored copy of it.
 *
 * @see https://core.telegram.org/bots/api#setwebhook
 */
export function telegram(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'telegram');
  return defineProvider({
    name: 'telegram',
    docs: 'https://core.telegram.org/bots/api#setwebhook',
    scheme: staticToken({ token: { header: 'x-telegram-bot-api-secret-token' } }),
    proof: 'recipe',
    unsigned: ['everything'],
    addresses: {
      ranges: ['149.154.160.0/20', '91.108.4.0/22'],
      asOf: '2026-11-27',
      source: 'https://core.telegram.org/bots/webhooks',
    },
  });
}
