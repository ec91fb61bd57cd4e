import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Slack: HMAC-SHA256 over version, time and body. The version is pinned to `v0`. Events carry an id in the body;
 * slash commands and interactions, which are forms, do not. Its `url_verification` is signed, too.
 * Slack waits three seconds for the answer.
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function slack(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'slack');
  return defineProvider({
    name: 'slack',
    docs: 'https://docs.slack.dev/authentication/verifying-requests-from-slack',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: 'v0:{timestamp}:{body}',
      signature: { header: 'x-slack-signature', grammar: 'prefix', prefix: 'v0=' },
      timestamp: { header: 'x-slack-request-timestamp' },
      secret: { refuse: ['xoxb-', 'xoxp-', 'xapp-', 'xoxe'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    eventId: { json: 'event_id' },
    proof: 'published',
    eventType: { json: 'event.type' },
    handshake: { method: 'POST', marks: [{ json: 'type', value: 'url_verification' }], text: { json: 'challenge' } },
  });
}
