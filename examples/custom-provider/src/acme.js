import { defineProvider, hmac } from '@postern/core';

/**
 * Acme, a sender of our own: `X-Acme-Signature: t=<unix seconds>,v1=<hex>`, HMAC-SHA256 over the time, a full stop and the body.
 *
 * This is all there is to a provider. Verifying, signing, replay protection and records follow from it.
 */
export const acme = defineProvider({
  name: 'acme',
  docs: 'https://acme.example/docs/webhooks',
  scheme: hmac({
    digest: 'sha256',
    encoding: 'hex',
    content: '{timestamp}.{body}',
    signature: { header: 'x-acme-signature', grammar: 'pairs', timestamp: 't', signatures: 'v1' },
    // What is no signing secret of Acme's, though it is often put in its place.
    secret: { refuse: ['acme_live_', 'acme_test_'] },
  }),
  // How old or how far in the future the signed time may be, seconds.
  toleranceSeconds: 300,
  // For how long Acme repeats what was not acknowledged.
  retryHours: 24,
  // Both stand in the body, which is signed.
  eventId: { json: 'id' },
  eventType: { json: 'type' },
});
