/** Lets numbered messages through in the order of their numbers, which begin at 1. */
export interface Order {
  /** Resolves when the message before this one is through. */
  turn(number: number): Promise<void>;
}

/** A message takes milliseconds. One whose request was ended by the runtime never comes. */
const MISSING_MS = 1_000;

/** Begins at the first message. */
export function createOrder(): Order {
  let through = 0;
  const waiting = new Map<number, () => void>();
  const release = (number: number) => {
    waiting.get(number)?.();
    waiting.delete(number);
  };
  return {
    async turn(number) {
      if (number > through + 1) {
        await new Promise<void>((resolve) => {
          waiting.set(number, resolve);
          setTimeout(() => release(Math.min(...waiting.keys())), MISSING_MS);
        });
      }
      through = Math.max(through, number);
      release(through + 1);
    },
  };
}
