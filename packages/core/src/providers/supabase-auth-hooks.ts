import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Supabase, auth hooks over HTTP: Standard Webhooks, HMAC-SHA256 over id, time and body. The dashboard writes `v1,` before the secret. A hook waits for
 * JSON: an empty object, unless the handler answers.
 *
 * @see https://supabase.com/docs/guides/auth/auth-hooks
 */
export function supabaseAuthHooks(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'supabase-auth-hooks');
  return defineProvider({
    name: 'supabase-auth-hooks',
    docs: 'https://supabase.com/docs/guides/auth/auth-hooks',
    scheme: standardWebhook({ headers: 'webhook', secret: { encoding: 'base64', prefix: ['v1,whsec_', 'whsec_'] } }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'sdk',
    acknowledgement: { status: 200, contentType: 'application/json', body: '{}' },
  });
}
