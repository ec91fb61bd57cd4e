import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * HCP Terraform (Terraform Cloud): HMAC-SHA512 over the body, under the token of the notification. Without a token nothing is signed. No time
 * is held to a window.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations#notification-authenticity
 */
export function terraformCloud(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'terraform-cloud');
  return defineProvider({
    name: 'terraform-cloud',
    docs: 'https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations#notification-authenticity',
    scheme: hmac({
      digest: 'sha512',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-tfe-notification-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'notifications.0.trigger' },
  });
}
