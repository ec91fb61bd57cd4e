import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

const VERSIONED = { grammar: 'versioned', version: 'v1', separator: ' ', versionSeparator: ',' } as const;

const FORMATS = {
  standard: {
    encoding: 'base64',
    content: '{id}.{timestamp}.{body}',
    signature: { header: 'webhook-signature', ...VERSIONED },
    timestamp: { header: 'webhook-timestamp' },
    id: { header: 'webhook-id' },
  },
  legacy: {
    encoding: 'hex',
    content: '{timestamp}.{body}',
    signature: { header: 'increase-webhook-signature', grammar: 'pairs', timestamp: 't', signatures: 'v1' },
    timestamp: { unit: 'rfc3339' },
  },
} as const;

/** Settings of `increase`. */
export interface IncreaseSettings extends TimedSettings {
  /** `standard`, the default, is Standard Webhooks, which its library expects. `legacy` is the older header `Increase-Webhook-Signature`. */
  readonly format?: keyof typeof FORMATS;
}

/**
 * Increase: HMAC-SHA256 over id, time and body as Standard Webhooks, or over time and body in its own older header, under the shared secret of the
 * subscription as it is: prefix and all, never decoded, as its library does. Which of the two is sent is a setting; the sender never chooses.
 *
 * @see https://increase.com/documentation/webhooks
 */
export function increase(settings: IncreaseSettings = {}): Provider {
  checkSettings(settings, ['format', 'toleranceSeconds'], 'increase');
  const { format = 'standard' } = settings;
  return defineProvider({
    name: 'increase',
    docs: 'https://increase.com/documentation/webhooks',
    scheme: hmac({ digest: 'sha256', ...chooseSetting(FORMATS, format, 'increase.format') }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: format === 'legacy' ? 'published' : 'sdk',
    eventId: { json: 'id' },
    eventType: { json: 'category' },
  });
}
