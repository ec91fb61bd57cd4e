import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Inngest calls functions, rather than sending events: HMAC-SHA256 over the body in canonical form (RFC 8785), then the time. The key is the
 * hex text after `signkey-…-`, undecoded. The query, which says which function and which step is to run, is not signed. A number that is
 * written in an uncommon way (`1.0`) is refused.
 *
 * @see https://www.inngest.com/docs/platform/signing-keys
 */
export function inngest(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'inngest');
  return defineProvider({
    name: 'inngest',
    docs: 'https://www.inngest.com/docs/platform/signing-keys',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{canonical}{timestamp}',
      values: { canonical: { canonical: 'json' } },
      signature: { header: 'x-inngest-signature', grammar: 'pairs', timestamp: 't', signatures: 's', separator: '&' },
      secret: { prefix: ['signkey-prod-', 'signkey-branch-', 'signkey-test-'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
    methods: ['POST', 'PUT'],
    eventType: { json: 'event.name' },
    unsigned: ['the query: fnId and stepId'],
  });
}
