import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * SonarQube: HMAC-SHA256 over the body, under the webhook's secret. Without a secret nothing is signed. No time is signed.
 * This is how programs that receive it read it; the vendor's own page was not at hand.
 *
 * @see https://docs.sonarsource.com/sonarqube-server/latest/project-administration/webhooks/
 */
export function sonarqube(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'sonarqube');
  return defineProvider({
    name: 'sonarqube',
    docs: 'https://docs.sonarsource.com/sonarqube-server/latest/project-administration/webhooks/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-sonar-webhook-hmac-sha256', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'status' },
  });
}
