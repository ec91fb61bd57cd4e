import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `messagebirdLegacy`. */
export interface MessagebirdLegacySettings extends TimedSettings {
  /** The URL that is called, as the scheme with the JWT takes it. This one does not sign it. */
  readonly publicUrl?: string;
}

/**
 * MessageBird (Bird), the scheme before its JWT: HMAC-SHA256 over time, sorted query and the raw digest of the body. The path is not signed.
 *
 * @see https://developers.messagebird.com/api/#verifying-http-requests
 */
export function messagebirdLegacy(settings: MessagebirdLegacySettings = {}): Provider {
  checkSettings(settings, ['publicUrl', 'toleranceSeconds'], 'messagebird-legacy');
  return defineProvider({
    name: 'messagebird-legacy',
    docs: 'https://developers.messagebird.com/api/#verifying-http-requests',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{timestamp}\n{query}\n{digest}',
      values: {
        query: { canonical: 'form', source: 'query', order: 'sorted', pair: '=', join: '&', encode: 'php' },
        digest: { bodyDigest: 'sha256', encoding: 'raw' },
      },
      signature: { header: 'messagebird-signature', grammar: 'plain' },
      timestamp: { header: 'messagebird-request-timestamp' },
    }),
    methods: ['POST', 'GET'],
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
    unsigned: ['the path'],
  });
}
