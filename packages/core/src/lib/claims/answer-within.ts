/**
 * Asks a store, and rejects when it neither answers nor throws within so many milliseconds: a delivery must not wait for ever, nor its bytes be held.
 *
 * @param milliseconds how long the answer may take
 * @param ask starts the question; what it throws or rejects with is passed on
 * @param onLate given the answer that came too late, to undo what it did. What it throws is ignored
 * @param who what the error calls whoever was asked. Default: the claim store
 * @throws Error after `milliseconds`
 */
export async function answerWithin<Answer>(
  milliseconds: number,
  ask: () => Promise<Answer>,
  onLate: (answer: Answer) => unknown = () => undefined,
  who = 'The claim store',
): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  const answer = ask();
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      over = true;
      reject(new Error(`${who} did not answer within ${milliseconds} ms.`));
    }, milliseconds);
  });
  Promise.resolve(answer)
    .then((value) => (over ? onLate(value) : undefined))
    .catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A store that has not answered after so long is taken for one that cannot, milliseconds. A store may give up sooner by itself. */
export const STORE_ANSWERS_MS = 5_000;
