// The vendors' own libraries as judges of what is signed with a shared secret.
import { generateWebhookSignature, verifyWebhookSignature } from '@hygraph/utils';
import { webhooks } from '@polar-sh/sdk/2026-10';
import {
  bigcommerce,
  clerk,
  cloudconvert,
  dodoPayments,
  formbricks,
  hygraph,
  increase,
  kopokopo,
  polar,
  supabaseAuthHooks,
  webflow,
  workos,
} from '@postern/core/providers';
import { createHmac } from 'node:crypto';
import { verifyWebhook } from '@clerk/backend/webhooks';
import { WorkOS } from '@workos-inc/node';
import CloudConvert from 'cloudconvert';
import DodoPayments from 'dodopayments';
import createK2 from 'k2-connect-node';
import { Webhook } from 'standardwebhooks';
import { WebflowClient } from 'webflow-api';
import { changeBody, type Oracle, passes, playOracles, type Sent, share } from './src/oracle.ts';

const TEXT_KEYS = share('test-key-of-the-oracles-0000', 'test-key-that-came-before-00');
const BYTE_KEYS = share(
  `whsec_${Buffer.from('test-key-of-the-oracles-0000').toString('base64')}`,
  `whsec_${Buffer.from('test-key-that-came-before-00').toString('base64')}`,
);
const change = changeBody;

/** A secret that is a text, as standardwebhooks takes it. */
const inBase64 = (key: string) => Buffer.from(key).toString('base64');
const mac = (key: string, text: string, encoding: 'base64' | 'hex') =>
  createHmac('sha256', key).update(text).digest(encoding);

/** What the library that the vendor's own one calls signs. */
function signStandard(sent: Sent, key: string, prefix: string): Sent {
  const now = new Date();
  const headers = {
    [`${prefix}-id`]: 'msg_oracle',
    [`${prefix}-timestamp`]: String(Math.floor(now.getTime() / 1000)),
    [`${prefix}-signature`]: new Webhook(key).sign('msg_oracle', now, sent.body),
  };
  return { ...sent, headers };
}

