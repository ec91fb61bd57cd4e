import { jwks } from '../lib/keys/jwks.ts';
import { defineProvider } from '../lib/scheme/define-provider.ts';
import { jwt } from '../lib/scheme/jwt.ts';
import { checkSettings, checkWord, chooseSetting } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `azureEventGrid`. */
export interface AzureEventGridSettings {
  /** The Entra tenant that the application is in. */
  readonly tenantId: string;
  /** The audience of its tokens, as they have it: its id, or its URI. */
  readonly audience: string;
  /** What the application's manifest accepts. Default: `v1`, which is also Entra's. */
  readonly tokens?: 'v1' | 'v2';
  /** Who may ask by OPTIONS whether it may send here, in the CloudEvents schema. Default: `eventgrid.azure.net`. */
  readonly allowedOrigins?: readonly string[];
}

/** Event Grid itself, in every tenant. Other applications of the tenant can get tokens for the same audience. */
const EVENT_GRID = '4962773b-9cdb-44cf-a8bf-237846a00ab7';

/**
 * Azure Event Grid, secured by Entra: a bearer token. Nothing of an event is signed, and one token may come with many. Entra's keys change: with
 * an empty list of secrets they are fetched; or they are given as JWKs, each with its key id as its id. A secret in the URL, the other way that
 * is documented, is not read. The validation event comes with a token like every other; the question of the CloudEvents schema comes without.
 *
 * @see https://learn.microsoft.com/en-us/azure/event-grid/security-authentication
 */
export function azureEventGrid(settings: AzureEventGridSettings): Provider {
  checkSettings(settings, ['tenantId', 'audience', 'tokens', 'allowedOrigins'], 'azure-event-grid');
  const claims = chooseSetting(
    {
      v1: { iss: `https://sts.windows.net/${settings.tenantId}/`, appid: EVENT_GRID },
      v2: { iss: `https://login.microsoftonline.com/${settings.tenantId}/v2.0`, azp: EVENT_GRID },
    },
    settings.tokens ?? 'v1',
    'azure-event-grid.tokens',
  );
  return defineProvider({
    name: 'azure-event-grid',
    docs: 'https://learn.microsoft.com/en-us/azure/event-grid/security-authentication',
    scheme: jwt({
      token: { header: 'authorization' },
      prefix: 'Bearer ',
      algorithms: ['RS256'],
      claims: { aud: settings.audience, tid: settings.tenantId, ...claims },
      expires: 'required',
    }),
    remoteKeys: jwks({
      url: `https://login.microsoftonline.com/${checkWord(settings.tenantId, 'azure-event-grid.tenantId')}/discovery/v2.0/keys`,
    }),
    retryHours: 24,
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { header: 'aeg-event-type' },
    handshake: [
      {
        method: 'POST',
        marks: [{ json: '0.eventType', value: 'Microsoft.EventGrid.SubscriptionValidationEvent' }],
        json: { validationResponse: { json: '0.data.validationCode' } },
      },
      {
        method: 'OPTIONS',
        marks: [{ header: 'webhook-request-origin' }],
        unsigned: true,
        origins: {
          header: 'webhook-request-origin',
          allowed: settings.allowedOrigins ?? ['eventgrid.azure.net'],
          setting: 'azure-event-grid.allowedOrigins',
        },
        headers: {
          'webhook-allowed-origin': { header: 'webhook-request-origin' },
          'webhook-allowed-rate': { header: 'webhook-request-rate' },
          allow: 'POST',
        },
      },
    ],
  });
}
