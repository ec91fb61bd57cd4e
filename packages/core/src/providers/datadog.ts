import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `datadog`. */
export interface DatadogSettings {
  /** The custom header that carries your secret. */
  readonly header: string;
}

/**
 * Datadog: nothing is signed. A custom header of the webhook can carry a secret, which covers nothing.
 *
 * @see https://docs.datadoghq.com/integrations/webhooks/
 */
export function datadog(settings: DatadogSettings): Provider {
  checkSettings(settings, ['header'], 'datadog');
  return defineProvider({
    name: 'datadog',
    docs: 'https://docs.datadoghq.com/integrations/webhooks/',
    scheme: staticToken({ token: { header: settings.header } }),
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
