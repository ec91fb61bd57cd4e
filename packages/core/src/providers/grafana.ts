import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `grafana`. */
export interface GrafanaSettings extends TimedSettings {
  /** The header of the signature, if the contact point names another. */
  readonly header?: string;
  /** The timestamp header of the contact point, if it has one. */
  readonly timestampHeader?: string;
}

/**
 * Grafana Alerting (12 and later), where the contact point has an HMAC secret: HMAC-SHA256 over the body, or over time and body where it has a
 * name for a timestamp header. Give that name: without it no time is signed.
 *
 * @see https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 */
export function grafana(settings: GrafanaSettings = {}): Provider {
  checkSettings(settings, ['header', 'timestampHeader', 'toleranceSeconds'], 'grafana');
  const { timestampHeader } = settings;
  return defineProvider({
    name: 'grafana',
    docs: 'https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: timestampHeader === undefined ? '{body}' : '{timestamp}:{body}',
      signature: { header: settings.header ?? 'x-grafana-alerting-signature', grammar: 'plain' },
      ...(timestampHeader !== undefined && { timestamp: { header: timestampHeader } }),
    }),
    ...(timestampHeader !== undefined && { toleranceSeconds: settings.toleranceSeconds ?? 300 }),
    proof: 'recipe',
    eventType: { json: 'status' },
  });
}
