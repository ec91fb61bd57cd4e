import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `peach`. */
export interface PeachSettings extends TimedSettings {
  /** Default `checkout`. */
  readonly format?: 'checkout' | 'header';
  /** With `header`: the URL that Peach calls, exactly as it is configured there. It is signed. */
  readonly publicUrl?: string;
}

const FORMATS = {
  checkout: {
    content: '{fields}',
    values: { fields: { canonical: 'form', order: 'sorted', pair: '', join: '', except: ['signature'] } },
    signature: { form: 'signature', grammar: 'plain' },
  },
  header: {
    content: '{timestamp}.{id}.{url}.{body}',
    signature: { header: 'x-webhook-signature', grammar: 'plain' },
    timestamp: { header: 'x-webhook-timestamp', unit: 'unix' },
    id: { header: 'x-webhook-id' },
  },
} as const;

/**
 * Peach Payments, in two of its three forms. `checkout` (default): HMAC-SHA256 over the names and values of the form, sorted, with nothing
 * between them, under the secret token; the published example is of a request, which is signed in the same way. `header`: HMAC-SHA256 over
 * time, id, the configured URL and the body.
 *
 * The first call at registration and batch webhooks of Payment Links are not signed, and are refused. The third form, of the Payments API, is
 * not signed but sealed with AES-256-GCM: it is not read here.
 *
 * @see https://developer.peachpayments.com/docs/checkout-webhooks
 */
export function peach(settings: PeachSettings = {}): Provider {
  checkSettings(settings, ['format', 'publicUrl', 'toleranceSeconds'], 'peach');
  return defineProvider({
    name: 'peach',
    docs: 'https://developer.peachpayments.com/docs/checkout-webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      ...chooseSetting<(typeof FORMATS)[keyof typeof FORMATS]>(FORMATS, settings.format ?? 'checkout', 'format'),
      publicUrl: settings.publicUrl,
    }),
    ...(settings.format === 'header' && { toleranceSeconds: settings.toleranceSeconds ?? 300 }),
    retryHours: 720,
    proof: 'published',
    ...(settings.format !== 'header' && { eventType: { form: 'result.code' } }),
  });
}
