import { jwks } from '../lib/keys/jwks.ts';
import { defineProvider } from '../lib/scheme/define-provider.ts';
import { jwt } from '../lib/scheme/jwt.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `googlePubsub`. */
export interface GooglePubsubSettings {
  /** The audience of the subscription; the URL it pushes to, where none is set. */
  readonly audience: string;
  /** The e-mail address of the subscription's service account. Without it, any project of Google's could sign for this audience. */
  readonly serviceAccount: string;
}

/**
 * Google Cloud Pub/Sub, push: a token of an hour that Google signs for a service account. It is the subscription’s and not the message’s:
 * nothing of a message is signed, and one token may come with many. Google’s keys change every few days: with an empty list of secrets they are
 * fetched; or they are given as JWKs, each with its key id as its id.
 *
 * @see https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
 */
export function googlePubsub(settings: GooglePubsubSettings): Provider {
  checkSettings(settings, ['audience', 'serviceAccount'], 'google-pubsub');
  return defineProvider({
    name: 'google-pubsub',
    docs: 'https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions',
    scheme: jwt({
      token: { header: 'authorization' },
      prefix: 'Bearer ',
      algorithms: ['RS256'],
      claims: {
        iss: ['https://accounts.google.com', 'accounts.google.com'],
        aud: settings.audience,
        email: settings.serviceAccount,
        email_verified: true,
      },
      expires: 'required',
    }),
    remoteKeys: jwks({ url: 'https://www.googleapis.com/oauth2/v3/certs' }),
    retryHours: 168,
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
