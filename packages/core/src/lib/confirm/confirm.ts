// The seam between the receiver and whoever asks the provider back. Types alone: a guard that confirms nothing bundles nothing of it.
import type { Authentic } from '../delivery.ts';
import type { Finding } from '../head.ts';
import type { Outbound } from '../outbound/request.ts';
import type { Confirmed, Provider, RequestHead } from '../types.ts';

/** Which of the provider's two systems is asked. */
export type Environment = 'live' | 'sandbox';

/** What a delivery says before anybody has confirmed it. Anyone can write such a thing: use it to find your order, and for nothing else. */
export interface Notice {
  readonly provider: string;
  readonly endpoint: string;
  readonly environment: Environment;
  /** The provider's id of the payment, in the form that the provider gives its ids. */
  readonly id: string;
  /** Your own reference, where the notice holds one. */
  readonly reference: string | undefined;
  /** The kind of notice, where it says one: `'IPNCHANGE'`. */
  readonly type: string | undefined;
  /** The bytes, as they came. */
  readonly body: Uint8Array;
}

/** What your own records say of the payment. Every field that the provider reports is compared; any difference refuses the delivery. */
export interface Order {
  /** Your reference, exactly as you gave it to the provider. */
  readonly reference: string;
  /** The provider's id of the payment, where you have kept it: a notice with another one is refused, and nobody is asked. */
  readonly id?: string | undefined;
  /** A decimal in the currency's main unit, as text: `'10000.00'`. Zeros at the end do not count: it equals `'10000'`. No exponent, no separators, no float. */
  readonly amount?: string | undefined;
  /** The ISO 4217 code: `'KES'`. */
  readonly currency?: string | undefined;
}

/** Finds the order a notice is about. `undefined` means that there is none: 404, and the provider is not asked. */
export type Expected = (notice: Notice) => Order | undefined | Promise<Order | undefined>;

/** What a confirmation is told when its guard is made. */
export interface ConfirmMount {
  readonly provider: Provider;
  readonly endpoint: string;
  readonly environment: Environment;
  readonly expected: Expected;
  readonly now: () => number;
  /** The receiver's own client, where it was given one. */
  readonly outbound?: Outbound | undefined;
  /** Read `fromEnv(…)` at the first delivery and not now. */
  readonly secretsAtFirstDelivery: boolean;
}

/** What is to be confirmed. */
export interface Unconfirmed {
  readonly head: RequestHead;
  readonly authentic: Authentic;
}

/** What came of asking. */
export type Confirming =
  | {
      readonly confirmed: Confirmed;
      /** What tells this event from every other of the provider. */
      readonly identity: readonly string[];
      /** True where the look-up had begun before this delivery came: a change that it tells of may not be in the answer yet. */
      readonly joined: boolean;
    }
  | {
      readonly finding: Finding & { readonly error?: unknown };
      readonly retryAfterSeconds?: number | undefined;
    };

/** What the `confirm` option takes: made by a function of `@postern/core/confirm`. */
export interface Confirm {
  /** The registered name of the provider it asks. */
  readonly provider: string;
  /** Checks its options against the guard it is for. @throws ConfigurationError by the option's name */
  mount(mount: ConfirmMount): (delivery: Unconfirmed) => Promise<Confirming>;
}
