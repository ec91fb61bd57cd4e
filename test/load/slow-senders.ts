import { connect } from 'node:net';

/** How one slow sender fared, milliseconds since it connected. */
export interface Fate {
  status: number | undefined;
  answeredAfter: number | undefined;
  closedAfter: number | undefined;
}

/** Senders that give one byte a second each. */
export interface SlowSenders {
  readonly fates: readonly Fate[];
  readonly openNow: () => number;
  /** Resolves when all have connected. */
  readonly connected: Promise<void>;
  /** Resolves when the server has closed them all. */
  readonly closed: Promise<void>;
  readonly stop: () => void;
}

/** So many connect at once, every so many milliseconds, and in such turns they send: never all in one moment. */
const TURN = 25;
const TURN_MS = 25;

/** Opens connections that send `start` at once and then one byte of `rest` a second, on and on until the server closes them. */
export function startSlowSenders(port: number, count: number, start: string, rest: string): SlowSenders {
  const fates: Fate[] = [];
  const stops: (() => void)[] = [];
  let open = 0;
  let over = 0;
  let allConnected = () => {};
  let allClosed = () => {};
  const connected = new Promise<void>((resolve) => {
    allConnected = resolve;
  });
  const closed = new Promise<void>((resolve) => {
    allClosed = resolve;
  });

  function startOne(): void {
    const fate: Fate = { status: undefined, answeredAfter: undefined, closedAfter: undefined };
    fates.push(fate);
    const socket = connect(port, '127.0.0.1').setNoDelay(true);
    let sent = 0;
    let begun = performance.now();
    let drip: ReturnType<typeof setInterval> | undefined;
    const since = () => performance.now() - begun;
    socket.once('connect', () => {
      begun = performance.now();
      socket.write(start);
      drip = setInterval(() => socket.write(rest[sent++ % rest.length] ?? ''), 1_000);
      if (++open === count) allConnected();
    });
    socket.on('data', (answer) => {
      fate.status ??= Number(answer.toString('latin1', 9, 12));
      fate.answeredAfter ??= since();
    });
    const end = () => {
      fate.closedAfter ??= since();
      clearInterval(drip);
      socket.destroy();
    };
    socket.on('error', end);
    socket.once('end', end);
    socket.once('close', () => {
      if (++over === count) allClosed();
    });
    stops.push(() => {
      clearInterval(drip);
      socket.destroy();
    });
  }

  const starting = setInterval(() => {
    for (let i = 0; i < TURN && fates.length < count; i++) startOne();
    if (fates.length === count) clearInterval(starting);
  }, TURN_MS);
  return {
    fates,
    openNow: () => open - over,
    connected,
    closed,
    stop() {
      clearInterval(starting);
      for (const stop of stops) stop();
    },
  };
}
