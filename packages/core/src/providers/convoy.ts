import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

const header = 'x-convoy-signature';

const FORMATS = {
  simple: { content: '{body}', signature: { header, grammar: 'plain' } },
  advanced: {
    content: '{timestamp},{body}',
    signature: {
      header,
      grammar: 'pairs',
      timestamp: 't',
      signatures: ['v1', 'v2', 'v3', 'v4'],
      undecodable: 'skipped',
    },
  },
} as const;

/** Settings of `convoy`. */
export interface ConvoySettings extends TimedSettings {
  /** Default `sha256`. */
  readonly algorithm?: 'sha256' | 'sha512';
  /** Default `hex`. */
  readonly encoding?: 'hex' | 'base64';
  /** `advanced`, the default: `t=…,v1=…`. `simple`: the signature alone, where `toleranceSeconds` has no time to be held against. */
  readonly format?: keyof typeof FORMATS;
}

/**
 * Convoy, a gateway that signs for others: HMAC over the body (`simple`), or over time and body (`advanced`). Digest and encoding are set in
 * the Convoy project. An advanced header holds one signature for each live secret and scheme; those of other schemes cannot be decoded here
 * and are passed over. A simple signature has no time, so only the claim store stops replays.
 *
 * @see https://github.com/frain-dev/convoy/blob/main/pkg/signature/signature.go
 */
export function convoy(settings: ConvoySettings = {}): Provider {
  checkSettings(settings, ['algorithm', 'encoding', 'format', 'toleranceSeconds'], 'convoy');
  const format = settings.format ?? 'advanced';
  return defineProvider({
    name: 'convoy',
    docs: 'https://github.com/frain-dev/convoy/blob/main/pkg/signature/signature.go',
    scheme: hmac({
      digest: settings.algorithm ?? 'sha256',
      encoding: settings.encoding ?? 'hex',
      ...chooseSetting(FORMATS, format, 'convoy.format'),
    }),
    proof: 'published',
    ...(format === 'advanced' && { toleranceSeconds: settings.toleranceSeconds ?? 300 }),
  });
}
