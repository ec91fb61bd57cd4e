import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Deepgram: the identifier of the API key that asked, in a header; the key itself is not it. It covers nothing, and it stands in the dashboard
 * for all who may look.
 *
 * @see https://developers.deepgram.com/docs/using-callbacks-to-return-transcripts-to-your-server
 */
export function deepgram(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'deepgram');
  return defineProvider({
    name: 'deepgram',
    docs: 'https://developers.deepgram.com/docs/using-callbacks-to-return-transcripts-to-your-server',
    scheme: staticToken({ token: { header: 'dg-token' } }),
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
