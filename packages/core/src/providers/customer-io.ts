import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Customer.io, reporting webhooks: HMAC-SHA256 over version, time and body. It waits four seconds for an answer and tries for seven days;
 * until one delivery is taken, the next ones wait.
 *
 * @see https://docs.customer.io/integrations/api/webhooks
 */
export function customerIo(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'customer-io');
  return defineProvider({
    name: 'customer-io',
    docs: 'https://docs.customer.io/integrations/api/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: 'v0:{timestamp}:{body}',
      signature: { header: 'x-cio-signature', grammar: 'plain' },
      timestamp: { header: 'x-cio-timestamp' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retryHours: 168,
    proof: 'recipe',
    eventId: { json: 'event_id' },
    eventType: { json: 'metric' },
    addresses: {
      ranges: [
        ...['35.188.196.183/32', '104.198.177.219/32', '104.154.232.87/32', '130.211.229.195/32'],
        ...['104.198.221.24/32', '104.197.27.15/32', '35.194.9.154/32', '104.154.144.51/32', '104.197.210.12/32'],
        ...['35.225.6.73/32', '35.192.215.166/32', '34.170.204.100/32', '34.76.143.229/32', '34.78.91.47/32'],
        ...['34.77.94.252/32', '35.187.188.242/32', '34.78.122.90/32', '35.195.137.235/32', '130.211.108.156/32'],
        ...['104.199.50.18/32', '34.78.44.80/32', '35.205.31.154/32'],
      ],
      asOf: '2026-11-27',
      source: 'https://docs.customer.io/accounts-and-workspaces/ip-addresses',
    },
  });
}
