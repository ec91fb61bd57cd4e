import { sign } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { chunk, dial, head, LAST_CHUNK, type Lines, send, type WireAnswer } from '../express/caller.ts';
import { gate, until } from '../express/rig.ts';
import { type Files, startSite } from './site.ts';

export const SECRET = 'test-secret-test-secret-test-secret';

/** What a route has printed: a verdict, the end of a run, or that its handler ran, and over which bytes (latin1). */
export interface Sighting {
  readonly endpoint: string;
  readonly saw: string;
  readonly detail?: string;
  readonly body?: string;
}

/** A production server in a process of its own. */
export interface Running {
  readonly port: number;
  /** What an endpoint has printed so far, in order. */
  sightings(endpoint: string): readonly Sighting[];
  /** Everything it has printed so far, on both outputs. */
  printed(): string;
  close(): Promise<void>;
}

/** Starts `next start` in a built application. */
export async function start(folder: string, env: Files): Promise<Running> {
  const closing = gate();
  return new Promise((resolve, reject) => {
    const ended = startSite(folder, env, async ({ port, printed }) => {
      resolve({
        port,
        sightings: (endpoint) => linesOf(printed()).filter((line) => line.endpoint === endpoint),
        printed,
        async close() {
          closing.open();
          await ended;
        },
      });
      await closing.passed;
    });
    ended.catch(reject);
  });
}

function linesOf(printed: string): readonly Sighting[] {
  return printed
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

/** A delivery: the header lines that make it genuine, and its bytes. */
export interface Letter {
  readonly lines: Lines;
  readonly body: Uint8Array;
}

/** Signs a body, as of now. */
export async function letter(
  text: string | Uint8Array,
  secret = SECRET,
  more: Lines = [],
  provider = liasonpay(),
): Promise<Letter> {
  const body = Buffer.from(text);
  const headers = await sign(provider, { secret, body });
  return { lines: [['Content-Type', 'application/json'], ...more, ...Object.entries(headers)], body };
}

/** Sends a delivery on a connection of its own. */
export function post(port: number, path: string, { lines, body }: Letter): Promise<WireAnswer> {
  const length: Lines = [['Content-Length', String(body.byteLength)]];
  return send(port, Buffer.concat([Buffer.from(head([...length, ...lines], 'POST', path)), body]));
}

/** Sends a request without a body. */
export function ask(port: number, method: string, path: string, lines: Lines = []): Promise<WireAnswer> {
  return send(port, head(lines, method, path));
}

export { chunk, dial, head, LAST_CHUNK, type Lines, until };
