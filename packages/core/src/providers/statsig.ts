import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Statsig: HMAC-SHA256 over version, time in milliseconds and body. A batch holds many events, so no id is named. The copy of the page that was
 * at hand ends before its part on signatures: receivers agree on header and content.
 *
 * @see https://docs.statsig.com/integrations/event_webhook
 */
export function statsig(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'statsig');
  return defineProvider({
    name: 'statsig',
    docs: 'https://docs.statsig.com/integrations/event_webhook',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: 'v0:{timestamp}:{body}',
      signature: { header: 'x-statsig-signature', grammar: 'prefix', prefix: 'v0=' },
      timestamp: { header: 'x-statsig-request-timestamp', unit: 'milliseconds' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
  });
}
