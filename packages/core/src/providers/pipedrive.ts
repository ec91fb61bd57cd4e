import { defineProvider } from '../lib/scheme/define-provider.ts';
import { basic } from '../lib/scheme/basic.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Pipedrive: HTTP Basic with the user and password set at the webhook. They cover nothing: fetch what the event speaks of.
 *
 * @see https://pipedrive.readme.io/docs/guide-for-webhooks-v2
 */
export function pipedrive(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'pipedrive');
  return defineProvider({
    name: 'pipedrive',
    docs: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
    scheme: basic({}),
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { json: 'meta.action' },
    addresses: {
      ranges: [],
      hosts: ['qc8m7z2q.pipedrive.blue'],
      list: 'https://raw.githubusercontent.com/pipedrive/ip-ranges/master/ip-ranges.txt',
      asOf: '2026-11-27',
      source: 'https://pipedrive.readme.io/docs/allowlisting-pipedrive-ip-addresses',
    },
  });
}
