// The audit log on real files: who may read them, how they rotate, who else writes to them, and what happens when they cannot be written.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createReceiver, sign, type VerdictRecord } from '@postern/core';
import { type AuditLog, auditLog } from '@postern/core/audit';
import { webhook } from '@postern/core/fetch';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const AT = 1_767_225_600_000;
const SECRET = 'test-secret-test-secret-test-secret';

let folder: string;
let path: string;
let warnings: (Error & { code?: string })[];
const hearWarning = (warning: Error) => void warnings.push(warning);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-audit-'));
  path = join(folder, 'audit.jsonl');
  warnings = [];
  process.on('warning', hearWarning);
});
afterEach(async () => {
  process.off('warning', hearWarning);
  await rm(folder, { recursive: true, force: true });
});

function verdict(eventId: string): VerdictRecord {
  return {
    instance: eventId,
    at: AT,
    outcome: 'accepted',
    kind: 'genuine',
    authentic: true,
    provider: 'acme',
    endpoint: 'acme',
    method: 'POST',
    eventId,
    durationMs: 1,
  };
}

const ids = async (file = path): Promise<unknown[]> => {
  const lines = (await readFile(file, 'utf8')).split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => {
    const { audit, eventId, count } = JSON.parse(line);
    return audit === 'lost' ? { lost: count } : eventId;
  });
};

/** Writes these, and waits until they are in the file. */
async function write(log: AuditLog, ...names: readonly string[]): Promise<void> {
  for (const name of names) log.onVerdict(verdict(name));
  await log.close();
}

const troubles = () => warnings.filter(({ code }) => code === 'POSTERN_AUDIT').map(({ message }) => message);

describe('the file of an audit log', () => {
  it('is opened by the first record and not before, for its owner only whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const log = auditLog(path);
      await log.close();
      expect(readdirSync(folder)).toEqual([]);
      await write(log, 'a');
    } finally {
      process.umask(before);
    }
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await ids()).toEqual(['a']);
    expect(troubles()).toEqual([]);
  });

  it.each([0o640, 0o604, 0o620, 0o602])('that others may use (%o) is written to, and warned about', async (mode) => {
    await writeFile(path, '');
    await chmod(path, mode);
    await write(auditLog(path), 'a');
    await vi.waitFor(() => expect(troubles()).toEqual([expect.stringContaining('chmod 600')]));
    expect(await ids()).toEqual(['a']);
  });

  it('is never reached through a symbolic link', async () => {
    const target = join(folder, 'passwd');
    await writeFile(target, 'root\n', { mode: 0o600 });
    await symlink(target, path);
    await write(auditLog(path), 'a');
    await vi.waitFor(() => expect(troubles()).toEqual([expect.stringContaining('ELOOP')]));
    expect(await readFile(target, 'utf8')).toBe('root\n');
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
  });

  it('is appended to, and goes on where it was renamed, removed or truncated, with no line lost and none twice', async () => {
    const log = auditLog(path);
    const wrote = (...expected: unknown[]) => expect.poll(() => ids().catch(() => undefined)).toEqual(expected);
    log.onVerdict(verdict('a'));
    await wrote('a');
    await rename(path, `${path}.1`);
    log.onVerdict(verdict('b'));
    await wrote('b');
    expect(await ids(`${path}.1`)).toEqual(['a']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);

    copyFileSync(path, `${path}.2`);
    await truncate(path);
    log.onVerdict(verdict('c'));
    await wrote('c');
    expect(await ids(`${path}.2`)).toEqual(['b']);

    await rm(path);
    log.onVerdict(verdict('d'));
    await wrote('d');
    await log.close();
    log.onVerdict(verdict('e'));
    await wrote('d', 'e');
    await log.close();
    expect(troubles()).toEqual([]);
  });

  it('is not where a relative path leads after the process has moved', async () => {
    const before = process.cwd();
    process.chdir(folder);
    const log = auditLog('audit.jsonl');
    process.chdir(before);
    await write(log, 'a');
    expect(await ids()).toEqual(['a']);
  });
});

