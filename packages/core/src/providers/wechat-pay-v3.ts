import { defineProvider } from '../lib/scheme/define-provider.ts';
import { rsa } from '../lib/scheme/rsa.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `wechatPayV3`. */
export interface WechatPayV3Settings extends TimedSettings {
  /** The key that the event's resource is encrypted with. Verifying needs no more than the certificate: the handler decrypts. */
  readonly apiV3Key?: string;
}

/**
 * WeChat Pay, version 3: RSA with SHA-256 over time, nonce and body. The event’s resource is encrypted with
 * AES-256-GCM under another key.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012365342
 */
export function wechatPayV3(settings: WechatPayV3Settings = {}): Provider {
  checkSettings(settings, ['apiV3Key', 'toleranceSeconds'], 'wechat-pay-v3');
  return defineProvider({
    name: 'wechat-pay-v3',
    docs: 'https://pay.weixin.qq.com/doc/v3/merchant/4012365342',
    scheme: rsa({
      digest: 'sha256',
      encoding: 'base64',
      content: '{timestamp}\n{nonce}\n{body}\n',
      values: { nonce: { header: 'wechatpay-nonce', word: true } },
      signature: { header: 'wechatpay-signature', grammar: 'plain' },
      timestamp: { header: 'wechatpay-timestamp' },
      keyId: { header: 'wechatpay-serial' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
    eventId: { json: 'id' },
    eventType: { json: 'event_type' },
    failure: { json: { code: 'FAIL', message: 'The event was not handled.' } },
  });
}
