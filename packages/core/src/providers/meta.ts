import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `meta`. */
export interface MetaSettings {
  /** The word that you have told Meta, for the GET with which it checks the URL. It travels in a URL, so it must not be the App Secret. Default: none, and that GET is refused. */
  readonly verifyToken?: string;
}

/**
 * Meta (WhatsApp, Messenger, Instagram, Facebook pages): HMAC-SHA256 over the body, under the App Secret; the verify token is another thing.
 * The bytes are signed as they are sent, with their `\u` escapes. A delivery holds many entries, and no time and no id is signed. `X-Hub-
 * Signature`, with SHA-1, is not read.
 *
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 */
export function meta(settings: MetaSettings = {}): Provider {
  checkSettings(settings, ['verifyToken'], 'meta');
  return defineProvider({
    name: 'meta',
    docs: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-hub-signature-256', grammar: 'prefix', prefix: 'sha256=' },
      secret: { refuse: ['EAA'] },
    }),
    proof: 'recipe',
    retryHours: 168,
    eventType: { json: 'object' },
    handshake: {
      method: 'GET',
      marks: [{ query: 'hub.mode', value: 'subscribe' }, { query: 'hub.challenge' }],
      unsigned: true,
      token: { query: 'hub.verify_token', value: settings.verifyToken, setting: 'meta.verifyToken' },
      text: { query: 'hub.challenge' },
    },
  });
}
