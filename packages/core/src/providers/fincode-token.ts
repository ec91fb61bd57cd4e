import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `fincodeToken`. */
export interface FincodeTokenSettings {
  /** The header of the token. Default `x-auth-token`, in which FinCode's own API takes one. */
  readonly header?: string;
}

/**
 * FinCode, where you have it send a token in a header: it keeps strangers out and covers nothing, so have `fincodeConfirm` of
 * `@postern/core/confirm` look the transaction up as well. No page that could be read says that its webhooks carry one, or where.
 *
 * @see https://docs.fincode.technology/api/webhooks
 */
export function fincodeToken(settings: FincodeTokenSettings = {}): Provider {
  checkSettings(settings, ['header'], 'fincode-token');
  return defineProvider({
    name: 'fincode-token',
    docs: 'https://docs.fincode.technology/api/webhooks',
    scheme: staticToken({ token: { header: settings.header ?? 'x-auth-token' } }),
    eventType: { json: 'eventType' },
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
