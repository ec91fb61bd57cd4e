import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Webflow: HMAC-SHA256 over time in milliseconds and body, under the client secret of the app, or under the webhook's own key where a site
 * token made it. Webhooks made in the dashboard before there were such keys are not signed.
 *
 * @see https://developers.webflow.com/data/docs/working-with-webhooks
 */
export function webflow(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'webflow');
  return defineProvider({
    name: 'webflow',
    docs: 'https://developers.webflow.com/data/docs/working-with-webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}:{body}',
      signature: { header: 'x-webflow-signature', grammar: 'plain' },
      timestamp: { header: 'x-webflow-timestamp', unit: 'milliseconds' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'sdk',
    eventType: { json: 'triggerType' },
  });
}
