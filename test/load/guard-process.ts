import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Limits of the guarded server, milliseconds; the defaults where absent. */
export interface Limits {
  readonly bodyTimeoutMs?: number;
  readonly headersTimeoutMs?: number;
}

/** What the guarded process sees of itself, after a full garbage collection. */
export interface Measured {
  /** Since the last measurement. */
  readonly storeKeys: number;
  /** How often the handler was started, by upload; those of 0 are left out. */
  readonly starts: readonly (readonly [index: number, times: number])[];
  /** Verdicts, by reason or outcome. */
  readonly tally: Readonly<Record<string, number>>;
  /** Rejections and exceptions that nobody caught. */
  readonly unhandled: number;
  readonly heapUsed: number;
  readonly arrayBuffers: number;
  readonly rss: number;
  /** What keeps the process alive. */
  readonly resources: readonly string[];
}

/** A guarded server that runs in a process of its own. */
export interface GuardProcess {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: () => Promise<number>;
  /** Waits until no connection is open, and measures. */
  readonly measure: () => Promise<Measured>;
  /** Closes the server, and resolves to the exit code of a process that has nothing left to do. */
  readonly close: () => Promise<number | null>;
  readonly kill: () => void;
}

/** Starts a guarded, hardened server. */
export async function startGuard(framework: 'node:http' | 'express', limits: Limits = {}): Promise<GuardProcess> {
  const child = fork(fileURLToPath(new URL('serve-guard.ts', import.meta.url)), [framework, JSON.stringify(limits)], {
    execArgv: ['--expose-gc', '--import', import.meta.resolve('tsx'), '--conditions=@postern/source'],
  });
  const { port } = (await answer(child)) as { port: number };
  async function ask(question: string): Promise<unknown> {
    child.send(question);
    return answer(child);
  }
  const connections = async () => (await ask('count')) as number;
  return {
    port,
    connections,
    async measure() {
      while ((await connections()) > 0);
      return (await ask('measure')) as Measured;
    },
    async close() {
      const exited = once(child, 'exit');
      child.send('close');
      const [code] = await exited;
      return code as number | null;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('The guarded process ended.'));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
