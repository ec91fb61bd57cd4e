import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * OpenAI: Standard Webhooks. A secret without `whsec_` is used as text, and of several signatures one that cannot be decoded is passed over,
 * both as OpenAI’s own libraries do.
 *
 * @see https://platform.openai.com/docs/guides/webhooks
 */
export function openai(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'openai');
  return defineProvider({
    name: 'openai',
    docs: 'https://platform.openai.com/docs/guides/webhooks',
    scheme: standardWebhook({
      headers: 'webhook',
      secret: { encoding: 'base64', prefix: 'whsec_', unprefixed: 'text', refuse: ['sk-'] },
      undecodable: 'skipped',
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
    eventType: { json: 'type' },
  });
}
