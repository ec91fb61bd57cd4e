import { defineProvider } from '../lib/scheme/define-provider.ts';
import { none } from '../lib/scheme/none.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Brevo: nothing is signed. A receiver must say from which addresses it comes (`allow`), and what matters is confirmed by asking Brevo. The
 * bearer token or password that a webhook may be set to send covers nothing either, and is not read.
 *
 * @see https://developers.brevo.com/docs/secure-webhook-calls
 */
export function brevo(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'brevo');
  return defineProvider({
    name: 'brevo',
    docs: 'https://developers.brevo.com/docs/secure-webhook-calls',
    scheme: none({}),
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { json: 'event' },
    addresses: {
      ranges: ['1.179.112.0/20', '172.246.240.0/20'],
      asOf: '2026-11-27',
      source: 'https://help.brevo.com/hc/en-us/articles/15127404548498',
    },
  });
}
