import { createReceiver, isConfigurationError, type ReceiverOptions } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { slack } from '@postern/core/providers/slack';
import type { Mount } from '@postern/testing';

const provider = liasonpay();
const secrets = 'test-secret-test-secret-test-secret';

/** Options that could not work. */
const REFUSED: readonly ReceiverOptions[] = [
  { provider, secrets: '' },
  { provider, secrets: [secrets, ' '] },
  { provider, secrets, toleranceSeconds: 0 },
  { provider, secrets, maxBodyBytes: 0 },
  { provider, secrets, endpoint: 'two words' },
  { provider: slack(), secrets, handlerTimeoutMs: 0.5 },
];

/**
 * Holds what a mount throws at start-up against what a receiver of this process throws: the same code, option and message. Resolves to how many were tried.
 *
 * @throws Error with both, when they differ
 */
export async function tryRefusals(mount: Mount): Promise<number> {
  for (const options of REFUSED) {
    const expected = await faultOf(() => createReceiver(options));
    const seen = await faultOf(async () => (await mount.serve(options, () => undefined)).close());
    if (seen !== expected) throw new Error(`${mount.name} at start-up: expected ${expected}, saw ${seen}`);
  }
  return REFUSED.length;
}

async function faultOf(start: () => unknown): Promise<string> {
  try {
    await start();
    return 'no refusal';
  } catch (error) {
    if (!isConfigurationError(error)) throw error;
    return `${error.code} ${error.option} (${error.message})`;
  }
}
