import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `clickpesa`. */
export interface ClickpesaSettings {
  /** The header that holds the checksum. Default: the field `checksum` of the body. */
  readonly header?: string;
}

/**
 * ClickPesa: HMAC-SHA256 over the JSON body with sorted keys, without `checksum` and `checksumMethod`, under the checksum key. No time and no
 * id is signed. `clickpesaConfirm` of `@postern/core/confirm` asks for the payment as well.
 *
 * An older page signs the values alone, of which a webhook has no useful one: it is not read here. Where the checksum stands is not said
 * outright; a field of the body is what the page implies, and a header is a setting.
 *
 * @see https://docs.clickpesa.com/home/checksum
 */
export function clickpesa(settings: ClickpesaSettings = {}): Provider {
  checkSettings(settings, ['header'], 'clickpesa');
  return defineProvider({
    name: 'clickpesa',
    docs: 'https://docs.clickpesa.com/home/checksum',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{payload}',
      values: { payload: { canonical: 'json', except: ['checksum', 'checksumMethod'] } },
      signature:
        settings.header === undefined
          ? { json: 'checksum', grammar: 'plain' }
          : { header: settings.header, grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'event' },
  });
}
