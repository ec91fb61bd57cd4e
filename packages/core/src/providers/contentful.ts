import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings, type UrlSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Contentful: HMAC-SHA256 over method, path, the headers that `X-Contentful-Signed-Headers` lists, and body, under a secret of 64 characters.
 * The sender writes that list, so the time must be in it; its own library always has it there, and allows 30 seconds of age and any of the
 * future. A URL with a query is signed in a way in which page and library differ: configure one without. Of other headers, the topic included,
 * only those in the list are signed.
 *
 * @see https://www.contentful.com/developers/docs/extensibility/app-framework/request-verification/
 */
export function contentful(settings: UrlSettings & TimedSettings): Provider {
  checkSettings(settings, ['publicUrl', 'toleranceSeconds'], 'contentful');
  return defineProvider({
    name: 'contentful',
    docs: 'https://www.contentful.com/developers/docs/extensibility/app-framework/request-verification/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{method}\n{path}\n{headers}\n{body}',
      values: {
        path: { url: 'path' },
        headers: {
          signedHeaders: { header: 'x-contentful-signed-headers' },
          separator: ',',
          order: 'sorted',
          pair: ':',
          join: ';',
          includes: ['x-contentful-timestamp'],
        },
      },
      publicUrl: settings.publicUrl,
      signature: { header: 'x-contentful-signature', grammar: 'plain' },
      timestamp: { header: 'x-contentful-timestamp', unit: 'milliseconds' },
      secret: { bytes: 64, refuse: ['CFPAT-'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { header: 'x-contentful-topic' },
    unsigned: ['headers that X-Contentful-Signed-Headers does not list'],
  });
}
