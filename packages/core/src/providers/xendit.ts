import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Xendit: the verification token of the dashboard, in every delivery. It covers nothing: whoever has seen one can write any other. The header
 * webhook-id is not signed. For invoices, `xenditConfirm` of `@postern/core/confirm` asks before your handler runs.
 *
 * @see https://docs.xendit.co/webhook/getting-started/
 */
export function xendit(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'xendit');
  return defineProvider({
    name: 'xendit',
    docs: 'https://docs.xendit.co/docs/handling-webhooks',
    scheme: staticToken({ token: { header: 'x-callback-token' }, secret: { refuse: ['xnd_'] } }),
    proof: 'recipe',
    eventType: { json: 'event' },
    unsigned: ['everything'],
  });
}
