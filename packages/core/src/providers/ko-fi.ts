import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Ko-fi: the verification token, in the JSON that the form field `data` holds. It covers nothing, and Ko-fi has no API to ask for the payment:
 * look at the account before anything of worth is given away. Retries have the same `message_id`.
 *
 * @see https://ko-fi.com/manage/webhooks
 */
export function koFi(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'ko-fi');
  return defineProvider({
    name: 'ko-fi',
    docs: 'https://ko-fi.com/manage/webhooks',
    scheme: staticToken({ token: { form: 'data', member: 'verification_token' } }),
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