describe('an audit log that cannot be written', () => {
  it('keeps its records, and writes them when it can', async () => {
    const log = auditLog(join(folder, 'logs', 'audit.jsonl'));
    await write(log, 'a', 'b');
    await vi.waitFor(() => expect(troubles()).toEqual([expect.stringContaining('ENOENT')]));
    await mkdir(join(folder, 'logs'));
    await write(log, 'c');
    expect(await ids(join(folder, 'logs', 'audit.jsonl'))).toEqual(['a', 'b', 'c']);
  });

  it('drops what is more than it may hold, and says how many when it can', async () => {
    const log = auditLog(join(folder, 'logs', 'audit.jsonl'), { maxBufferedBytes: 8192 });
    const names = Array.from({ length: 1000 }, (_, index) => `event-${index}`);
    await write(log, ...names);
    await mkdir(join(folder, 'logs'));
    await write(log);
    const written = await ids(join(folder, 'logs', 'audit.jsonl'));
    const kept = written.filter((one) => typeof one === 'string');
    expect(kept).toEqual(names.slice(0, kept.length));
    expect(kept.length).toBeGreaterThan(10);
    expect(written).toContainEqual({ lost: 1000 - kept.length });
    await write(log, 'after');
    expect((await ids(join(folder, 'logs', 'audit.jsonl'))).at(-1)).toBe('after');
  });

  it.skipIf(process.platform !== 'linux')('for want of space says so', async () => {
    await write(auditLog('/dev/full'), 'a');
    await vi.waitFor(() => expect(troubles()).toEqual([expect.stringMatching(/ENOSPC.*make room/)]));
  });

  it('since it is a folder, or a pipe that nobody reads, says so and does not wait', async () => {
    await write(auditLog(folder), 'a');
    await vi.waitFor(() => expect(troubles()).toEqual([expect.stringContaining('EISDIR')]));
    const [code] = await once(spawn('mkfifo', [path]), 'exit');
    expect(code).toBe(0);
    await write(auditLog(path), 'a');
    await vi.waitFor(() => expect(troubles()).toEqual([expect.any(String), expect.stringContaining('ENXIO')]));
  });

  it('harms no delivery', async () => {
    const log = auditLog(folder);
    const guard = webhook(
      { provider: liasonpay(), secrets: SECRET, onVerdict: log.onVerdict, onSettled: log.onSettled },
      () => undefined,
    );
    const statuses: number[] = [];
    for (let index = 0; index < 50; index++) {
      const body = `{"event_type":"payment.paid","n":${index}}`;
      const headers = await sign(liasonpay(), { secret: SECRET, body });
      statuses.push((await guard(new Request('https://shop.example/hook', { method: 'POST', headers, body }))).status);
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    await log.close();
  });

  it('is given a record that is none, or one that throws, and throws nothing', async () => {
    const log = auditLog(path);
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    ) as VerdictRecord;
    for (const record of [undefined, null, 'text', hostile]) log.onVerdict(record as VerdictRecord);
    await write(log, 'a');
    expect(await ids()).toEqual([{ lost: 3 }, undefined, 'a']);
  });
});

describe('an audit log and its process', () => {
  const program = fileURLToPath(new URL('audit-writer.ts', import.meta.url));
  const run = (...args: string[]) =>
    spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), '--conditions=@postern/source', program, ...args],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );

  it('shares its file with other processes: 10,000 lines of three of them are whole', async () => {
    const writers = ['x', 'y', 'z'].map((name, index) => run(path, name, String([3334, 3333, 3333][index]), 'close'));
    const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0]));
    expect(codes).toEqual([0, 0, 0]);
    const written = (await ids()) as string[];
    expect(written).toHaveLength(10_000);
    for (const name of ['x', 'y', 'z']) {
      const own = written.filter((id) => id.startsWith(name)).map((id) => Number(id.split(':')[1]));
      expect(own).toEqual(own.map((_, index) => index));
    }
  });

  it('writes what waits when the process ends by process.exit()', async () => {
    expect((await once(run(path, 'x', '500', 'exit'), 'exit'))[0]).toBe(0);
    expect(await ids()).toHaveLength(500);
  });

  it('writes what every guard of the process publishes, once it subscribes, until it ends that', async () => {
    const log = auditLog(path);
    const end = log.subscribe();
    const receiver = createReceiver({ provider: liasonpay(), secrets: SECRET });
    const body = new TextEncoder().encode('{"event_type":"payment.paid"}');
    const headers = Object.entries(await sign(liasonpay(), { secret: SECRET, body }));
    const exchange = { head: { method: 'POST', url: '/', headers }, readBody: async () => body };
    await receiver.handle(exchange, () => undefined);
    end();
    await receiver.handle(exchange, () => undefined);
    await log.close();
    const lines = (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { audit: 'verdict', kind: 'genuine', provider: 'liasonpay' },
      { audit: 'settled', outcome: 'committed' },
    ]);
    expect(lines[0].instance).toBe(lines[1].instance);
  });
});

describe('auditLog', () => {
  it('spread into options gives them its hooks alone', () => {
    expect(Object.keys({ ...auditLog(path) })).toEqual(['onVerdict', 'onSettled', 'onSecret']);
  });

  it.each([
    ['', {}, 'invalid-option'],
    ['a\0b', {}, 'invalid-option'],
    [undefined, {}, 'invalid-option'],
    ['a', { adresses: 'full' }, 'unknown-option'],
    ['a', { addresses: 'some' }, 'invalid-option'],
    ['a', { maxBufferedBytes: 0 }, 'invalid-limit'],
    ['a', { maxBufferedBytes: 100 }, 'invalid-limit'],
    ['a', { now: 5 }, 'invalid-option'],
  ])('(%j, %j) is refused at start-up', (file, options, code) => {
    expect(() => auditLog(file as string, options as never)).toThrow(expect.objectContaining({ code }));
  });
});
