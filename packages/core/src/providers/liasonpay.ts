import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

const header = 'liasonpay-signature';

const FORMATS = {
  timestamped: {
    content: '{timestamp}.{body}',
    signature: { header, grammar: 'pairs', timestamp: 't', signatures: 'v1' },
  },
  bare: {
    content: '{timestamp}.{body}',
    signature: { header, grammar: 'positional', separator: ',', fields: ['timestamp', 'signature'] },
  },
  plain: { content: '{body}', signature: { header, grammar: 'plain' } },
  'plain-liason': { content: '{body}', signature: { header: 'liason-signature', grammar: 'plain' } },
} as const;

/** The four formats of LiasonPay's documentation; A to D are the letters by which comparisons of them go. */
const NAMES = { ...FORMATS, A: FORMATS.timestamped, B: FORMATS.bare, C: FORMATS.plain, D: FORMATS['plain-liason'] };

/** Settings of `liasonpay`. */
export interface LiasonpaySettings extends TimedSettings {
  /** `timestamped` (A, the default): `t=…,v1=…`. `bare` (B): `time,signature`. `plain` (C): the signature alone. `plain-liason` (D): the same, in `Liason-Signature`. */
  readonly format?: keyof typeof NAMES;
}

/**
 * LiasonPay: HMAC-SHA256 over the raw bytes. Its documentation shows four formats that contradict one another; which one an account is sent
 * shows in its first delivery. C and D sign no time, so only the claim store stops replays of them. No event id is signed.
 *
 * Its retries come after 5 minutes to 10 hours; whether they are signed anew is not documented, and both ways are handled.
 *
 * @see https://github.com/jaydeepamcodr/liasonpay-docs
 */
export function liasonpay(settings: LiasonpaySettings = {}): Provider {
  checkSettings(settings, ['format', 'toleranceSeconds'], 'liasonpay');
  const { format: letter = 'timestamped' } = settings;
  const format = chooseSetting<(typeof NAMES)[keyof typeof NAMES]>(NAMES, letter, 'liasonpay.format');
  const timed = format.content.includes('{timestamp}');
  return defineProvider({
    name: 'liasonpay',
    docs: 'https://github.com/jaydeepamcodr/liasonpay-docs',
    scheme: hmac({ digest: 'sha256', encoding: 'hex', ...format }),
    ...((timed || settings.toleranceSeconds !== undefined) && { toleranceSeconds: settings.toleranceSeconds ?? 300 }),
    proof: 'recipe',
    eventType: { json: 'event_type' },
  });
}
