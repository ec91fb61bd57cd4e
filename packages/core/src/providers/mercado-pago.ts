import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Mercado Pago: HMAC-SHA256 over `data.id` of the query, the request’s id and a time; a part that is absent is left out. The body is not
 * signed: `mercadoPagoConfirm` of `@postern/core/confirm` fetches the payment that `data.id` names. Notifications of QR codes and of the old
 * IPN carry no signature and are refused. Its pages write the time in seconds and in milliseconds, and the id as it came and in lower case:
 * both are taken, each with one meaning.
 *
 * @see https://www.mercadopago.com.br/developers/en/docs/your-integrations/notifications/webhooks
 */
export function mercadoPago(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'mercado-pago');
  return defineProvider({
    name: 'mercado-pago',
    docs: 'https://www.mercadopago.com.br/developers/en/docs/your-integrations/notifications/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: ['{dataId}{requestId}ts:{timestamp};', '{dataIdLower}{requestId}ts:{timestamp};'],
      values: {
        dataId: { query: 'data.id', optional: true, around: ['id:', ';'] },
        dataIdLower: { query: 'data.id', optional: true, lowercase: true, around: ['id:', ';'] },
        requestId: { header: 'x-request-id', optional: true, around: ['request-id:', ';'] },
      },
      signature: { header: 'x-signature', grammar: 'pairs', timestamp: 'ts', signatures: 'v1' },
      timestamp: { unit: 'unix' },
      secret: { refuse: ['APP_USR-', 'TEST-'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'sdk',
    eventType: { json: 'type' },
    unsigned: ['the body', 'every parameter of the query but data.id'],
  });
}
