import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** What an answer repeats. */
const ECHO = { reference: { json: 'reference' }, transid: { json: 'transid' } } as const;

/**
 * Selcom C2B (lookup, validation, notification): the token agreed with Selcom, after `Bearer`. It covers nothing: check reference and amount
 * against your own order. A look-up and a validation want more in their
 * answer, and codes of their own (010 for a reference, 012 for an amount): there the handler answers. The failing code here is a guess.
 *
 * @see https://developers.selcommobile.com/#c2b
 */
export function selcomC2b(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'selcom-c2b');
  return defineProvider({
    name: 'selcom-c2b',
    docs: 'https://developers.selcommobile.com/#c2b',
    scheme: staticToken({ token: { header: 'authorization' }, prefix: 'Bearer ' }),
    proof: 'recipe',
    unsigned: ['everything'],
    acknowledgement: { status: 200, json: { ...ECHO, resultcode: '000', result: 'SUCCESS', message: 'Received' } },
    failure: { json: { ...ECHO, resultcode: '999', result: 'FAIL', message: 'Try again' } },
  });
}
