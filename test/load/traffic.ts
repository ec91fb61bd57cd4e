import { connect, type Socket } from 'node:net';
import { delivery } from '../express/caller.ts';
import { signed } from '../express/rig.ts';

/** A time between two requests, milliseconds, and the connections that take turns. */
const PACE_MS = 3;
const CONNECTIONS = 8;

/** How a stretch of genuine traffic was answered. */
export interface Stretch {
  readonly sent: number;
  /** Answers other than 200. */
  readonly refused: number;
  /** The time from sending to the answer, milliseconds, in the order of sending. */
  readonly latencies: readonly number[];
}

/** Genuine deliveries at a steady pace over kept connections. */
export interface Traffic {
  /** Ends the stretch that runs, begins another, and gives what the ended one was. */
  readonly turn: () => Stretch;
  /** Answers in the stretch that runs. */
  readonly answered: () => number;
  readonly stop: () => void;
}

/** Starts genuine traffic. `count` deliveries are signed beforehand: signing is no part of what is measured. */
export async function startTraffic(port: number, firstIndex: number, count: number): Promise<Traffic> {
  const requests: Uint8Array[] = [];
  for (let index = firstIndex; index < firstIndex + count; index++) {
    const body = `{"event_type":"payment.paid","index":${index}}`;
    requests.push(delivery(await signed(body), body));
  }
  let stretch = { sent: 0, refused: 0, latencies: [] as number[] };
  const free: Socket[] = Array.from({ length: CONNECTIONS }, () =>
    connect(port, '127.0.0.1')
      .setNoDelay(true)
      .on('error', () => undefined),
  );
  const all = [...free];
  const waiting = requests.values();
  function send(): void {
    const socket = free.shift();
    // All connections wait for answers: the next tick tries again, and the latencies show it.
    if (socket === undefined) return;
    const next = waiting.next();
    if (next.done) throw new Error('There are not enough deliveries for this stretch.');
    const mine = stretch;
    mine.sent++;
    const begun = performance.now();
    // An answer this short comes in one piece.
    socket.once('data', (answer) => {
      mine.latencies.push(performance.now() - begun);
      if (answer.toString('latin1', 9, 12) !== '200') mine.refused++;
      free.push(socket);
    });
    socket.write(next.value);
  }
  const timer = setInterval(send, PACE_MS);
  return {
    turn() {
      const ended = stretch;
      stretch = { sent: 0, refused: 0, latencies: [] };
      return ended;
    },
    answered: () => stretch.latencies.length,
    stop() {
      clearInterval(timer);
      for (const socket of all) socket.destroy();
    },
  };
}

/** The 99th percentile of windows of so many latencies, the median over the windows: one pause of this machine is no property of the server. */
export function typicalP99(latencies: readonly number[], window = 200): number {
  const p99s: number[] = [];
  for (let at = 0; at + window <= latencies.length; at += window)
    p99s.push(quantile(latencies.slice(at, at + window), 0.99));
  if (p99s.length === 0) throw new Error(`There are only ${latencies.length} latencies, less than one window.`);
  return quantile(p99s, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
