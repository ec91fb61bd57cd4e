import { defineProvider, hmac, type Provider } from '@postern/core';
import { github } from '@postern/core/providers/github';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { shopify } from '@postern/core/providers/shopify';
import { stripe } from '@postern/core/providers/stripe';

/** Times of providers are divided by this: their five minutes are three seconds here. */
const PACE = 100;

/** How old a signed time may be, seconds: five minutes, at the drill's pace. */
export const TOLERANCE_SECONDS = 300 / PACE;

/** What came of one try: the status, or how the connection ended. */
export type TryResult = number | 'refused' | 'reset' | 'timeout';

/** A sender's manners. */
export interface Profile {
  readonly provider: Provider;
  readonly secret: string;
  /** Where the event id stands in the body: its receivers know an event by it. */
  readonly idField: 'id' | 'MessageId';
  /** A retry is signed at its own time; else it is the same bytes again. */
  readonly resigns: boolean;
  /** The signature covers a time. */
  readonly timed: boolean;
  /** What its receivers must be told: where the event id is, if the provider's data does not say and retries are signed anew. */
  readonly options: { readonly eventId?: string };
  /** True for what makes it try again. */
  readonly retriesOn: (result: TryResult) => boolean;
  /** Between one try and the next, milliseconds. */
  readonly delaysMs: readonly number[];
}

/** The names of the profiles. */
export const PROFILE_NAMES = ['stripe', 'shopify', 'github', 'sns', 'liasonpay', 'liasonpay-unsigned-again'] as const;

/** One of them. */
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** True for the name of one. */
export function isProfileName(name: string): name is ProfileName {
  return (PROFILE_NAMES as readonly string[]).includes(name);
}

const failed = (result: TryResult) => typeof result !== 'number' || result >= 300;
const failedThere = (result: TryResult) => typeof result !== 'number' || result >= 500 || result === 429;

/** Delays in a provider's seconds, at the drill's pace, and none shorter than half a second. */
function inDrillTime(...seconds: readonly number[]): readonly number[] {
  return seconds.map((delay) => Math.max(500, (delay * 1000) / PACE));
}

/** 5 minutes, 30 minutes, 2, 5 and 10 hours. */
const LIASONPAY_DELAYS = inDrillTime(300, 1_800, 7_200, 18_000, 36_000);

/** Makes the profiles: providers in the manner of the real ones, each with a secret of its own. */
export function makeProfiles(): Readonly<Record<ProfileName, Profile>> {
  const timed = { toleranceSeconds: TOLERANCE_SECONDS };
  const common = { idField: 'id', resigns: true, timed: true, options: {}, retriesOn: failed } as const;
  return {
    stripe: {
      ...common,
      provider: stripe(timed),
      secret: 'whsec_test_drill_not_a_real_key_0001',
      delaysMs: inDrillTime(60, 300, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200),
    },
    shopify: {
      ...common,
      resigns: false,
      timed: false,
      provider: shopify(),
      secret: 'shpss_test_drill_not_a_real_key_0002',
      delaysMs: inDrillTime(60, 300, 900, 1_800, 1_800, 3_600, 3_600, 3_600),
    },
    github: {
      ...common,
      resigns: false,
      timed: false,
      provider: github(),
      secret: 'test drill, not a real key, 0003',
      retriesOn: () => false,
      delaysMs: [],
    },
    sns: {
      ...common,
      idField: 'MessageId',
      provider: snsLike(),
      secret: 'test_drill_not_a_real_key_000000000004',
      retriesOn: failedThere,
      delaysMs: inDrillTime(1, 1, 1, 2, 5, 10, 20, 20, ...Array.from({ length: 40 }, () => 120)),
    },
    liasonpay: {
      ...common,
      // A retry that is signed anew has other signed bytes: without this it would pass for another event.
      options: { eventId: 'id' },
      provider: liasonpay(timed),
      secret: 'lp_test_drill_not_a_real_key_000000005',
      delaysMs: LIASONPAY_DELAYS,
    },
    'liasonpay-unsigned-again': {
      ...common,
      resigns: false,
      provider: liasonpay(timed),
      secret: 'lp_test_drill_not_a_real_key_000000006',
      delaysMs: LIASONPAY_DELAYS,
    },
  };
}

/** The retry rule of SNS is what is drilled, and not its certificates. */
function snsLike(): Provider {
  return defineProvider({
    name: 'sns-like',
    docs: 'https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: { header: 'x-drill-signature', grammar: 'pairs', timestamp: 't', signatures: 'v1' },
    }),
    toleranceSeconds: TOLERANCE_SECONDS,
    eventId: { json: 'MessageId' },
  });
}
