import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * BTCPay Server: HMAC-SHA256 over the body. A repeat has a delivery id of its own and names the first one, which is the event’s. No time is
 * signed that is held against the clock.
 *
 * @see https://docs.btcpayserver.org/API/Greenfield/v1/#tag/Webhooks
 */
export function btcpayserver(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'btcpayserver');
  return defineProvider({
    name: 'btcpayserver',
    docs: 'https://docs.btcpayserver.org/API/Greenfield/v1/#tag/Webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'btcpay-sig', grammar: 'prefix', prefix: 'sha256=' },
    }),
    proof: 'recipe',
    eventId: { json: 'originalDeliveryId' },
    eventType: { json: 'type' },
  });
}
