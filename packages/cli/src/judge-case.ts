import { type Answer, createVerifier, isConfigurationError, type Provider, type Secrets } from '@postern/core';
import type { Case } from './cases.ts';
import { findProvider } from './known-providers.ts';

/** What became of one case. */
export interface CaseVerdict {
  readonly id: string;
  readonly outcome: 'accept' | 'reject' | 'unknown-provider';
  readonly reason?: string | undefined;
  /** What is answered in place of the handler: a handshake. */
  readonly response?: Answer | undefined;
  /** What was refused at start-up, for a person. Not part of the JSON form. */
  readonly problem?: string | undefined;
}

/**
 * Judges one case alone: no store, no allowlist, its own clock.
 *
 * What would be refused at start-up (a blank secret, an impossible setting) is `reject` with `misconfigured`.
 */
export async function judgeCase(one: Case): Promise<CaseVerdict> {
  const { id, now } = one;
  try {
    const configuration = configurationOf(one);
    if (configuration === undefined) return { id, outcome: 'unknown-provider' };
    const judge = createVerifier({ ...configuration, now: now === null ? 'signed-time' : () => now * 1000 });
    const verdict = await judge(one.capture);
    if (verdict.outcome === 'rejected') return { id, outcome: 'reject', reason: verdict.reason };
    return { id, outcome: 'accept', response: verdict.outcome === 'answered' ? verdict.response : undefined };
  } catch (error) {
    if (isConfigurationError(error)) return { id, outcome: 'reject', reason: 'misconfigured', problem: error.message };
    throw error;
  }
}

/**
 * The options a case asks for, or nothing where its provider is not known.
 *
 * @throws ConfigurationError for settings that could not work
 */
export function configurationOf(one: Case): { readonly provider: Provider; readonly secrets: Secrets } | undefined {
  const makeProvider = findProvider(one.provider);
  return makeProvider && { provider: makeProvider(one.settings), secrets: one.secrets };
}
