import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * CircleCI: HMAC-SHA256 over the body. The header is a list of versions, of which only `v1` is read. No time is signed, and `circleci-event-
 * type` is not: the body names the event, too.
 *
 * @see https://circleci.com/docs/guides/integration/outbound-webhooks/
 */
export function circleci(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'circleci');
  return defineProvider({
    name: 'circleci',
    docs: 'https://circleci.com/docs/guides/integration/outbound-webhooks/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'circleci-signature', grammar: 'pairs', signatures: 'v1' },
      secret: { refuse: ['CCIPAT_', 'CCIPRJ_'] },
    }),
    proof: 'published',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
    unsigned: ['circleci-event-type'],
  });
}
