// What test/edge-crypto.test.ts runs inside the edge runtime's VM. Text goes in and text comes out, so that every object is of the VM's own.
import { hmac, isConfigurationError, memoryStore } from '@postern/core';
import { webhook } from '@postern/core/fetch';
import { github } from '@postern/core/providers/github';
import { readCase } from '../../packages/cli/src/cases.ts';
import { judgeCase } from '../../packages/cli/src/judge-case.ts';

/** Judges one line of a case file. */
async function judge(line: string): Promise<string> {
  const { id, outcome, reason } = await judgeCase(readCase(new TextEncoder().encode(line)));
  return JSON.stringify({ id, outcome, reason });
}

/** Sends bodies to a guarded fetch handler, one after another, each under this signature. */
async function send(secret: string, signature: string, bodies: readonly string[]): Promise<string> {
  const handled: string[] = [];
  const handle = webhook(
    { provider: github(), secrets: secret, store: memoryStore(), onVerdict: () => undefined },
    (delivery) => {
      handled.push(delivery.text());
    },
  );
  const statuses: number[] = [];
  for (const body of bodies) {
    const headers = { 'x-hub-signature-256': signature };
    const response = await handle(new Request('https://edge.example/hook', { method: 'POST', headers, body }));
    statuses.push(response.status);
  }
  return JSON.stringify({ statuses, handled });
}

/** The code with which a scheme of this digest is refused, or `made`. */
function makeScheme(digest: string): string {
  const signature = { header: 'x-signature', grammar: 'plain' } as const;
  try {
    hmac({ digest: digest as 'sha256', encoding: 'hex', content: '{body}', signature });
    return 'made';
  } catch (error) {
    return isConfigurationError(error) ? `${error.code} ${error.option}` : String(error);
  }
}

const program = { judge, send, makeScheme };

/** The functions that the VM's global `program` holds. */
export type Program = typeof program;

Object.assign(globalThis, { program });
