/** @import { Ask, Transaction } from './pagamio.js' */

/** @param {Transaction} transaction */
export function isFinal({ status }) {
  return status === 'COMPLETED' || status === 'FAILED';
}

/**
 * How long to wait before asking again, milliseconds, by the age of the transaction: Pagamio recommends 5 seconds in the first minute,
 * 30 seconds until the fifth, and 5 minutes from then on.
 *
 * @param {number} ageMs
 */
export function pauseAfter(ageMs) {
  return ageMs < 60_000 ? 5_000 : ageMs < 300_000 ? 30_000 : 300_000;
}

/**
 * Asks until the transaction is COMPLETED or FAILED. `undefined`: it was neither in time, and a person should look.
 *
 * A failed request is no answer: the pauses double, with some chance in them, so that many polls do not come back at one moment.
 *
 * @param {string} transactionId what /purchase answered; write it down before polling, so that a restart can go on
 * @param {{ ask: Ask, wait?: (ms: number) => Promise<void>, now?: () => number, giveUpAfterMs?: number, onError?: (error: unknown) => void }} options
 * @returns {Promise<Transaction | undefined>}
 */
export async function poll(
  transactionId,
  { ask, wait = sleep, now = Date.now, giveUpAfterMs = 24 * 3_600_000, onError },
) {
  const began = now();
  for (let failures = 0; ; ) {
    try {
      const transaction = await ask(transactionId);
      if (isFinal(transaction)) return transaction;
      failures = 0;
    } catch (error) {
      failures += 1;
      onError?.(error);
    }
    const age = now() - began;
    if (age >= giveUpAfterMs) return undefined;
    const pause = pauseAfter(age);
    await wait(failures === 0 ? pause : Math.min(300_000, pause * 2 ** failures) * (0.5 + Math.random() / 2));
  }
}

/** @param {number} ms @returns {Promise<void>} */
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
