import { channel } from 'node:diagnostics_channel';

/** A place where records are published for whoever in this process listens. */
export interface RecordChannel {
  readonly hasSubscribers: boolean;
  publish(record: object): void;
}

// The door to `node:diagnostics_channel`, of Node.js, Bun and Deno: https://nodejs.org/api/diagnostics_channel.html
// A name is one channel throughout the process, whoever asks for it and in whichever copy of this package.

/** Every verdict record, as `onVerdict` is told it. */
export const VERDICTS: RecordChannel = channel('postern:verdict');

/** Every settled record, as `onSettled` is told it. */
export const SETTLEMENTS: RecordChannel = channel('postern:settled');
