import { defineProvider } from '../lib/scheme/define-provider.ts';
import { digest } from '../lib/scheme/digest.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * PayFast ITN: a plain MD5 over the form as it was sent, empty fields too, with the passphrase at its end, all as PHP writes URLs. Set a
 * passphrase: without one anybody can compute it, so none is no setting here. No time is signed.
 *
 * MD5 with a secret at its end is weak. PayFast asks for its answer `VALID` too: `payfastConfirm` of `@postern/core/confirm` posts the
 * fields back to it before your handler runs. It names hosts, whose addresses are looked up: `hostsFrom('provider')` of
 * `@postern/core/outbound`. Its lists of addresses go stale, so none is carried here.
 *
 * @see https://developers.payfast.co.za/docs#step_4_confirm_payment
 */
export function payfast(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'payfast');
  return defineProvider({
    name: 'payfast',
    docs: 'https://developers.payfast.co.za/docs#step_4_confirm_payment',
    scheme: digest({
      digest: 'md5',
      encoding: 'hex',
      content: '{fields}&passphrase={secret}',
      values: {
        fields: {
          canonical: 'form',
          order: 'as-sent',
          pair: '=',
          join: '&',
          except: ['signature'],
          encode: 'php',
        },
      },
      signature: { form: 'signature', grammar: 'plain' },
      secret: { written: 'php-urlencoded' },
    }),
    proof: 'recipe',
    eventType: { form: 'payment_status' },
    addresses: {
      ranges: [],
      hosts: ['www.payfast.co.za', 'sandbox.payfast.co.za', 'w1w.payfast.co.za', 'w2w.payfast.co.za'],
      asOf: '2026-11-27',
      source: 'https://developers.payfast.co.za/docs#step_4_confirm_payment',
    },
  });
}
