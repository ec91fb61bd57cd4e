/** A store that has not answered after so long is taken for one that cannot, milliseconds. */
const STORE_ANSWERS_MS = 5_000;

/** Asks a store, and rejects when it neither answers nor throws: a delivery must not wait for ever, nor its bytes be held. */
export async function inTime<T>(ask: () => Promise<T>, onLate: (answer: T) => unknown = () => undefined): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  const answer = ask();
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      over = true;
      reject(new Error(`The claim store did not answer within ${STORE_ANSWERS_MS} ms.`));
    }, STORE_ANSWERS_MS);
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
