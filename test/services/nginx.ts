import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.ts';

/** One proxy of a row. */
export interface Proxy {
  /** The address of loopback that it connects from. */
  readonly from: string;
  /** Lines of its `location`: what it makes of the headers. */
  readonly lines: readonly string[];
}

/** A row of proxies. */
export interface ProxyRow {
  /** Where the outermost listens. */
  readonly port: number;
  close(): Promise<void>;
}

/** True when nginx can be started. If not, says so in one line; in CI it throws, since tests that are skipped there are not run anywhere. */
export function hasNginx(): boolean {
  if (findNginx() !== undefined) return true;
  if (process.env.CI === 'true') throw new Error('There is no nginx to test with: install nginx-light.');
  console.warn('No nginx here: the tests of proxies are skipped.');
  return false;
}

/** Starts nginx with a row of proxies before a port of this machine, the outermost first, in a folder of its own. It ends with `close`, or with this process. */
export async function startProxies(upstream: number, row: readonly Proxy[]): Promise<ProxyRow> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-nginx-'));
  const ports = await Promise.all(row.map(() => freePort()));
  const servers = row.map(
    ({ from, lines }, at) => `
  server {
    listen 127.0.0.1:${ports[at]};
    location / {
      proxy_pass http://127.0.0.1:${ports[at + 1] ?? upstream};
      proxy_bind ${from};
      ${lines.join('\n      ')}
    }
  }`,
  );
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${folder}/${name};`,
  );
  const configuration = `
daemon off;
master_process off;
pid ${folder}/pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
${temporary.join('\n')}${servers.join('')}
}
`;
  await writeFile(join(folder, 'nginx.conf'), configuration);
  const nginx = spawn(findNginx() ?? 'nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  const kill = () => nginx.kill('SIGKILL');
  process.once('exit', kill);
  await untilListening(nginx, ports);
  return {
    port: ports[0] ?? upstream,
    async close() {
      const exit = nginx.exitCode === null && nginx.signalCode === null ? once(nginx, 'exit') : undefined;
      kill();
      await exit;
      process.off('exit', kill);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Users other than root have no `sbin` in their path. */
function findNginx(): string | undefined {
  return ['nginx', '/usr/sbin/nginx'].find((path) => spawnSync(path, ['-v'], { stdio: 'ignore' }).status === 0);
}

async function untilListening(nginx: ChildProcess, ports: readonly number[]): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (nginx.exitCode !== null) throw new Error('nginx ended while it started.');
    if ((await Promise.all(ports.map(listens))).every(Boolean)) return;
    await sleep(20);
  }
  throw new Error('nginx did not listen for ten seconds.');
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
