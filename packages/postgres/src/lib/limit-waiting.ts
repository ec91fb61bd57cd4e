import { answerWithin } from '@postern/core';

/** So many questions may be late at once. Beyond, a database that hangs would gather one more with each delivery, and answer them all when it wakes. */
const MOST_LATE = 100;

/** Asks within a time limit. `onLate` is given the answer that came too late. */
export type AskInTime = <Answer>(ask: () => Promise<Answer>, onLate?: (answer: Answer) => unknown) => Promise<Answer>;

/** Makes an `AskInTime` that asks nothing more while too many earlier questions are late. */
export function limitWaiting(timeoutMs: number): AskInTime {
  let late = 0;
  return async (ask, onLate) => {
    if (late >= MOST_LATE)
      throw new Error(`The database is late with ${late} questions: no more are asked until it answers some.`);
    let open = true;
    const answer = ask().finally(() => {
      open = false;
    });
    try {
      return await answerWithin(timeoutMs, () => answer, onLate);
    } catch (error) {
      if (open) {
        late++;
        const settle = () => {
          late--;
        };
        answer.then(settle, settle);
      }
      throw error;
    }
  };
}
