import { helpUrl } from './errors.ts';

/** Codes of the warnings this package emits through `process.emitWarning`. */
export type WarningCode =
  | 'POSTERN_SHORT_SECRET'
  | 'POSTERN_REPEATED_SECRET'
  | 'POSTERN_MISCONFIGURED'
  | 'POSTERN_REFUSALS'
  | 'POSTERN_RANGES'
  | 'POSTERN_STORE'
  | 'POSTERN_STORE_SETTINGS'
  | 'POSTERN_HANDLER'
  | 'POSTERN_SECRETS'
  | 'POSTERN_SECRET_EXPIRING'
  | 'POSTERN_OLD_SECRET'
  | 'POSTERN_SHARED_SECRET'
  | 'POSTERN_HOOK'
  | 'POSTERN_PROXY'
  | 'POSTERN_PROXY_RANGES'
  | 'POSTERN_PROXY_SETTINGS'
  | 'POSTERN_PLAIN_URL'
  | 'POSTERN_OBSERVING'
  | 'POSTERN_WOULD_REFUSE'
  | 'POSTERN_AUDIT'
  | 'POSTERN_INTERNAL';

interface WarningHost {
  process?: { emitWarning?(message: string, options: { type: string; code: string; detail: string }): void };
  console?: { warn(message: string): void };
}

/** How a part of the library speaks when the user gave no ear for it. */
export type Warn = (code: WarningCode, message: string, anchor?: string) => void;

/**
 * The one place that may warn: `process.emitWarning` with a code and a help page, or the console where a runtime has no such thing.
 *
 * Each code is said at most once a minute for each receiver, so that a flood of refusals is not also a flood of log lines.
 */
export function createWarn(now: () => number): Warn {
  const lastSaid = new Map<WarningCode, number>();
  return (code, message, anchor = 'warnings') => {
    const time = now();
    const last = lastSaid.get(code);
    if (last !== undefined && Math.abs(time - last) < 60_000) return;
    lastSaid.set(code, time);
    const host = globalThis as WarningHost;
    const detail = helpUrl(anchor);
    if (host.process?.emitWarning !== undefined)
      host.process.emitWarning(message, { type: 'PosternWarning', code, detail });
    // Edge runtimes and Workers. Said nowhere, a missing secret would be a 500 that nobody can explain.
    else host.console?.warn(`[${code}] PosternWarning: ${message}\n${detail}`);
  };
}

/** For functions that are called once a delivery: said with each call, a warning would fill the log. Receivers and verifiers say it. */
export const keepQuiet: Warn = () => undefined;
