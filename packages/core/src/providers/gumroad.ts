import { defineProvider } from '../lib/scheme/define-provider.ts';
import { none } from '../lib/scheme/none.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Gumroad: nothing is signed. A receiver must say from which addresses it comes, and the handler must fetch the sale by its id before it
 * believes one.
 *
 * @see https://gumroad.com/ping
 */
export function gumroad(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'gumroad');
  return defineProvider({
    name: 'gumroad',
    docs: 'https://gumroad.com/ping',
    scheme: none({}),
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
