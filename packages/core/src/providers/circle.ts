import { type Credential, keyRequest } from '../lib/keys/key-request.ts';
import { defineProvider } from '../lib/scheme/define-provider.ts';
import { ecdsa } from '../lib/scheme/ecdsa.ts';
import { checkSettings, chooseSetting } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `circle`. */
export interface CircleSettings {
  /** The API key of the console. Needed where keys are fetched. */
  readonly apiKey?: Credential;
  /** The product that sends: each gives its keys at a path of its own. Default `wallets`, which is that of contracts, too. */
  readonly product?: 'wallets' | 'cpn';
}

/** Where each product gives its keys. */
const URLS = {
  wallets: 'https://api.circle.com/v2/notifications/publicKey/{keyId}',
  cpn: 'https://api.circle.com/v2/cpn/notifications/publicKey/{keyId}',
};

/**
 * Circle: ECDSA on P-256 over the body. With an empty list of secrets and an API key the public key is fetched by its id from Circle; or it is
 * given as a secret, whose id is the key id. No time is signed. Circle’s page says both that a key stays the same for its id, and that it is
 * random for each webhook: where the second is true, each new one costs a request.
 *
 * @see https://developers.circle.com/w3s/webhook-notifications
 */
export function circle(settings: CircleSettings = {}): Provider {
  checkSettings(settings, ['apiKey', 'product'], 'circle');
  return defineProvider({
    name: 'circle',
    docs: 'https://developers.circle.com/w3s/webhook-notifications',
    scheme: ecdsa({
      curve: 'P-256',
      form: 'der',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-circle-signature', grammar: 'plain' },
      keyId: { header: 'x-circle-key-id' },
    }),
    remoteKeys: keyRequest({
      url: chooseSetting(URLS, settings.product ?? 'wallets', 'product'),
      headers: { authorization: 'Bearer {apiKey}' },
      credentials: { apiKey: settings.apiKey },
      key: 'data.publicKey',
    }),
    proof: 'published',
    eventId: { json: 'notificationId' },
    eventType: { json: 'notificationType' },
    handshake: { method: 'HEAD', unsigned: true },
  });
}
