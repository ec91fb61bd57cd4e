import { defineProvider } from '../lib/scheme/define-provider.ts';
import { none } from '../lib/scheme/none.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * PayPal IPN: nothing in it can be checked by its receiver. `paypalIpnConfirm` of `@postern/core/confirm` posts the body back to PayPal, byte for
 * byte, before your handler runs; without it, say from which addresses it comes and do so in the handler.
 *
 * @see https://developer.paypal.com/api/nvp-soap/ipn/IPNImplementation/
 */
export function paypalIpn(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'paypal-ipn');
  return defineProvider({
    name: 'paypal-ipn',
    docs: 'https://developer.paypal.com/api/nvp-soap/ipn/IPNImplementation/',
    scheme: none({}),
    retryHours: 96,
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { form: 'txn_type' },
  });
}
