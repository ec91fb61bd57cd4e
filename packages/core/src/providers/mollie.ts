import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Mollie, webhooks of the new kind: HMAC-SHA256 over the body. Mollie’s own library takes the signature without its prefix, too. The old kind,
 * a form with an id, is `mollie-classic`: it is unsigned, and refused here.
 *
 * @see https://docs.mollie.com/reference/webhooks-new
 */
export function mollie(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'mollie');
  return defineProvider({
    name: 'mollie',
    docs: 'https://docs.mollie.com/reference/webhooks-new',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-mollie-signature', grammar: 'prefix', prefix: 'sha256=', bare: 'taken' },
      secret: { refuse: ['live_', 'access_'] },
    }),
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
    addresses: {
      ranges: [],
      list: 'https://ip-ranges.mollie.com/ips.txt',
      asOf: '2026-11-27',
      source: 'https://help.mollie.com/hc/en-us/articles/213470829-Which-IP-addresses-does-Mollie-use',
    },
  });
}
