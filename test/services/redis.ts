import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.ts';

/** A Redis that other tests may use at the same time: keys need a prefix of one's own. */
export interface SharedRedis {
  readonly url: string;
  /** Ends the server if it was started for this. */
  close(): Promise<void>;
}

/** A Redis of one's own, without files: what it holds is gone when it stops. */
export interface OwnRedis extends SharedRedis {
  readonly port: number;
  /** Kills it, as a crash would. */
  stop(): Promise<void>;
  /** Starts it anew on the same port, empty. */
  start(): Promise<void>;
  /** Stops it from doing anything (SIGSTOP): connections stay, and nothing is answered. */
  pause(): void;
  resume(): void;
}

/** How a Redis of one's own is started. */
export interface OwnRedisOptions {
  /** Further arguments of `redis-server`: `['--maxmemory', '2mb']`. */
  readonly arguments?: readonly string[];
}

const LOCAL = 'redis://127.0.0.1:6379';

/**
 * Opens the Redis of `REDIS_URL`, or else the one on the usual port of this machine, or else one that is started for this.
 *
 * @throws Error when there is none of the three
 */
export async function openRedis(): Promise<SharedRedis> {
  const { REDIS_URL } = process.env;
  if (REDIS_URL !== undefined && REDIS_URL !== '') return { url: REDIS_URL, close: async () => undefined };
  if (await answersPing(6379)) return { url: LOCAL, close: async () => undefined };
  return startRedis();
}

/** True when `openRedis` can open one. If not, says so in one line; in CI it throws, since tests that are skipped there are not run anywhere. */
export async function hasRedis(): Promise<boolean> {
  return Boolean(process.env.REDIS_URL) || (await answersPing(6379)) || hasRedisServer();
}

/** True when `startRedis` can start one. If not, as `hasRedis`. */
export function hasRedisServer(): boolean {
  if (spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0) return true;
  if (process.env.CI === 'true')
    throw new Error('There is no Redis to test with: set REDIS_URL, or install redis-server.');
  console.warn('No Redis here (REDIS_URL, port 6379, redis-server): its tests are skipped.');
  return false;
}

/** Starts a Redis on a free port, in a folder of its own. It ends with `close`, or with this process. */
export async function startRedis(options: OwnRedisOptions = {}): Promise<OwnRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-redis-'));
  const port = await freePort();
  let server: ChildProcess | undefined;
  const kill = () => server?.kill('SIGKILL');
  process.once('exit', kill);

  async function start(): Promise<void> {
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
    server = spawn('redis-server', [...own, ...(options.arguments ?? [])], { stdio: 'ignore' });
    const failed = once(server, 'exit').then(() => {
      throw new Error('redis-server ended while it started.');
    });
    failed.catch(() => undefined);
    await Promise.race([failed, untilPing(port)]);
  }

  async function stop(): Promise<void> {
    const running = server;
    server = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const exit = once(running, 'exit');
    running.kill('SIGKILL');
    await exit;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    stop,
    pause: () => void server?.kill('SIGSTOP'),
    resume: () => void server?.kill('SIGCONT'),
    async close() {
      await stop();
      process.off('exit', kill);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilPing(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await answersPing(port)) return;
    await sleep(20);
  }
  throw new Error('redis-server did not answer for ten seconds.');
}

/** True when a Redis on this machine takes commands: one that is still loading, or wants a password, does not. */
async function answersPing(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(1_000) })) as [Buffer];
    return answer.toString('latin1').startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
