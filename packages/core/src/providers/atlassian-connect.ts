import { defineProvider } from '../lib/scheme/define-provider.ts';
import { jwt } from '../lib/scheme/jwt.ts';
import { checkSettings, type TimedSettings, type UrlSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `atlassianConnect`. */
export interface AtlassianConnectSettings extends UrlSettings, TimedSettings {
  /** The app's base URL as its descriptor has it: its path is not signed. Default: the root of `publicUrl`. */
  readonly baseUrl?: string;
}

/**
 * Atlassian Connect: a JWT of three minutes that holds the digest of method, path and query, under the secret that the site handed over when
 * the app was installed. The body is not signed. The installation itself is signed with Atlassian's own key, and is not read here.
 *
 * @see https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/
 */
export function atlassianConnect(settings: AtlassianConnectSettings): Provider {
  checkSettings(settings, ['publicUrl', 'baseUrl', 'toleranceSeconds'], 'atlassian-connect');
  return defineProvider({
    name: 'atlassian-connect',
    docs: 'https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/',
    scheme: jwt({
      token: { header: 'authorization' },
      prefix: 'JWT ',
      algorithms: ['HS256'],
      issued: 'iat',
      expires: 'required',
      url: { claim: 'qsh', digest: 'sha256', below: settings.baseUrl ?? '' },
      publicUrl: settings.publicUrl,
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 180,
    proof: 'sdk',
    unsigned: ['the body'],
    eventType: { json: 'webhookEvent' },
  });
}
