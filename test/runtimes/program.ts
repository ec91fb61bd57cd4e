import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../src/clean-environment.ts';

/** A guest's program in a process of its own. */
export interface RunningProgram {
  /** Tells it something through its control door. @throws Error with what it printed, when it does not answer */
  control<Answer>(what: 'open' | 'close', message: unknown): Promise<Answer>;
  /** The port of its server, where that stays the same. */
  readonly port: number | undefined;
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 20_000;
const CONTROL_DEADLINE_MS = 10_000;
const KEEPER = fileURLToPath(new URL('keeper.mjs', import.meta.url));

/** Where a line of a starting program says its doors are. */
interface Doors {
  control?: number;
  /** A port that stays the same, for a runtime that does not open one by itself. */
  worker?: number;
}

/**
 * Runs a guest's program until `stop`, or until this process ends, however it ends.
 *
 * @throws Error when it does not come to listen, with what it printed
 */
export async function startProgram(command: readonly string[]): Promise<RunningProgram> {
  const child = spawn(process.execPath, [KEEPER, ...command], {
    env: cleanEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let printed = '';
  const note = (text: unknown) => {
    printed = (printed + String(text)).slice(-2_000);
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const doors = await new Promise<Doors>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${command.join(' ')} ${why}:\n${printed}`));
    const timer = setTimeout(() => fail('did not come to listen'), START_DEADLINE_MS);
    const known: Doors = {};
    const read = (line: string) => {
      Object.assign(known, doorsOf(line));
      if (known.control === undefined) return;
      clearTimeout(timer);
      resolve(known);
    };
    // Standard output, or the channel that workerd keeps for this.
    createInterface({ input: child.stdout }).on('line', read);
    createInterface({ input: child.stdio[3] as NodeJS.ReadableStream }).on('line', read);
    void closed.then(() => fail('ended'));
  }).catch((error) => {
    child.kill('SIGTERM');
    throw error;
  });
  // Waiting for it is no reason to go on.
  child.unref();
  for (const pipe of child.stdio) (pipe as unknown as { unref(): void }).unref();
  return {
    port: doors.worker,
    async control<Answer>(what: string, message: unknown) {
      try {
        const response = await fetch(`http://127.0.0.1:${doors.control}/${what}`, {
          method: 'POST',
          body: JSON.stringify(message),
          signal: AbortSignal.timeout(CONTROL_DEADLINE_MS),
        });
        return (await response.json()) as Answer;
      } catch (error) {
        throw new Error(`${command.join(' ')} did not answer (${String(error)}); it printed:\n${printed}`);
      }
    },
    async stop() {
      child.ref();
      for (const pipe of child.stdio) (pipe as unknown as { ref(): void }).ref();
      child.stdin.end();
      await closed;
    },
  };
}

function doorsOf(line: string): Doors {
  try {
    const { control, socket, port } = JSON.parse(line) as { control?: number; socket?: string; port?: number };
    if (control !== undefined) return { control };
    return socket === 'control' || socket === 'worker' ? { [socket]: port } : {};
  } catch {
    return {};
  }
}
