import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Cursor cloud agents: HMAC-SHA256 over the body. No time is signed; delivery id and event stand in headers that are not, the event in the
 * body too.
 *
 * @see https://cursor.com/docs/cloud-agent/api/webhooks
 */
export function cursor(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'cursor');
  return defineProvider({
    name: 'cursor',
    docs: 'https://cursor.com/docs/cloud-agent/api/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-webhook-signature', grammar: 'prefix', prefix: 'sha256=' },
    }),
    proof: 'recipe',
    eventType: { json: 'event' },
  });
}
