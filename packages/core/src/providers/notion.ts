import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Notion: HMAC-SHA256 over the body, under the verification token. That token comes in a first request that nobody has signed: the receiver's
 * `secretStore` keeps it, and you paste it into Notion. No time is signed.
 *
 * @see https://developers.notion.com/reference/webhooks#step-3-validating-event-payloads-recommended
 */
export function notion(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'notion');
  return defineProvider({
    name: 'notion',
    docs: 'https://developers.notion.com/reference/webhooks#step-3-validating-event-payloads-recommended',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-notion-signature', grammar: 'prefix', prefix: 'sha256=' },
      secret: { refuse: ['ntn_'] },
    }),
    proof: 'sdk',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
    handshake: {
      method: 'POST',
      marks: [{ json: 'verification_token' }],
      unsigned: true,
      secret: { json: 'verification_token' },
    },
  });
}
