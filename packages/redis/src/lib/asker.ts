import type { Connection } from './clients.ts';
import { WITHDRAW } from './scripts.ts';

/** So many commands may be without an answer. One more is refused at once: what waits is held in memory. */
const MOST_UNANSWERED = 1_000;
/** How often a call looks whether the client is connected by now, milliseconds. */
const LOOK_MS = 10;
/** A withdrawal that could not be sent, or had no answer, is tried again after so long, milliseconds. */
const AGAIN_MS = 100;

/** Asks Redis, and leaves nothing behind in a client that is not connected: what is sent a minute later would claim for nobody. */
export interface Asker {
  /** Sends a script once the client is connected, and once more if the connection broke before the answer came. */
  ask(script: string, key: string, args: string[]): Promise<unknown>;
  /** Takes a claim back that was given up: when `asked` comes to an end after all, and again until Redis has heard of it or the lease is over. */
  withdraw(asked: Promise<unknown>, key: string, owner: string, leaseMs: number): void;
  /** Takes nothing back from an owner that asks again after all: what it gets now is its own. */
  keep(key: string, owner: string): void;
}

/** Nothing was sent, so nothing can have been claimed. */
class NotSentError extends Error {}

/** Makes an asker that sends nothing later than so many milliseconds after it was asked. */
export function createAsker(connection: Connection, timeoutMs: number): Asker {
  let unanswered = 0;
  /** The claims that are to be taken back, and by which withdrawal. */
  const givenUp = new Map<string, symbol>();

  async function becomeReady(end: number): Promise<void> {
    while (!connection.isReady()) {
      if (performance.now() >= end) throw new NotSentError(`The Redis client was not connected for ${timeoutMs} ms.`);
      await sleep(LOOK_MS);
    }
  }

  async function send(script: string, key: string, args: string[]): Promise<unknown> {
    if (unanswered >= MOST_UNANSWERED)
      throw new NotSentError(`Redis has not answered ${MOST_UNANSWERED} commands: no more are sent.`);
    unanswered++;
    try {
      return await connection.evaluate(script, [key], args);
    } finally {
      unanswered--;
    }
  }

  async function sendWithdrawal(key: string, owner: string, isDue: () => boolean): Promise<void> {
    // Held in memory like a command, and so counted like one.
    unanswered++;
    try {
      do {
        if (connection.isReady()) {
          const heard = await connection.evaluate(WITHDRAW, [key], [owner]).then(
            () => true,
            () => false,
          );
          if (heard) return;
        }
        await sleep(AGAIN_MS);
      } while (isDue());
    } finally {
      unanswered--;
    }
  }

  return {
    async ask(script, key, args) {
      const end = performance.now() + timeoutMs;
      let lost: unknown;
      for (;;) {
        try {
          await becomeReady(end);
          return await send(script, key, args);
        } catch (error) {
          if (error instanceof NotSentError) throw lost ?? error;
          if (lost !== undefined || isReply(error) || performance.now() >= end) throw error;
          lost = error;
        }
      }
    },
    withdraw(asked, key, owner, leaseMs) {
      const end = performance.now() + leaseMs;
      const [claim, withdrawal] = [key + owner, Symbol('withdrawal')];
      const isGivenUp = () => givenUp.get(claim) === withdrawal;
      givenUp.set(claim, withdrawal);
      asked
        .then(
          (answer) => Array.isArray(answer) && String(answer[0]) === 'claimed',
          (error) => !(error instanceof NotSentError),
        )
        .then(async (mayBeClaimed) => {
          const isDue = () => isGivenUp() && performance.now() < end;
          if (mayBeClaimed && isGivenUp()) await sendWithdrawal(key, owner, isDue);
        })
        .catch(() => undefined)
        .finally(() => isGivenUp() && givenUp.delete(claim));
    },
    keep(key, owner) {
      givenUp.delete(key + owner);
    },
  };
}

/** True for an error that Redis itself answered, `OOM command not allowed …`: asked again, it would say the same. */
function isReply(error: unknown): boolean {
  return error instanceof Error && /^[A-Z]+ /.test(error.message);
}

/** Keeps no process alive: nobody waits for a withdrawal, and a call has a timer of its own. */
function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, milliseconds);
    (timer as { unref?(): void }).unref?.();
  });
}
