import { createSocket } from 'node:dgram';

/** How far our clock is ahead of a time source's, milliseconds; or why that is not known. */
export type ClockReading = { readonly aheadMs: number; readonly source: string } | { readonly skipped: string };

/** Seconds between 1900, from which NTP counts, and 1970. */
const FROM_1900 = 2_208_988_800;
const LONGEST_MS = 3_000;
/** A slower answer says too little about two seconds. */
const SLOWEST_MS = 1_500;

/**
 * Asks a time source once, by SNTP over UDP.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4330
 */
export async function readClock(address: string, now: () => number = Date.now): Promise<ClockReading> {
  const [, bracketed, plain, port = '123'] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
    return { skipped: 'the time source is no host[:port]' };
  const nonce = crypto.getRandomValues(Buffer.alloc(8));
  const question = Buffer.alloc(48);
  question[0] = 0b00_100_011; // version 4, client
  nonce.copy(question, 40);
  const socket = createSocket(bracketed === undefined ? 'udp4' : 'udp6');
  try {
    const sent = now();
    const answer = await new Promise<Buffer | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), LONGEST_MS);
      const end = (bytes: Buffer | undefined) => {
        clearTimeout(timer);
        resolve(bytes);
      };
      socket.on('error', () => end(undefined));
      // An answer repeats our nonce. Whatever else arrives is somebody else's.
      socket.on('message', (bytes) => {
        if (bytes.length >= 48 && bytes.subarray(24, 32).equals(nonce)) end(bytes);
      });
      socket.send(question, Number(port), host, (error) => {
        if (error) end(undefined);
      });
    });
    if (answer === undefined) return { skipped: `${host} did not tell the time` };
    return judgeAnswer(answer, host, sent, now());
  } finally {
    socket.close();
  }
}

function judgeAnswer(answer: Buffer, source: string, sent: number, received: number): ClockReading {
  const mode = (answer[0] ?? 0) & 7;
  const leap = (answer[0] ?? 0) >> 6;
  const stratum = answer[1] ?? 0;
  if (mode !== 4 || leap === 3 || stratum === 0 || stratum > 15)
    return { skipped: `${source} does not know the time itself` };
  if (received - sent > SLOWEST_MS) return { skipped: `${source} answered too slowly to say` };
  const came = readTime(answer, 32);
  const left = readTime(answer, 40);
  return { aheadMs: Math.round((sent - came + (received - left)) / 2), source };
}

/** Milliseconds since 1970. NTP's seconds begin anew in 2036; what looks like 1900 to 1968 is then. */
function readTime(bytes: Buffer, at: number): number {
  const seconds = bytes.readUInt32BE(at);
  const era = seconds < 0x80000000 ? 4_294_967_296 : 0;
  return (seconds + era - FROM_1900 + bytes.readUInt32BE(at + 4) / 4_294_967_296) * 1_000;
}
