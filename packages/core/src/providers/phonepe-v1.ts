import { defineProvider } from '../lib/scheme/define-provider.ts';
import { digest } from '../lib/scheme/digest.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * PhonePe, version 1: a plain SHA-256 over the base64 text in `response`, the salt key last. The number of the key after `###` is not signed and not
 * asked: every secret is tried. The handler decodes `response`.
 *
 * @see https://developer.phonepe.com/v1/reference/php-callback-verification
 */
export function phonepeV1(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'phonepe-v1');
  return defineProvider({
    name: 'phonepe-v1',
    docs: 'https://developer.phonepe.com/v1/reference/php-callback-verification',
    scheme: digest({
      digest: 'sha256',
      encoding: 'hex',
      content: '{response}{secret}',
      values: { response: { json: 'response' } },
      signature: { header: 'x-verify', grammar: 'positional', separator: '###', fields: ['signature', 'other'] },
    }),
    proof: 'recipe',
    unsigned: ['every member of the body but response'],
  });
}
