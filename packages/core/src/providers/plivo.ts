import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting, type UrlSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

const VERSIONS = {
  v3: {
    content: '{request}?{form}.{nonce}',
    values: {
      request: { url: 'request' },
      form: { canonical: 'form', order: 'sorted', pair: '', join: '' },
      nonce: { header: 'x-plivo-signature-v3-nonce', word: true },
    },
    signature: { header: 'x-plivo-signature-v3', grammar: 'positional', fields: ['signatures'], separator: ',' },
  },
  v2: {
    content: '{url}{nonce}',
    values: { nonce: { header: 'x-plivo-signature-v2-nonce', word: true } },
    signature: { header: 'x-plivo-signature-v2', grammar: 'positional', fields: ['signatures'], separator: ',' },
  },
} as const;

/** Settings of `plivo`. */
export interface PlivoSettings extends UrlSettings {
  /** `v3`, the default, is of calls. `v2` is of messages and verifications, and signs nothing of the body. */
  readonly version?: keyof typeof VERSIONS;
}

/**
 * Plivo: HMAC-SHA256 over the URL, the sorted form and a nonce, or (`v2`) over the URL and a nonce alone, under the auth token of the account or
 * subaccount. Give a URL without a query, and let it call by POST: its libraries sign a query and a GET in other ways, which are refused here.
 * Where a name of the form ends and its value begins is not signed, and no time is.
 *
 * @see https://docs.plivo.com/docs/voice/xml/request/validation
 */
export function plivo(settings: PlivoSettings): Provider {
  checkSettings(settings, ['publicUrl', 'version'], 'plivo');
  const { publicUrl, version = 'v3' } = settings;
  return defineProvider({
    name: 'plivo',
    docs: 'https://docs.plivo.com/docs/voice/xml/request/validation',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      ...chooseSetting<(typeof VERSIONS)[keyof typeof VERSIONS]>(VERSIONS, version, 'plivo.version'),
      publicUrl,
    }),
    proof: 'recipe',
    eventType: { form: 'Event' },
    unsigned: version === 'v2' ? ['the body', 'the query'] : [],
  });
}
