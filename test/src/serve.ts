import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort } from '../services/ports.ts';
import { cleanEnvironment } from './clean-environment.ts';

const START_DEADLINE_MS = 20_000;

/** A server that runs while `use` does. */
export interface Served {
  readonly port: number;
  /** What it has printed so far, on both outputs. */
  printed(): string;
}

/**
 * Runs `node ARGS`, or those of another runtime, with PORT set to a free port, calls `use` once the port answers, and ends the server.
 *
 * @throws when it does not come to listen, with what it printed
 */
export async function serve<T>(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly runtime?: string },
  use: (server: Served) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const { runtime = process.execPath } = options;
  const child = spawn(runtime, args, {
    cwd: options.cwd,
    env: { ...cleanEnvironment(), ...options.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  let printed = '';
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  try {
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await answers(port))) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`${runtime} ${args.join(' ')} did not come to listen:\n${printed}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return await use({ port, printed: () => printed });
  } finally {
    process.off('exit', end);
    child.kill('SIGKILL');
    await closed;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
