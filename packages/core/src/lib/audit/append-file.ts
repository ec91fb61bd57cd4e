import { closeSync, constants, openSync, type Stats, writeSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { type Batch, joinLines, wholeLines } from './batch.ts';
import { lossLine } from './line.ts';

/** A file that lines are appended to. */
export interface Appender {
  /** Takes a line, to be written soon. Never throws and never waits. */
  append(line: Uint8Array): void;
  /** Counts a line that could not even be made. */
  lose(): void;
  /** Writes what is waiting, and closes the file. A later line opens it again. Never rejects. */
  close(): Promise<void>;
}

/** What the appender needs of its owner. */
export interface AppenderSettings {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The most bytes that wait to be written; beyond it lines are dropped and counted. */
  readonly maxBufferedBytes: number;
  /** Told what went wrong and what to do, for a warning. */
  readonly trouble: (what: string) => void;
}

/** The most bytes of one write to a file. A pipe takes one line at a time: so much it takes whole. */
const LONGEST_WRITE = 65_536;

// Every line is appended where the file ends at that moment, whoever else appends to it or truncates it. A symbolic link is not followed,
// since whoever may write to the folder could lead the log elsewhere; a pipe that nobody reads is not waited for. Windows has neither.
const FLAGS =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** For its owner only, from its first byte. */
const MODE = 0o600;

const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: 'make its folder',
  EACCES: 'let this process write there',
  EISDIR: 'give a file, not a folder',
  ELOOP: 'it is a symbolic link, which is not followed: give the path it leads to',
  ENOSPC: 'the disk is full: make room',
  ENXIO: 'nobody reads this pipe',
};

interface OpenFile {
  readonly handle: FileHandle;
  readonly found: Stats;
}

/** A batch on its way to the file. */
interface Taken extends Batch {
  /** How many lost lines its first line stands for; 0 where it has no such line. */
  readonly told: number;
}

/** Appends lines to a file, in the background and in order: no delivery waits for a disk. Nothing is opened before the first line. */
export function createAppender(path: string, { now, maxBufferedBytes, trouble }: AppenderSettings): Appender {
  let waiting: Uint8Array[] = [];
  let heldBytes = 0;
  let lost = 0;
  let file: OpenFile | undefined;
  /** The last write ended within a line. The next begins with a line end, so that only that one line is spoilt. */
  let torn = false;
  let working: Promise<void> | undefined;
  let watched = false;

  const hasWork = () => waiting.length > 0 || lost > 0;

  /** Takes the next lines from those that wait, and the count of what was lost before them. */
  function take(isFile: boolean): Taken {
    const told = lost;
    lost = 0;
    // Only here, and never among those that wait: on a full disk each attempt would leave one more there.
    const next = told > 0 ? [lossLine(told, now()), ...waiting] : waiting;
    const batch = joinLines(next, isFile ? LONGEST_WRITE : 0, torn);
    waiting = next.slice(batch.lines.length);
    return { ...batch, told };
  }

  /** Puts back what of a batch was not written. */
  function settle({ told, ...batch }: Taken, written: number): void {
    const { whole, inside } = wholeLines(batch, written);
    if (written > 0) torn = inside;
    const first = told > 0 ? 1 : 0;
    if (whole < first) lost += told;
    for (const line of batch.lines.slice(first, whole)) heldBytes -= line.byteLength;
    waiting = [...batch.lines.slice(Math.max(first, whole)), ...waiting];
  }

  async function work(): Promise<void> {
    try {
      while (hasWork()) {
        file = await underItsName(file);
        const batch = take(file.found.isFile());
        let written = 0;
        try {
          ({ bytesWritten: written } = await file.handle.write(batch.bytes));
        } finally {
          settle(batch, written);
        }
      }
    } catch (error) {
      // The lines wait: for the next line, for close(), or for the end of the process.
      const code = codeOf(error);
      trouble(`it cannot be written (${code})${REMEDIES[code] === undefined ? '' : `: ${REMEDIES[code]}`}`);
    }
  }

  /** The file under this name. It is another one where a rotation gave the name away. */
  async function underItsName(current: OpenFile | undefined): Promise<OpenFile> {
    if (current !== undefined) {
      const named = await stat(path).catch((error) => (codeOf(error) === 'ENOENT' ? undefined : current.found));
      if (named?.ino === current.found.ino && named.dev === current.found.dev) return current;
      await release(current);
    }
    const handle = await open(path, FLAGS, MODE);
    const found = await handle.stat();
    if (found.isFile() && (found.mode & 0o077) !== 0 && process.platform !== 'win32')
      trouble('others may read or write it. It is written all the same: chmod 600 takes their rights away');
    return { handle, found };
  }

  async function release({ handle }: OpenFile): Promise<void> {
    file = undefined;
    torn = false;
    await handle.close().catch(() => undefined);
  }

  /** Where the process ends with lines waiting. A write that has begun ends by itself. */
  function writeNow(): void {
    try {
      const descriptor = file?.handle.fd ?? openSync(path, FLAGS, MODE);
      while (hasWork()) {
        const batch = take(file?.found.isFile() ?? false);
        settle(batch, writeSync(descriptor, batch.bytes));
      }
      if (file === undefined) closeSync(descriptor);
    } catch {
      // Nobody is left to be told.
    }
  }

  function begin(): Promise<void> {
    working ??= work().finally(() => {
      working = undefined;
    });
    return working;
  }

  return {
    append(line) {
      if (!watched) process.on('exit', writeNow);
      watched = true;
      if (heldBytes + line.byteLength > maxBufferedBytes) lost++;
      else {
        waiting.push(line);
        heldBytes += line.byteLength;
      }
      void begin();
    },
    lose() {
      lost++;
    },
    async close() {
      await working;
      await begin();
      // A record may have come in between.
      while (working !== undefined) await working;
      if (file !== undefined) await release(file);
      if (hasWork()) return;
      process.off('exit', writeNow);
      watched = false;
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}
