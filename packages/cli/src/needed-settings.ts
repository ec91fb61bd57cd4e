const EXAMPLE_URL = 'https://example.com/webhooks';

/** The settings without which a provider could verify nothing, each with an example, so that it can be described before anyone has given them. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'atlassian-connect': { publicUrl: EXAMPLE_URL },
  'azure-event-grid': { tenantId: '00000000-0000-4000-8000-000000000000', audience: 'api://example' },
  braintree: { publicKey: 'integration_public_key' },
  'coinpayments-v2': { publicUrl: EXAMPLE_URL },
  contentful: { publicUrl: EXAMPLE_URL },
  datadog: { header: 'X-Webhook-Secret' },
  'google-pubsub': { audience: EXAMPLE_URL, serviceAccount: 'push@example.iam.gserviceaccount.com' },
  hasura: { header: 'X-Webhook-Secret' },
  'hubspot-v2': { publicUrl: EXAMPLE_URL },
  'hubspot-v3': { publicUrl: EXAMPLE_URL },
  mandrill: { publicUrl: EXAMPLE_URL },
  messagebird: { publicUrl: EXAMPLE_URL },
  monday: { publicUrl: EXAMPLE_URL },
  'new-relic': { header: 'X-Webhook-Secret' },
  pawapay: { publicUrl: EXAMPLE_URL },
  'paypal-webhook-cert': { webhookId: 'WH-0000' },
  'payu-india': { key: 'merchant-key' },
  plivo: { publicUrl: EXAMPLE_URL },
  rapyd: { publicUrl: EXAMPLE_URL, accessKey: 'access-key' },
  square: { publicUrl: EXAMPLE_URL },
  strapi: { header: 'X-Webhook-Secret' },
  trello: { publicUrl: EXAMPLE_URL },
  twilio: { publicUrl: EXAMPLE_URL },
};

/** The settings that a provider needs, by name, each with an example. */
export function neededSettings(provider: string): Readonly<Record<string, string>> {
  return (Object.hasOwn(NEEDED, provider) ? NEEDED[provider] : undefined) ?? {};
}
