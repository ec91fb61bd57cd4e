import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `worldline`. */
export interface WorldlineSettings {
  /** The id of the one key in use: a delivery under another is refused. */
  readonly keyId?: string;
}

/**
 * Worldline Connect (Global Collect): HMAC-SHA256 over the body, base64, under the key that `X-GCS-KeyId` names: give each secret that id, or
 * the one key’s id as a setting. The signed `created` is not held against a window, as Worldline names none.
 *
 * @see https://docs.connect.worldline-solutions.com/documentation/webhooks/event-structure/
 */
export function worldline(settings: WorldlineSettings = {}): Provider {
  checkSettings(settings, ['keyId'], 'worldline');
  return defineProvider({
    name: 'worldline',
    docs: 'https://docs.connect.worldline-solutions.com/documentation/webhooks/event-structure/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-gcs-signature', grammar: 'plain' },
      ...(settings.keyId === undefined
        ? { keyId: { header: 'x-gcs-keyid' } }
        : { require: [{ header: 'x-gcs-keyid', value: settings.keyId }] }),
    }),
    proof: 'published',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
    handshake: {
      method: 'GET',
      marks: [{ header: 'x-gcs-webhooks-endpoint-verification' }],
      unsigned: true,
      text: { header: 'x-gcs-webhooks-endpoint-verification' },
    },
  });
}
