import { defineProvider } from '../lib/scheme/define-provider.ts';
import { digest } from '../lib/scheme/digest.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `cloudinary`. */
export interface CloudinarySettings extends TimedSettings {
  /** What the account is set to. Default: `sha1`. */
  readonly algorithm?: 'sha1' | 'sha256';
}

/**
 * Cloudinary: a plain SHA-1 or SHA-256, as the account is set, of body, time and API secret. The sender never chooses. Its own library allows
 * two hours of age and any time ahead; the second is five minutes here.
 *
 * @see https://cloudinary.com/documentation/notification_signatures
 */
export function cloudinary(settings: CloudinarySettings = {}): Provider {
  checkSettings(settings, ['algorithm', 'toleranceSeconds'], 'cloudinary');
  return defineProvider({
    name: 'cloudinary',
    docs: 'https://cloudinary.com/documentation/notification_signatures',
    scheme: digest({
      digest: settings.algorithm ?? 'sha1',
      encoding: 'hex',
      content: '{body}{timestamp}{secret}',
      signature: { header: 'x-cld-signature', grammar: 'plain' },
      timestamp: { header: 'x-cld-timestamp' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? { past: 7200, future: 300 },
    proof: 'published',
    eventType: { json: 'notification_type' },
  });
}