const ORACLES: Readonly<Record<string, Oracle>> = {
  clerk: {
    provider: clerk(),
    keys: BYTE_KEYS,
    body: JSON.stringify({ type: 'user.created', data: { name: 'é 漢 🪺' } }),
    accepts: ({ headers, body }, signingSecret) =>
      passes(() =>
        verifyWebhook(new Request('https://example.test/', { method: 'POST', body, headers }), { signingSecret }),
      ),
    sign: (sent, key) => signStandard(sent, key, 'svix'),
    change,
  },
  cloudconvert: {
    provider: cloudconvert(),
    keys: TEXT_KEYS,
    body: JSON.stringify({ event: 'job.finished', name: 'é 漢 🪺' }),
    accepts: ({ headers, body }, key) =>
      new CloudConvert('test').webhooks.verify(body, headers['cloudconvert-signature'] ?? '', key),
    // CloudConvert's library cannot sign.
    sign: (sent, key) => ({ ...sent, headers: { 'cloudconvert-signature': mac(key, sent.body, 'hex') } }),
    change,
  },
  'dodo-payments': {
    provider: dodoPayments(),
    keys: BYTE_KEYS,
    body: JSON.stringify({ type: 'payment.succeeded', note: 'é 漢 🪺' }),
    accepts: ({ headers, body }, key) =>
      passes(() => new DodoPayments({ bearerToken: 'test' }).webhooks.unwrap(body, { headers: { ...headers }, key })),
    sign: (sent, key) => signStandard(sent, key, 'webhook'),
    change,
  },
  // Its library hands the text of the secret to standardwebhooks: https://github.com/Increase/increase-typescript/blob/main/src/resources/events.ts
  increase: {
    provider: increase(),
    keys: TEXT_KEYS,
    body: JSON.stringify({ id: 'event_1', category: 'transaction.created', note: 'é 漢 🪺' }),
    accepts: ({ headers, body }, key) => passes(() => new Webhook(inBase64(key)).verify(body, { ...headers })),
    sign: (sent, key) => signStandard(sent, inBase64(key), 'webhook'),
    change,
  },
  // Its page hands the client secret to standardwebhooks in the same way: https://developer.bigcommerce.com/docs/integrations/webhooks/https-webhook-overview
  bigcommerce: {
    provider: bigcommerce(),
    keys: TEXT_KEYS,
    body: JSON.stringify({ scope: 'store/order/updated', note: 'é 漢 🪺' }),
    accepts: ({ headers, body }, key) => passes(() => new Webhook(inBase64(key)).verify(body, { ...headers })),
    sign: (sent, key) => signStandard(sent, inBase64(key), 'webhook'),
    change,
  },
  // Its page names standardwebhooks for Node: https://formbricks.com/docs/xm-and-surveys/core-features/integrations/webhooks
  formbricks: {
    provider: formbricks(),
    keys: BYTE_KEYS,
    body: JSON.stringify([{ event: 'responseCreated', data: { q1: 'é 漢 🪺' } }]),
    accepts: ({ headers, body }, key) => passes(() => new Webhook(key).verify(body, { ...headers })),
    sign: (sent, key) => signStandard(sent, key, 'webhook'),
    change,
  },
  hygraph: {
    provider: hygraph(),
    keys: TEXT_KEYS,
    body: JSON.stringify({ operation: 'publish', text: 'é "漢" \\ 🪺' }),
    accepts: ({ headers, body }, secret) =>
      verifyWebhookSignature({ rawPayload: body, signature: headers['gcms-signature'] ?? '', secret }),
    sign: (sent, secret) => ({
      ...sent,
      headers: { 'gcms-signature': generateWebhookSignature({ rawPayload: sent.body, secret }) },
    }),
    change,
  },
  kopokopo: {
    provider: kopokopo(),
    keys: TEXT_KEYS,
    body: JSON.stringify({ topic: 'customer_created', id: 'é 漢 🪺' }),
    accepts({ headers, body }, apiKey) {
      const k2 = createK2({ clientId: 'test', clientSecret: 'test', baseUrl: 'https://example.test', apiKey });
      const request = { body: JSON.parse(body), get: (name: string) => headers[name.toLowerCase()] };
      return passes(() => k2.Webhooks.webhookHandler(request, { status: () => ({ json() {} }) }));
    },
    // Kopo Kopo's library cannot sign.
    sign: (sent, key) => ({ ...sent, headers: { 'x-kopokopo-signature': mac(key, sent.body, 'hex') } }),
    change,
  },
  polar: {
    provider: polar(),
    keys: TEXT_KEYS,
    body: JSON.stringify({ type: 'order.created', timestamp: '2026-01-01T00:00:00Z', data: { note: 'é 漢 🪺' } }),
    accepts: ({ headers, body }, key) => passes(() => webhooks.validateEvent(body, { ...headers }, key)),
    sign: (sent, key) => signStandard(sent, inBase64(key), 'webhook'),
    change,
  },
  // Supabase verifies with standardwebhooks, under the secret without its `v1,whsec_`: https://supabase.com/docs/guides/auth/auth-hooks
  'supabase-auth-hooks': {
    provider: supabaseAuthHooks(),
    keys: share(`v1,${BYTE_KEYS[0].signs}`, `v1,${BYTE_KEYS[1].signs}`),
    body: JSON.stringify({ user: { name: 'é 漢 🪺' } }),
    accepts: ({ headers, body }, key) =>
      passes(() => new Webhook(key.replace('v1,whsec_', '')).verify(body, { ...headers })),
    sign: (sent, key) => signStandard(sent, key.replace('v1,whsec_', ''), 'webhook'),
    change,
  },
  webflow: {
    provider: webflow(),
    keys: TEXT_KEYS,
    body: JSON.stringify({ triggerType: 'form_submission', name: 'é 漢 🪺' }),
    accepts: ({ headers, body }, secret) =>
      new WebflowClient({ accessToken: 'test' }).webhooks.verifySignature({
        headers: {
          'x-webflow-signature': headers['x-webflow-signature'] ?? '',
          'x-webflow-timestamp': headers['x-webflow-timestamp'] ?? '',
        },
        body,
        secret,
      }),
    // Webflow's library cannot sign.
    sign(sent, key) {
      const now = String(Date.now());
      const headers = {
        'x-webflow-timestamp': now,
        'x-webflow-signature': mac(key, `${now}:${sent.body}`, 'hex'),
      };
      return { ...sent, headers };
    },
    change,
  },
  workos: {
    provider: workos(),
    keys: TEXT_KEYS,
    body: JSON.stringify({ event: 'user.created', id: 'event_oracle', data: { name: 'é 漢 🪺' } }),
    accepts: ({ headers, body }, secret) =>
      passes(() =>
        new WorkOS('sk_test').webhooks.verifyHeader({
          payload: body,
          sigHeader: headers['workos-signature'] ?? '',
          secret,
        }),
      ),
    async sign(sent, key) {
      const now = String(Date.now());
      const v1 = await new WorkOS('sk_test').webhooks.computeSignature(now, sent.body, key);
      return { ...sent, headers: { 'workos-signature': `t=${now}, v1=${v1}` } };
    },
    change,
  },
};

playOracles(ORACLES);
