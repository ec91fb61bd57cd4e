import {
  type Delivery,
  type Provider,
  type ReceiverOptions,
  type Secrets,
  type SettledRecord,
  sign,
  type VerdictRecord,
} from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import type { Mount, MountHandler, Reply, RunningServer, Spoiling } from './mount.ts';
import { dial, type Line, type Lines, until, type WireAnswer } from './raw-caller.ts';
import type { Sight } from './sight.ts';

/** The signing secret of the cases. */
export const SECRET = 'test-secret-test-secret-test-secret';

/** The clock of the cases, unix seconds: it stands still. */
export const NOW_SECONDS = 1_767_225_600;

/** What a case may set for its server: plain values, so that a mount can carry them to another process. */
export type StageOptions = Partial<
  Pick<ReceiverOptions, 'provider' | 'secrets' | 'maxBodyBytes' | 'bodyTimeoutMs' | 'handlerTimeoutMs' | 'maxHeldBytes'>
>;

/** What a case does with a genuine delivery. */
export type StageHandler = (delivery: Delivery, stage: Stage) => Promise<Reply | undefined> | Reply | undefined;

/** A body, and the header lines that make a genuine delivery of it. */
export interface Letter {
  readonly lines: Lines;
  readonly body: Uint8Array;
}

/** A server of one case, and everything that can be seen of it. */
export interface Stage {
  readonly verdicts: readonly VerdictRecord[];
  readonly settled: readonly SettledRecord[];
  /** How often the handler was started. */
  runs(): number;
  /** Signs a body, and remembers it as one that the handler may get. */
  sign(body: string | Uint8Array, how?: { timestamp?: number; secret?: string; id?: string }): Promise<Letter>;
  dial(): Promise<Line>;
  /** Waits for the next answer on a line, and notes its status. `undefined` where none came. */
  answer(line: Line, method?: string): Promise<WireAnswer | undefined>;
  /** Sends a request on a connection of its own, waits for the answer and notes its status. */
  send(bytes: string | Uint8Array, method?: string): Promise<WireAnswer | undefined>;
  /** Adds to what was seen. */
  see(what: Sight): void;
  /** Waits for something that should become true soon. What comes after shows whether it did. */
  soon(holds: () => boolean): Promise<void>;
  /** A gate that a handler can wait at until the case opens it. */
  readonly gate: { readonly passed: Promise<void>; open(): void };
}

/** A stage, as its director sees it. */
export interface OpenStage extends Stage {
  sight(): Sight;
  close(): Promise<void>;
}

/** What should become true takes milliseconds. */
const SOON_MS = 2_000;

/** Starts the server of one case. @throws whatever the mount throws */
export async function openStage(
  mount: Mount,
  { spoilt, handler, options = {} }: { spoilt?: Spoiling; handler?: StageHandler; options?: StageOptions },
): Promise<OpenStage> {
  const provider: Provider = options.provider ?? liasonpay();
  const verdicts: VerdictRecord[] = [];
  const settled: SettledRecord[] = [];
  const deliveries: Delivery[] = [];
  const signed: Uint8Array[] = [];
  const answers: (number | 'closed' | 'none')[] = [];
  const lines: Line[] = [];
  const gate = createGate();
  let seen: Sight = {};
  const handle: MountHandler = (delivery) => {
    deliveries.push(delivery);
    return handler?.(delivery, stage);
  };
  const serve = spoilt === undefined ? mount.serve : mount.spoilt?.[spoilt];
  if (serve === undefined) throw new Error(`${mount.name} has no way to have a body ${spoilt}`);
  const server: RunningServer = await serve.call(
    mount,
    {
      provider,
      secrets: SECRET,
      ...options,
      now: () => NOW_SECONDS * 1000,
      onVerdict: (record) => verdicts.push(record),
      onSettled: (record) => settled.push(record),
    },
    handle,
  );
  const stage: OpenStage = {
    verdicts,
    settled,
    gate,
    runs: () => deliveries.length,
    async sign(text, { timestamp = NOW_SECONDS, secret, id } = {}) {
      const body = typeof text === 'string' ? new TextEncoder().encode(text) : text;
      const headers = await sign(provider, {
        secret: secret ?? (options.secrets as Secrets | undefined) ?? SECRET,
        body,
        timestamp,
        id,
      });
      signed.push(body);
      return { lines: Object.entries(headers), body };
    },
    async dial() {
      const line = await dial(server.port);
      lines.push(line);
      return line;
    },
    async answer(line, method = 'POST') {
      const answer = await line.answer({ method });
      if (typeof answer === 'string') {
        answers.push(answer);
        return undefined;
      }
      answers.push(answer.status);
      return answer;
    },
    async send(bytes, method) {
      const line = await stage.dial();
      line.write(bytes);
      const answer = await stage.answer(line, method);
      line.hangUp();
      return answer;
    },
    see(what) {
      seen = { ...seen, ...what };
    },
    async soon(holds) {
      await until(holds, SOON_MS);
    },
    sight: () => ({
      answers: [...answers],
      verdicts: verdicts.map(({ outcome, reason }) => reason ?? outcome),
      runs: deliveries.map(({ attempt }) => attempt),
      bodies: compareBodies(deliveries, signed),
      settled: settled.map(({ outcome, reason }) => (reason === undefined ? outcome : `${outcome}: ${reason}`)),
      ...seen,
    }),
    async close() {
      gate.open();
      for (const line of lines) line.hangUp();
      await server.close();
    },
  };
  return stage;
}

function compareBodies(deliveries: readonly Delivery[], signed: readonly Uint8Array[]): NonNullable<Sight['bodies']> {
  if (deliveries.length === 0) return 'no run';
  const isSigned = ({ body }: Delivery) => signed.some((bytes) => Buffer.from(bytes).equals(body));
  return deliveries.every(isSigned) ? 'as signed' : 'other bytes';
}

function createGate(): Stage['gate'] {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}
