import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAppender } from './append-file.ts';

const AT = 1_767_225_600_000;
const LINE = new TextEncoder().encode(`${'x'.repeat(99)}\n`);

let folder: string;
let path: string;
/** How many bytes the disk still takes. */
let room: number;
/** The sizes of the writes that were tried. */
let tried: number[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-append-'));
  path = join(folder, 'audit.jsonl');
  room = 0;
  tried = [];
  // A disk that is full cannot be had everywhere, and none that has room again.
  const probe = await open(join(folder, 'probe'), 'w');
  const handles = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  const write = handles.write as (this: FileHandle, bytes: Uint8Array) => Promise<{ bytesWritten: number }>;
  vi.spyOn(handles, 'write').mockImplementation(async function (this: FileHandle, bytes: unknown) {
    const all = bytes as Uint8Array;
    tried.push(all.byteLength);
    if (room === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    const part = all.subarray(0, room);
    room -= part.byteLength;
    return (await write.call(this, part)) as never;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const openLog = () => {
  const trouble = vi.fn();
  const appender = createAppender(path, { now: () => AT, maxBufferedBytes: 1000, trouble });
  return {
    appender,
    /** A record, and the attempt to write it. */
    async record(times: number) {
      for (let i = 0; i < times; i++) {
        appender.append(LINE);
        await appender.close();
      }
    },
    trouble,
  };
};
const written = () => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const lostLine = (count: number) => JSON.stringify({ audit: 'lost', at: new Date(AT).toISOString(), count });

describe('what waits for a disk that is full', () => {
  it('is never more than it may be, however many records are dropped: their count is one line', async () => {
    const { appender, record } = openLog();
    await record(10);
    await record(300);
    expect(Math.max(...tried)).toBeLessThan(1000 + 100);
    room = Number.POSITIVE_INFINITY;
    await appender.close();
    expect(written()).toEqual([lostLine(300), ...Array.from({ length: 10 }, () => 'x'.repeat(99))]);
  });

  it('makes room as it is written, and not for the line with the count, which took none', async () => {
    const { record } = openLog();
    await record(11);
    room = Number.POSITIVE_INFINITY;
    await record(1);
    room = 0;
    await record(11);
    room = Number.POSITIVE_INFINITY;
    await record(1);
    // Ten fit each time; the eleventh is lost, and so is the one that comes before there is room.
    expect(written().filter((line) => !line.startsWith('x'))).toEqual([lostLine(2), lostLine(2)]);
    expect(written().filter((line) => line.startsWith('x'))).toHaveLength(20);
  });

  it('keeps its count where the disk took only a part of that line', async () => {
    const { appender, record, trouble } = openLog();
    await record(12);
    trouble.mockClear();
    room = 20;
    appender.append(LINE);
    await vi.waitFor(() => expect(trouble).toHaveBeenCalled());
    expect(readFileSync(path, 'utf8')).toBe(lostLine(3).slice(0, 20));
    room = Number.POSITIVE_INFINITY;
    await appender.close();
    expect(written().slice(0, 3)).toEqual([lostLine(3).slice(0, 20), lostLine(3), 'x'.repeat(99)]);
    expect(written()).toHaveLength(12);
  });

  it('holds the process’s end for a count alone, too', async () => {
    const before = process.listenerCount('exit');
    const { appender, record } = openLog();
    await record(1);
    appender.lose();
    room = LINE.byteLength;
    await appender.close();
    expect(process.listenerCount('exit')).toBe(before + 1);
    room = Number.POSITIVE_INFINITY;
    await appender.close();
    expect(process.listenerCount('exit')).toBe(before);
    expect(
      written()
        .filter((line) => !line.startsWith('x'))
        .at(-1),
    ).toBe(lostLine(1));
  });
});
