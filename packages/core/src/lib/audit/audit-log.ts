import { channel } from 'node:diagnostics_channel';
import { resolve } from 'node:path';
import { ConfigurationError } from '../errors.ts';
import { createWarn } from '../host.ts';
import { optionalFunction, positiveInteger, refuseUnknownOptions } from '../options.ts';
import type { SettledRecord, VerdictRecord } from '../types.ts';
import { createAppender } from './append-file.ts';
import { type AddressDetail, type AuditedSecret, auditLine } from './line.ts';

/** Options of `auditLog`. */
export interface AuditLogOptions {
  /** What stands of the client's address. Default `'network'`: its /24, of IPv6 its /48. `'full'`: the address; it may be personal data. `'none'`: nothing. */
  readonly addresses?: AddressDetail | undefined;
  /** The most bytes that wait where the file cannot be written, at least 8,192. Default 4,194,304 (4 MiB), some 10,000 records. Beyond it records are dropped, and a line says later how many. */
  readonly maxBufferedBytes?: number | undefined;
  /** The clock, milliseconds since 1970. Default `Date.now`. Records bring their own times: this one is for lost ones and for warnings. */
  readonly now?: (() => number) | undefined;
}

/** An audit log: hooks that write. Spread it into the options of a guard (`{ ...options, ...log }`): the hooks are copied, and nothing else. */
export interface AuditLog {
  /** Writes a verdict. Never throws and never waits. */
  readonly onVerdict: (record: VerdictRecord) => void;
  /** Writes how a run ended. Never throws and never waits. */
  readonly onSettled: (record: SettledRecord) => void;
  /** Writes what became of a secret. Never throws and never waits. */
  readonly onSecret: (record: AuditedSecret) => void;
  /**
   * In place of the hooks: writes what every guard in this process publishes on `postern:verdict` and `postern:settled`. Call what it returns
   * to end that. With the hooks beside it each record would be written twice.
   */
  readonly subscribe: () => () => void;
  /** Writes what is waiting and closes the file: for SIGTERM, after the guards' own `close()`. A record that comes later opens it again. Never rejects. */
  readonly close: () => Promise<void>;
}

/**
 * Writes records to a file, JSON Lines, for the day when somebody asks what a secret let in: `postern audit` reads it.
 *
 * A line holds listed fields only and is at most 4 KiB: never a secret, a body, an error's message or a sender's free text. The file is made
 * with mode 0600, appended to whole line by whole line, so that several processes may share it, and opened anew when it was rotated
 * (renamed, removed or truncated). Nothing is opened before the first record. What cannot be written waits, and is a warning (`POSTERN_AUDIT`):
 * no delivery is refused or delayed for it. Where a process is killed, what waited is lost.
 *
 * @param path the file; a relative one stands in the folder the process has now. A symbolic link is not followed
 * @throws ConfigurationError for a path that is none, an unknown option, and a value out of its range
 */
export function auditLog(path: string, options: AuditLogOptions = {}): AuditLog {
  if (typeof path !== 'string' || path === '' || path.includes('\0'))
    throw new ConfigurationError('invalid-option', 'auditLog', 'give the path of a file: auditLog("audit.jsonl")');
  refuseUnknownOptions(options, ['addresses', 'maxBufferedBytes', 'now'], 'auditLog');
  const { addresses = 'network', now = Date.now } = options;
  if (!['full', 'network', 'none'].includes(addresses))
    throw new ConfigurationError('invalid-option', 'auditLog.addresses', "give 'full', 'network' or 'none'");
  optionalFunction(options.now, 'auditLog.now');
  const maxBufferedBytes = positiveInteger(
    options.maxBufferedBytes,
    'auditLog.maxBufferedBytes',
    'bytes',
    4_194_304,
    1_073_741_824,
  );
  if (maxBufferedBytes < 8192)
    throw new ConfigurationError('invalid-limit', 'auditLog.maxBufferedBytes', 'give at least 8192: two lines.');
  const file = resolve(path);
  const warn = createWarn(now);
  const appender = createAppender(file, {
    now,
    maxBufferedBytes,
    trouble: (what) => warn('POSTERN_AUDIT', `the audit log ${file}: ${what}. Deliveries are not affected.`),
  });
  const write =
    (audit: 'verdict' | 'settled' | 'secret') => (record: VerdictRecord | SettledRecord | AuditedSecret) => {
      try {
        appender.append(auditLine(audit, record, addresses, now()));
      } catch {
        appender.lose();
      }
    };
  const hooks = { onVerdict: write('verdict'), onSettled: write('settled'), onSecret: write('secret') };
  const rest: Pick<AuditLog, 'subscribe' | 'close'> = {
    subscribe() {
      const heard = [
        [channel('postern:verdict'), (record: unknown) => hooks.onVerdict(record as VerdictRecord)],
        [channel('postern:settled'), (record: unknown) => hooks.onSettled(record as SettledRecord)],
      ] as const;
      for (const [one, listen] of heard) one.subscribe(listen);
      return () => {
        for (const [one, listen] of heard) one.unsubscribe(listen);
      };
    },
    close: appender.close,
  };
  // Not enumerable, so that a spread into a guard's options leaves them behind.
  for (const [name, value] of Object.entries(rest)) Object.defineProperty(hooks, name, { value });
  return Object.freeze(hooks) as typeof hooks & typeof rest;
}
