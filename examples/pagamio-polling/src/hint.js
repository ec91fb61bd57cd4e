import { defineProvider, staticToken } from '@postern/core';
import { webhook } from '@postern/core/node';
import { isFinal } from './poll.js';

/** @import { Ask, Transaction } from './pagamio.js' */

/**
 * Whoever may tell you that a transaction has moved: a gateway of yours today, Pagamio itself should it call back one day. It carries a token that
 * you chose. A token covers nothing of the body, so what it says is a hint to ask, and never a fact.
 */
export const hint = defineProvider({
  name: 'pagamio-hint',
  docs: 'https://vas-api-docs.pagamio.tech/docs/integration-guides/webhook-configuration',
  scheme: staticToken({ token: { header: 'x-callback-token' } }),
  unsigned: ['everything'],
});

/**
 * A guarded request listener: asks about the transaction that the hint names, if it is one of ours.
 *
 * @param {{ token: import('@postern/core').Secrets, ask: Ask, isOurs: (transactionId: string) => boolean, settle: (transaction: Transaction) => Promise<void>, onVerdict?: (record: import('@postern/core').VerdictRecord) => void }} options
 */
export function hintListener({ token, ask, isOurs, settle, onVerdict }) {
  return webhook({ provider: hint, secrets: token, onVerdict }, async (delivery) => {
    const { transactionId } = /** @type {{ transactionId?: unknown }} */ (delivery.json());
    // Unknown: nobody is asked, so that strangers cannot use up the requests of a minute.
    if (typeof transactionId !== 'string' || !isOurs(transactionId)) return;
    const transaction = await ask(transactionId);
    // Not decided yet: the poll goes on.
    if (isFinal(transaction)) await settle(transaction);
  });
}
