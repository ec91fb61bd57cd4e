import { ConfigurationError } from '../errors.ts';
import type { Finding } from '../head.ts';
import type { Judgement } from '../judge.ts';
import type { Provider, RequestHead } from '../types.ts';
import type { Confirm, Confirming, ConfirmMount, Environment, Expected, Unconfirmed } from './confirm.ts';

/** The options of a guard that asks the provider back. */
export interface ConfirmingOptions {
  /** Asks the provider itself whether a delivery is true, before the handler runs: made by a function of `@postern/core/confirm`. Default: nobody is asked. */
  readonly confirm?: Confirm | undefined;
  /** Finds the order a delivery is about in your own records; needed with `confirm`. `undefined` answers 404, and the provider is not asked. */
  readonly expected?: Expected | undefined;
  /**
   * Which system of the provider this endpoint is for: that system is asked by `confirm`, which needs it, and genuine deliveries of the other one are
   * refused, where the provider's data know how they tell. There is no default: a test payment that passes for a real one is money lost.
   */
  readonly environment?: Environment | undefined;
}

/** The stage, ready to run. */
export type ConfirmStage = (delivery: Unconfirmed) => Promise<Confirming>;

/** Checks the three options. @throws ConfigurationError by the option's name, with the remedy */
export function compileConfirm(
  options: ConfirmingOptions,
  mount: Omit<ConfirmMount, 'environment' | 'expected'>,
): ConfirmStage | undefined {
  const { confirm, expected, environment } = options;
  if (environment !== undefined && environment !== 'live' && environment !== 'sandbox')
    throw new ConfigurationError('invalid-option', 'environment', "give 'live' or 'sandbox'.");
  if (confirm === undefined) {
    if (expected !== undefined)
      throw new ConfigurationError(
        'missing-option',
        'confirm',
        'without it nobody is asked, and expected means nothing.',
      );
    if (environment !== undefined && mount.provider.environment === undefined)
      throw new ConfigurationError(
        'missing-option',
        'confirm',
        `without it nobody is asked, and environment means nothing: deliveries of ${mount.provider.name} do not say which system sent them.`,
      );
    return undefined;
  }
  refuseConfirm(confirm, mount.provider);
  if (environment === undefined)
    throw new ConfigurationError(
      'missing-option',
      'environment',
      "give 'live' or 'sandbox': it decides which system of the provider is asked.",
    );
  if (typeof expected !== 'function')
    throw new ConfigurationError(
      expected === undefined ? 'missing-option' : 'invalid-option',
      'expected',
      'give a function that finds the order in your records: (notice) => ({ reference, amount, currency }), or undefined.',
    );
  return confirm.mount({ ...mount, environment, expected });
}

function refuseConfirm(confirm: Confirm, provider: Provider): void {
  if (typeof confirm !== 'object' || confirm === null || typeof confirm.mount !== 'function')
    throw new ConfigurationError(
      'invalid-option',
      'confirm',
      'give what a function of @postern/core/confirm returns, such as pesapalConfirm({ … }).',
    );
  if (confirm.provider !== provider.name)
    throw new ConfigurationError(
      'invalid-option',
      'confirm',
      `this asks ${confirm.provider}, and the deliveries are from ${provider.name}.`,
    );
}

/**
 * Asks about a delivery whose signature, if it has one, was right. One that is ahead of its time is refused already: nobody is asked.
 */
export async function confirmDelivery<Judged extends Exclude<Judgement, { readonly kind: 'refused' }>>(
  stage: ConfirmStage | undefined,
  head: RequestHead,
  judgement: Judged,
): Promise<
  | Judged
  | {
      readonly kind: 'refused';
      readonly finding: Finding & { readonly error?: unknown };
      readonly retryAfterSeconds?: number | undefined;
    }
> {
  const { authentic } = judgement;
  if (stage === undefined) return judgement;
  if (judgement.kind === 'untimely' && judgement.finding.reason !== 'stale')
    return { kind: 'refused', finding: judgement.finding };
  const confirming = await stage({ head, authentic });
  if ('finding' in confirming) return { kind: 'refused', ...confirming };
  return { ...judgement, authentic: { ...authentic, confirmation: confirming } };
}
