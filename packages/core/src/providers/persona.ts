import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Persona: HMAC-SHA256 over time and body. During a rotation the header holds two groups, each with its time and signature.
 *
 * @see https://docs.withpersona.com/webhooks-best-practices
 */
export function persona(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'persona');
  return defineProvider({
    name: 'persona',
    docs: 'https://docs.withpersona.com/webhooks-best-practices',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: { header: 'persona-signature', grammar: 'pairs', timestamp: 't', signatures: 'v1', groups: ' ' },
      secret: { refuse: ['persona_'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventId: { json: 'data.id' },
    eventType: { json: 'data.attributes.name' },
  });
}
