import { type Credential, keyRequest } from '../lib/keys/key-request.ts';
import { defineProvider } from '../lib/scheme/define-provider.ts';
import { jwt } from '../lib/scheme/jwt.ts';
import { checkSettings, chooseSetting, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `plaid`. */
export interface PlaidSettings extends TimedSettings {
  /** The client id of the dashboard. Needed where keys are fetched. */
  readonly clientId?: Credential;
  /** The secret of this environment. Needed where keys are fetched. */
  readonly secret?: Credential;
  /** Which of Plaid's systems sends, and gives the keys. Default `production`. */
  readonly environment?: 'production' | 'sandbox';
}

/** Where each system gives its keys. */
const URLS = {
  production: 'https://production.plaid.com/webhook_verification_key/get',
  sandbox: 'https://sandbox.plaid.com/webhook_verification_key/get',
};

/**
 * Plaid: a JWT on P-256 that holds the digest of the body. With an empty list of secrets and the credentials of the API the key is fetched by
 * its id from Plaid; or it is given as a JWK: as a secret, whose id is the key id. How Plaid refuses an id that it does not know is as its
 * libraries' tests have it; its page does not say.
 *
 * @see https://plaid.com/docs/api/webhooks/webhook-verification/
 */
export function plaid(settings: PlaidSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds', 'clientId', 'secret', 'environment'], 'plaid');
  return defineProvider({
    name: 'plaid',
    docs: 'https://plaid.com/docs/api/webhooks/webhook-verification/',
    scheme: jwt({
      token: { header: 'plaid-verification' },
      algorithms: ['ES256'],
      issued: 'iat',
      body: { claim: 'request_body_sha256', digest: 'sha256' },
    }),
    remoteKeys: keyRequest({
      url: chooseSetting(URLS, settings.environment ?? 'production', 'environment'),
      body: { client_id: '{clientId}', secret: '{secret}', key_id: '{keyId}' },
      credentials: { clientId: settings.clientId, secret: settings.secret },
      key: 'key',
      expires: 'key.expired_at',
      unknown: { status: 400, path: 'error_code', value: 'INVALID_WEBHOOK_VERIFICATION_KEY_ID' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
    eventType: { json: 'webhook_code' },
    environment: { json: 'environment', live: 'production', sandbox: 'sandbox', absent: 'either' },
  });
}
