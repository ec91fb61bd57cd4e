import type { Needle } from './leaks.ts';
import { computeSignature, nowSeconds } from './provider.ts';
import { type RawAnswer, type RawRequest, sendRaw } from './raw-request.ts';
import { describeSight, type Row, type Sight } from './row.ts';
import type { WatchedServer } from './server.ts';

/** Which of the run's secrets signs: the one in force, the one before it, or one that no server knows. */
export type SecretName = 'current' | 'previous' | 'guessed';

/** Where the scenario is played: it signs, sends, and keeps what came of it. */
export interface Stage {
  /** The signature header of a genuine delivery, unless another secret or time is given. */
  sign(body: string, options?: { readonly secret?: SecretName; readonly time?: number }): string;
  /** Sends one request. */
  send(sent: string, server: WatchedServer, request: RawRequest, expected: Sight): Promise<void>;
  /** Sends several, as one line of the table. */
  sendSeveral(
    sent: string,
    server: WatchedServer,
    exchange: () => Promise<readonly RawAnswer[]>,
    expected: Sight,
  ): Promise<void>;
  /** The lines that follow stand under this heading. */
  begin(group: string): void;
  /** What was seen. To be asked when the servers have ended, so that a handler that ran late is seen too. */
  rows(): readonly Row[];
  /** All that callers were told. */
  told(): string;
  /** Secrets, signatures and bodies of this run: nobody may be told them, and no log may hold them. */
  readonly confidential: readonly Needle[];
}

interface Step {
  readonly group: string;
  readonly sent: string;
  readonly expected: Sight;
  readonly server: WatchedServer;
  /** Answers, or what prevented them. */
  readonly answers: readonly (RawAnswer | string)[];
  /** How many lines its server had logged before. */
  readonly from: number;
}

/** Makes an empty stage. */
export function createStage(secrets: Readonly<Record<SecretName, string>>): Stage {
  const steps: Step[] = [];
  const confidential: Needle[] = Object.entries(secrets).map(([name, text]) => ({ name: `the ${name} secret`, text }));
  let group = '';

  async function sendSeveral(
    sent: string,
    server: WatchedServer,
    exchange: () => Promise<readonly RawAnswer[]>,
    expected: Sight,
  ): Promise<void> {
    const from = server.lines.length;
    const answers = await exchange().catch((error: unknown) => [String(error)]);
    // The records are written before the answer, but into another pipe: they may be read a little later.
    await server.waitFor((lines) => isTold(lines.slice(from), answers.length));
    steps.push({ group, sent, expected, server, answers, from });
  }

  return {
    confidential,
    sign(body, { secret = 'current', time = nowSeconds() } = {}) {
      confidential.push({ name: 'a body', text: body });
      // Also the signature that a forgery should have had.
      for (const name of new Set([secret, 'current'] as const))
        confidential.push({ name: 'a signature', text: computeSignature(body, time, secrets[name]) });
      return `t=${time},v1=${computeSignature(body, time, secrets[secret])}`;
    },
    send: (sent, server, request, expected) =>
      sendSeveral(sent, server, async () => [await sendRaw(server.port, request)], expected),
    sendSeveral,
    begin(name) {
      group = name;
    },
    // What a server logged until its next line of the table belongs to this one.
    rows: () =>
      steps.map((step, index) => {
        const next = steps.slice(index + 1).find(({ server }) => server === step.server);
        const lines = step.server.lines.slice(step.from, next?.from);
        const seen = describeSight(step.answers, lines, step.server.printed());
        return { group: step.group, sent: step.sent, expected: step.expected, seen };
      }),
    told: () => JSON.stringify(steps.map(({ answers }) => answers)),
  };
}

/** True when each request has its verdict, and each run of the handler its end. */
function isTold(lines: WatchedServer['lines'], requests: number): boolean {
  const verdicts = lines.filter(({ log }) => log === 'verdict');
  const accepted = verdicts.filter(({ outcome }) => outcome === 'accepted');
  return verdicts.length >= requests && lines.filter(({ log }) => log === 'settled').length >= accepted.length;
}
