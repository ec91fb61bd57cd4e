import { defineProvider } from '../lib/scheme/define-provider.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Svix: HMAC-SHA256 over id, time and body, as Standard Webhooks under headers of its own name. A retry has the same id and a time and
 * signature of its own. Senders on its smaller plans, and those that host it themselves, do not keep to its addresses.
 *
 * @see https://docs.svix.com/receiving/verifying-payloads/how-manual
 */
export function svix(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'svix');
  return defineProvider({
    name: 'svix',
    docs: 'https://docs.svix.com/receiving/verifying-payloads/how-manual',
    scheme: standardWebhook({ headers: 'svix' }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'published',
    eventType: { json: 'type' },
    addresses: {
      ranges: [
        ...['44.228.126.217/32', '50.112.21.217/32', '52.24.126.164/32', '54.148.139.208/32'],
        ...['2600:1f24:64:8000::/56', '52.215.16.239/32', '54.216.8.72/32', '63.33.109.123/32'],
        ...['2a05:d028:17:8000::/56', '13.239.204.236/32', '54.66.246.217/32', '54.252.65.96/32'],
        ...['2406:da2c:13:4000::/56', '52.60.44.49/32', '3.98.68.230/32', '3.96.105.27/32', '2600:1f21:1c:4000::/56'],
        ...['13.126.41.108/32', '15.207.218.84/32', '65.2.133.31/32'],
      ],
      asOf: '2026-11-27',
      source: 'https://docs.svix.com/receiving/source-ips',
    },
  });
}
