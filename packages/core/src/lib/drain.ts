/** Options of `close()`. */
export interface CloseOptions {
  /** How long running handlers may still take, milliseconds. Default 10,000. What has not ended by then is given back. */
  readonly deadlineMs?: number | undefined;
}

/** What became of the deliveries that were running when `close()` was called. */
export interface Drained {
  /** They ended by themselves. */
  readonly finished: number;
  /** Their deadline came first: their claims were given back, and their senders will try again. */
  readonly released: number;
}

/** Whatever can be drained: every guard is. */
export interface Closable {
  /**
   * Takes no new deliveries (503 `draining`: the sender tries again, elsewhere), and resolves when the running ones have ended, or have been
   * given back at the deadline. For SIGTERM: `process.once('SIGTERM', async () => { await guard.close(); server.close() })`. It never rejects
   * for what a handler or a store does, and a second call gets the answer of the first.
   *
   * @throws ConfigurationError for an option that could not work
   */
  close(options?: CloseOptions): Promise<Drained>;
}

/** One delivery that is being claimed or handled. */
export interface Work {
  /** Sets what ends it when no more time is left; at once, if that has come already. */
  onCut(cut: () => Promise<unknown>): void;
  /** Notes a handler that has begun. Call what it returns when it has ended. */
  hold(): () => void;
  /** The handler goes on after its event is settled, and is to be waited for. Of others nothing depends on the end, and it may never come. */
  goesOn(): void;
}

/** Keeps the deliveries of one receiver together, so that they can be waited for. */
export interface Drain {
  readonly draining: boolean;
  /** Notes a delivery. Call `leave` when it is settled, or was never claimed. */
  enter(): { readonly work: Work; readonly leave: () => void };
  close(deadlineMs: number): Promise<Drained>;
}

/** Makes the drain of one receiver. */
export function createDrain(): Drain {
  const entries = new Set<Entry>();
  let onEmpty = () => {};
  let isOver = false;
  let closing: Promise<Drained> | undefined;

  interface Entry {
    cut: (() => Promise<unknown>) | undefined;
  }

  async function drain(deadlineMs: number): Promise<Drained> {
    const running = entries.size;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([
      new Promise<void>((resolve) => {
        onEmpty = resolve;
        if (entries.size === 0) resolve();
      }),
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadlineMs);
      }),
    ]);
    clearTimeout(timer);
    isOver = true;
    const cuts = [...entries].flatMap(({ cut }) => (cut === undefined ? [] : [cut()]));
    const released = cuts.length;
    await Promise.allSettled(cuts);
    return { finished: Math.max(0, running - released), released };
  }

  return {
    get draining() {
      return closing !== undefined;
    },
    enter() {
      const entry: Entry = { cut: undefined };
      entries.add(entry);
      let holders = 0;
      let goesOn = false;
      const hold = () => {
        holders++;
        let held = true;
        return () => {
          if (!held) return;
          held = false;
          if (--holders !== 0) return;
          entries.delete(entry);
          if (entries.size === 0) onEmpty();
        };
      };
      const done = hold();
      return {
        work: {
          onCut(cut) {
            entry.cut = cut;
            if (isOver) void cut();
          },
          hold,
          goesOn() {
            goesOn = true;
          },
        },
        leave() {
          // Settled: there is nothing left to give back.
          entry.cut = undefined;
          if (!goesOn) holders = 1;
          done();
        },
      };
    },
    close(deadlineMs) {
      closing ??= drain(deadlineMs);
      return closing;
    },
  };
}
