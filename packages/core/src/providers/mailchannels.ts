import { defineProvider } from '../lib/scheme/define-provider.ts';
import { httpSignature } from '../lib/scheme/http-signature.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * MailChannels: an HTTP message signature (RFC 9421) with Ed25519 over the digest of the body. The key is fetched by its id from MailChannels and
 * given here. A batch holds many events, so no id is named.
 *
 * @see https://docs.mailchannels.net/email-api/advanced/webhooks
 */
export function mailchannels(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'mailchannels');
  return defineProvider({
    name: 'mailchannels',
    docs: 'https://docs.mailchannels.net/email-api/advanced/webhooks',
    scheme: httpSignature({ components: ['content-digest'], algorithm: 'ed25519' }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
  });
}
