// PostgreSQL for tests: the server that is there, or one started from the machine's programs.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from './ports.ts';

/** A database of one's own. */
export interface Database {
  readonly url: string;
  /** Drops it, whoever is connected. */
  close(): Promise<void>;
}

/** A server of one's own, which may be stopped, paused and killed. */
export interface PostgresServer {
  /** Its database `postgres`, as the user `postgres`, who may do anything. */
  readonly url: string;
  readonly port: number;
  /** Stops it: connections are cut, nothing is lost. `kill` stops it as a crash does. */
  stop(how?: 'fast' | 'kill'): Promise<void>;
  /** Starts it again, with its data. */
  start(): Promise<void>;
  /** Freezes every process of it: connections stay open, and nothing is answered. */
  pause(): void;
  resume(): void;
  /** Stops it and deletes its data. */
  close(): Promise<void>;
}

/** What a server is started with. */
export interface PostgresOptions {
  /** Settings of postgresql.conf. `fsync` is off unless it is given. */
  readonly settings?: Readonly<Record<string, string>>;
}

const LOOPBACK = 'postgres://postgres@127.0.0.1:5432/postgres';

/**
 * True when tests can have a database. Where they cannot, says so in one line, and on CI throws: there a skipped test is a failed one.
 */
export async function hasPostgres(): Promise<boolean> {
  if ((await findServer()) !== undefined || binaries() !== undefined) return true;
  const message = 'No PostgreSQL: set POSTGRES_URL, or install its server. Its tests are skipped.';
  if (process.env.CI === 'true') throw new Error(message);
  console.warn(message);
  return false;
}

/** True when tests can start a server of their own: PostgreSQL's programs are there. Where they are not, as `hasPostgres`. */
export function canStartPostgres(): boolean {
  if (binaries() !== undefined) return true;
  const message = 'No PostgreSQL programs to start a server with: the tests that stop servers are skipped.';
  if (process.env.CI === 'true') throw new Error(message);
  console.warn(message);
  return false;
}

/** Creates a database with a name that no other has, on the server of POSTGRES_URL, on loopback's, or on one that is started for it. */
export async function openPostgres(): Promise<Database> {
  const found = await findServer();
  if (found !== undefined) return createDatabase(found);
  const server = await startPostgres();
  const database = await createDatabase(server.url);
  return { url: database.url, close: () => server.close() };
}

async function createDatabase(server: string): Promise<Database> {
  const name = `postern_${randomBytes(6).toString('hex')}`;
  // template0: nobody is ever connected to it, so any number of these run at once.
  await ask(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, close: () => ask(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function findServer(): Promise<string | undefined> {
  const given = process.env.POSTGRES_URL;
  if (given !== undefined) {
    await ask(given, 'SELECT 1');
    return given;
  }
  return ask(LOOPBACK, 'SELECT 1').then(
    () => LOOPBACK,
    () => undefined,
  );
}

async function ask(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The folder of the newest server's programs. */
function binaries(): string | undefined {
  const versions = '/usr/lib/postgresql';
  if (!existsSync(versions)) return undefined;
  return readdirSync(versions)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(versions, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** Starts a server on a free port of loopback, with its data in a temporary folder. */
export async function startPostgres({ settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
  const programs = binaries();
  if (programs === undefined) throw new Error('No PostgreSQL programs are installed.');
  const user = serverUser();
  const folder = mkdtempSync(join(tmpdir(), 'postern-postgres-'));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const initialise = [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-N',
    '--no-instructions',
    '--locale=C',
    '-E',
    'UTF8',
  ];
  execFileSync(join(programs, 'initdb'), initialise, { ...user, cwd: folder, stdio: 'pipe' });
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const given = { fsync: 'off', listen_addresses: '127.0.0.1', port: String(port), ...settings };
  const flags = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let running: ChildProcess | undefined;

  async function start(): Promise<void> {
    running = spawn(join(programs ?? '', 'postgres'), ['-D', data, '-k', folder, ...flags], {
      ...user,
      cwd: folder,
      stdio: 'ignore',
    });
    for (let tries = 0; tries < 200; tries++) {
      if (running.exitCode !== null) throw new Error(`PostgreSQL ended with status ${running.exitCode}.`);
      const ready = await ask(url, 'SELECT 1').then(
        () => true,
        () => false,
      );
      if (ready) return;
      await sleep(50);
    }
    throw new Error('PostgreSQL did not start.');
  }

  async function stop(how: 'fast' | 'kill' = 'fast'): Promise<void> {
    if (running === undefined) return;
    const ended = once(running, 'exit');
    if (how === 'kill') signalAll(running, 'SIGKILL');
    else running.kill('SIGINT');
    await ended;
    running = undefined;
  }

  // A test run that ends in the middle leaves no server behind.
  const abandon = () => running?.kill('SIGQUIT');
  process.once('exit', abandon);
  await start();
  return {
    url,
    port,
    start,
    stop,
    pause: () => running && signalAll(running, 'SIGSTOP'),
    resume: () => running && signalAll(running, 'SIGCONT'),
    async close() {
      if (running) signalAll(running, 'SIGCONT');
      await stop();
      process.removeListener('exit', abandon);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** To the server and to each of its children, which are processes in groups of their own. */
function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const children = processes.filter(([, parent]) => parent === pid).flatMap(([child]) => child ?? []);
  for (const one of [pid, ...children]) {
    try {
      process.kill(one, signal);
    } catch {
      // It has ended since the list was made.
    }
  }
}

/** PostgreSQL refuses to run as root: it runs as the user that its packages make. */
function serverUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
