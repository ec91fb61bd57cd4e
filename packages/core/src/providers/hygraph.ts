import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Hygraph: HMAC-SHA256 over a JSON text of its own making, in which the body stands as a string, with the environment and the time in
 * milliseconds from the header.
 *
 * @see https://hygraph.com/docs/api-reference/basics/webhooks
 */
export function hygraph(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'hygraph');
  return defineProvider({
    name: 'hygraph',
    docs: 'https://hygraph.com/docs/api-reference/basics/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{"Body":{text},"EnvironmentName":"{environment}","TimeStamp":{timestamp}}',
      values: { text: { canonical: 'json-string' }, environment: { signatureField: 'env' } },
      signature: {
        header: 'gcms-signature',
        grammar: 'pairs',
        timestamp: 't',
        signatures: 'sign',
        fields: ['env'],
        spaced: true,
        written: 'signature-first',
      },
      timestamp: { unit: 'milliseconds' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'sdk',
    eventType: { json: 'operation' },
  });
}
