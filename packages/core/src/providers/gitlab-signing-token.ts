import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * GitLab with a signing token, as Standard Webhooks: HMAC-SHA256 over id, time and body, under a key of 32 bytes. It is newer than the plain
 * token (`gitlab`), and the two may be sent together. The event’s name stands in a header that is not signed.
 *
 * @see https://docs.gitlab.com/user/project/integrations/webhooks/
 */
export function gitlabSigningToken(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'gitlab-signing-token');
  return defineProvider({
    name: 'gitlab-signing-token',
    docs: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
    scheme: standardWebhook({
      headers: 'webhook',
      secret: { encoding: 'base64', prefix: 'whsec_', bytes: 32, refuse: ['glpat-'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { json: 'object_kind' },
  });
}
