import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../clean-environment.ts';

/** One line a server wrote to its standard output. */
export interface LogLine {
  readonly log: string;
  readonly [field: string]: unknown;
}

/** A server in a process of its own, watched through nothing but what it prints. */
export interface WatchedServer {
  readonly port: number;
  /** Its log so far, in order; whole once `stop` has resolved. */
  readonly lines: readonly LogLine[];
  /** All it has printed, on both outputs. */
  printed(): string;
  /** Resolves when a line satisfies the condition, to false after 3 seconds without one. */
  waitFor(condition: (lines: readonly LogLine[]) => boolean): Promise<boolean>;
  /** Asks it to end, and resolves when it has and all its output is read. */
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 20_000;
const LINE_DEADLINE_MS = 3_000;
const STOP_DEADLINE_MS = 3_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a server of this workspace on a free loopback port, on the packages' sources, and waits until it listens.
 *
 * It ends with this process, however this process ends.
 *
 * @param file its `file:` URL
 * @throws when it does not come to listen, with what it printed
 */
export async function startServer(file: string, env: Readonly<Record<string, string>>): Promise<WatchedServer> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      import.meta.resolve('tsx'),
      '--conditions=@postern/source',
      '--import',
      import.meta.resolve('./leave-with-parent.ts'),
      fileURLToPath(file),
    ],
    {
      // In development Express shows errors to callers: nothing but the guard keeps them in.
      env: { ...cleanEnvironment(), NODE_ENV: 'development', HOST: '127.0.0.1', PORT: '0', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  running.add(child);
  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  let printed = '';
  let unfinished = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    const parts = (unfinished + text).split('\n');
    unfinished = parts.pop() ?? '';
    for (const part of parts) lines.push(readLine(part));
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const closed = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  }).then(() => {
    running.delete(child);
    for (const look of waiting) look();
  });

  const waitFor = (condition: (lines: readonly LogLine[]) => boolean, deadlineMs = LINE_DEADLINE_MS) =>
    new Promise<boolean>((resolve) => {
      const end = (met: boolean) => {
        clearTimeout(timer);
        waiting.delete(look);
        resolve(met);
      };
      const look = () => {
        if (condition(lines)) end(true);
        else if (!running.has(child)) end(false);
      };
      const timer = setTimeout(() => end(false), deadlineMs);
      waiting.add(look);
      look();
    });

  const isListening = ({ log }: LogLine) => log === 'listening';
  if (!(await waitFor((all) => all.some(isListening), START_DEADLINE_MS))) {
    child.kill('SIGKILL');
    throw new Error(`${file} did not start:\n${printed}`);
  }
  return {
    port: Number(lines.find(isListening)?.port),
    lines,
    printed: () => printed,
    waitFor: (condition) => waitFor(condition),
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** What is no JSON object is kept as a line of another kind: a stack, for instance. */
function readLine(text: string): LogLine {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'log' in value) return value as LogLine;
  } catch {
    // Fall through: not one of ours.
  }
  return { log: 'text', text };
}
