import { defineProvider } from '../lib/scheme/define-provider.ts';
import { rsa } from '../lib/scheme/rsa.ts';
import { checkSettings, keysOf, type KeySettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

const FORM = { canonical: 'form', order: 'sorted', pair: '=', join: '&', skipEmpty: true } as const;

/**
 * Alipay: RSA with SHA-256 (RSA2) over the sorted form fields. Some notifications sign sign_type and some do not, so both are looked for. The
 * field sign_type never chooses the digest. Every other answer than `success` makes it try again, for 25 hours.
 *
 * @see https://opendocs.alipay.com/open/270/105902
 */
export function alipay(settings: KeySettings = {}): Provider {
  checkSettings(settings, ['publicKey'], 'alipay');
  return defineProvider({
    name: 'alipay',
    docs: 'https://opendocs.alipay.com/open/270/105902',
    scheme: rsa({
      digest: 'sha256',
      encoding: 'base64',
      content: ['{withoutType}', '{withType}'],
      values: {
        withoutType: { ...FORM, except: ['sign', 'sign_type'] },
        withType: { ...FORM, except: ['sign'], assume: { sign_type: 'RSA2' } },
      },
      signature: { form: 'sign', grammar: 'plain' },
      ...keysOf(settings),
    }),
    proof: 'published',
    eventId: { form: 'notify_id' },
    eventType: { form: 'notify_type' },
    acknowledgement: { status: 200, contentType: 'text/plain', body: 'success' },
    failure: { contentType: 'text/plain', body: 'failure' },
  });
}
