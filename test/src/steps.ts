/** Steps of a command that go on when one of them fails, so that one run shows all there is to mend. */
export interface Steps {
  /** Runs one step, and prints its name, its time and how it went. */
  step(name: string, task: () => Promise<void>): Promise<void>;
  /** Prints the closing line and sets the exit status: 0 when every step went well, else 1. */
  finish(): void;
}

/** Begins the steps of a command. */
export function createSteps(command: string): Steps {
  let done = 0;
  let failed = 0;
  return {
    async step(name, task) {
      const began = performance.now();
      let verdict = 'ok';
      try {
        await task();
        done += 1;
      } catch (error) {
        failed += 1;
        verdict = `FAILED\n${error instanceof Error ? error.message : String(error)}`;
      }
      console.log(`${name.padEnd(20)} ${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${verdict}`);
    },
    finish() {
      console.log(`${command}: ${done} passed, ${failed} failed`);
      process.exitCode = failed === 0 && done > 0 ? 0 : 1;
    },
  };
}

/** Holds what was seen against what was expected. @throws with both, and with `more` where it helps to understand */
export function expectText(what: string, seen: string | undefined, expected: string, more = ''): void {
  if (seen !== expected) throw new Error(`${what}: expected ${expected}, saw ${seen}\n${more}`);
}
