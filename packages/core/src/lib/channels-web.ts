import type { RecordChannel } from './channels.ts';

// What stands in for the door to `node:diagnostics_channel` on edge runtimes and in workers: nobody listens. The hooks are told all the same.
const SILENT: RecordChannel = Object.freeze({ hasSubscribers: false, publish: () => undefined });

/** Every verdict record. */
export const VERDICTS = SILENT;

/** Every settled record. */
export const SETTLEMENTS = SILENT;
