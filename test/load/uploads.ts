import { connect } from 'node:net';
import { jsonHead } from '../express/caller.ts';
import { signed } from '../express/rig.ts';

/** One upload: a delivery as bytes, and how much of it is sent before the sender goes. */
export interface Upload {
  readonly index: number;
  readonly bytes: Uint8Array;
  /** Bytes that are sent; undefined for all of them. */
  readonly cutAt: number | undefined;
  /** How a cut-off sender goes: it closes its side (FIN) or resets the connection (RST). */
  readonly leave: 'end' | 'reset';
}

/** Numbers from 0 up to 1, the same for the same seed (a multiply-and-shift generator). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
    return ((mixed ^ (mixed >>> 12)) >>> 0) / 4_294_967_296;
  };
}

const BODY_BYTES = 65_536;

/** Makes uploads of 64 KiB, exactly half of them to be cut off somewhere in their body: after the head, at the last byte but one, or anywhere between. */
export async function makeUploads(first: number, count: number, random: () => number): Promise<Upload[]> {
  const cut = new Set<number>();
  while (cut.size < count / 2) cut.add(first + Math.floor(random() * count));
  const uploads: Upload[] = [];
  for (let index = first; index < first + count; index++) {
    const start = `{"event_type":"payment.paid","index":${index},"filler":"`;
    const body = `${start}${'f'.repeat(BODY_BYTES - start.length - 2)}"}`;
    const head = jsonHead(await signed(body), BODY_BYTES);
    uploads.push({
      index,
      bytes: Buffer.from(head + body),
      cutAt: cut.has(index) ? head.length + Math.floor(random() * BODY_BYTES) : undefined,
      leave: random() < 0.5 ? 'end' : 'reset',
    });
  }
  return uploads;
}

/** Sends uploads, so many at a time, each on a connection of its own. Gives the status of each that was answered. */
export async function sendUploads(
  port: number,
  uploads: readonly Upload[],
  atOnce: number,
): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const waiting = uploads.values();
  async function work(): Promise<void> {
    // One iterator for all workers.
    for (const upload of waiting) {
      const status = await sendUpload(port, upload);
      if (status !== undefined) statuses.set(upload.index, status);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return statuses;
}

function sendUpload(port: number, { bytes, cutAt, leave }: Upload): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let status: number | undefined;
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(status));
    socket.on('data', (answer) => {
      status ??= Number(answer.toString('latin1', 9, 12));
      if (cutAt === undefined) socket.end();
    });
    socket.write(bytes.subarray(0, cutAt), () => {
      if (cutAt === undefined) return;
      if (leave === 'end') socket.end();
      else socket.resetAndDestroy();
    });
  });
}
