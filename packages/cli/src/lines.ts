import { createReadStream } from 'node:fs';
import { Misuse } from './misuse.ts';

const LF = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Opens a file, or standard input for `-`. What cannot be opened is told, as `Misuse`, by the first read. */
export function openFile(file: string): AsyncIterable<Buffer> {
  return file === '-' ? process.stdin : readChunks(file);
}

/**
 * The lines of a byte stream, one at a time, without their line ends: a file may be larger than memory.
 *
 * They end at LF alone. JSON text may hold U+2028, at which the line readers made for terminals split.
 */
export async function* readLines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let first = true;
  const join = (last: Buffer) => {
    const line = pending.length === 0 ? last : Buffer.concat([...pending, last]);
    pending = [];
    const marked = first && line.subarray(0, 3).equals(BYTE_ORDER_MARK);
    first = false;
    return marked ? line.subarray(3) : line;
  };
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      yield join(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  if (pending.length > 0) yield join(Buffer.alloc(0));
}

async function* readChunks(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Buffer;
  } catch (error) {
    throw new Misuse(`${file}: ${explain(error)}`);
  }
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file.';
  if (code === 'EISDIR') return 'this is a folder: give a file.';
  if (code === 'EACCES') return 'this file may not be read.';
  return `this file could not be read (${String(code ?? 'unknown error')}).`;
}
