import type { SettledRecord, VerdictRecord } from '@postern/core';
import pino, { type DestinationStream, type Logger } from 'pino';

type Level = 'info' | 'warn' | 'error';

/** What needs no one, what somebody should look at when there is much of it, and what somebody should mend. */
const LEVELS: Readonly<Record<VerdictRecord['kind'], Level>> = {
  genuine: 'info',
  handshake: 'info',
  duplicate: 'info',
  forged: 'warn',
  stale: 'warn',
  unconfirmed: 'warn',
  elsewhere: 'warn',
  misfit: 'warn',
  ours: 'error',
};

/** `released`: the sender tries again. `uncommitted` and `unclaimed`: the claim store failed, and the event may run twice. */
const SETTLED_LEVELS: Readonly<Record<SettledRecord['outcome'], Level>> = {
  committed: 'info',
  late: 'warn',
  released: 'error',
  uncommitted: 'error',
  unclaimed: 'error',
};

/** What a receiver tells, told to a logger: spread it into the options of `webhook`. */
export interface DeliveryLog {
  onVerdict(record: VerdictRecord): void;
  onSettled(record: SettledRecord): void;
}

/**
 * Logs what was decided about each delivery, and how each run of the handler ended. `instance` is the id that the caller was answered with.
 *
 * Of an error its class alone is logged: a message may hold whatever the handler had in its hands.
 */
export function logDeliveries(logger: Logger): DeliveryLog {
  const log = logger.child({}, { serializers: { error: classOf } });
  return {
    onVerdict: (record) =>
      log[LEVELS[record.kind]]({ webhook: record.kind, ...record }, `webhook ${record.reason ?? record.outcome}`),
    onSettled: (record) =>
      log[SETTLED_LEVELS[record.outcome]]({ webhook: 'settled', ...record }, `webhook ${record.outcome}`),
  };
}

/** The class of an error, as its program names it. */
function classOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  const name = error instanceof Error ? error.constructor.name : typeof error;
  // A name can be set to anything, too.
  return /^\w{1,64}$/.test(name) ? name : 'Error';
}

/** A logger, and how its last lines are brought out. */
export interface OpenLog {
  readonly logger: Logger;
  /** Writes what is waiting, and closes the file. */
  close(): Promise<void>;
  /** Opens the file anew: after a log was rotated. */
  reopen(): void;
}

/**
 * A logger that no delivery waits for: lines are written in the background, at most 1 MiB of them wait, and what is more is dropped.
 *
 * A disk that is full or a pipe that is closed loses lines, and nothing else: without the listener, its error would end the process.
 */
export function openLog(settings: {
  /** A file, or the number of a descriptor: 1 is standard output. */
  readonly to: string | number;
  readonly level?: string;
  /** Called for each error of the destination. Lines are lost. */
  readonly onLost: (error: Error) => void;
}): OpenLog {
  const destination = pino.destination({ dest: settings.to, sync: false, maxLength: 1024 * 1024, mode: 0o600 });
  destination.on('error', settings.onLost);
  return {
    logger: loggerTo(destination, settings.level),
    close: () =>
      new Promise((closed) => {
        destination.once('close', closed);
        destination.once('error', () => closed());
        destination.end();
      }),
    reopen: () => destination.reopen(),
  };
}

/** The logger itself, for a destination of any kind. No host name or process id: the collector adds its own. */
export function loggerTo(destination: DestinationStream, level = 'info'): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
