import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * RingCentral: the verification token of the subscription, in a header. It covers nothing. The first call carries a Validation-Token that is
 * sent back. Its page also shows deliveries with the token of `validationToken` in that header: such ones would be taken for first calls, so
 * make the subscription with `verificationToken`.
 *
 * @see https://developers.ringcentral.com/guide/notifications/webhooks/receiving
 */
export function ringcentral(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'ringcentral');
  return defineProvider({
    name: 'ringcentral',
    docs: 'https://developers.ringcentral.com/guide/notifications/webhooks/receiving',
    scheme: staticToken({ token: { header: 'verification-token' } }),
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { json: 'event' },
    handshake: {
      method: 'POST',
      marks: [{ header: 'validation-token' }],
      unsigned: true,
      headers: { 'validation-token': { header: 'validation-token' } },
    },
  });
}
