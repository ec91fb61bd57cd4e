import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmByOptions, confirmBy, type LookUp } from '../lib/confirm/confirm-by.ts';

/** Options of `fincodeConfirm`. */
export interface FincodeConfirmOptions extends ConfirmByOptions {
  /** Which of the two providers it is for. Default `fincode`. */
  readonly provider?: 'fincode' | 'fincode-token' | undefined;
}

/**
 * Confirms webhooks of FinCode by a look-up of your own: no page that could be read names one, so it is yours to make, with the `X-Auth-Token`
 * that your account has. `notice.id` is the `reference` of the webhook.
 *
 * @see https://docs.fincode.technology/api/webhooks
 * @throws ConfigurationError for options that could not work, by name
 */
export function fincodeConfirm(lookUp: LookUp, options: FincodeConfirmOptions = {}): Confirm {
  const { provider = 'fincode', ...more } = options;
  return confirmBy(
    {
      provider,
      notice: {
        id: { at: { json: 'reference' }, pattern: /[\w.:-]{1,100}/ },
        type: { at: { json: 'eventType' }, pattern: /[\w.-]{1,100}/, optional: true },
      },
    },
    lookUp,
    more,
  );
}
