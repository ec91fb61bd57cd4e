import { createHmac } from 'node:crypto';
import type { RawRequest } from './raw-request.ts';

/** Where the example server takes LiasonPay's deliveries. */
export const PATH = '/webhooks/liasonpay';

/** The header LiasonPay signs in. */
export const SIGNATURE = 'Liasonpay-Signature';

/** The signature of a delivery, in hex: written after LiasonPay's documentation and not with our own `sign`, which could share a mistake with our own `verify`. */
export function computeSignature(body: string, time: number | string, secret: string): string {
  return createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
}

/** A body as LiasonPay writes it: an amount keeps its two decimals, which no JSON serialiser would write again. */
export function paymentBody(charge: string, amount: string): string {
  return `{"event_type":"charge.completed","created_at":"${new Date().toISOString()}","data":{"id":"${charge}","amount":${amount},"currency":"KES"}}`;
}

/** A delivery with this value of the signature header. */
export function delivery(body: string | Uint8Array, signature: string | undefined): RawRequest {
  return {
    method: 'POST',
    path: PATH,
    headers: [
      ['Content-Type', 'application/json'],
      ['User-Agent', 'LiasonPay-Demo/1.0'],
      ...(signature === undefined ? [] : ([[SIGNATURE, signature]] as const)),
    ],
    body: typeof body === 'string' ? Buffer.from(body) : body,
  };
}

/** The present, unix seconds. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
