import {
  type Answer,
  createVerifier,
  isConfigurationError,
  type Provider,
  previewHandshake,
  type Secrets,
} from '@postern/core';
import type { Case } from './cases.ts';
import { findProvider } from './known-providers.ts';
import { neededSettings } from './needed-settings.ts';

/** Seven days: a receiver refuses a wider window at start-up. */
const WIDEST_SECONDS = 604_800;

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
 *
 * A case without any secret cannot be verified. Where it is a handshake, it is a vendor's example, printed without its signature, and it is
 * shown what such a handshake is answered with: `accept`, and the `response`. A receiver has secrets, and refuses it.
 */
export async function judgeCase(one: Case): Promise<CaseVerdict> {
  const { id, now } = one;
  try {
    const example = await previewExample(one);
    if (example !== undefined) return { id, outcome: 'accept', response: example };
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

/** The answer to the handshake of a case that has no secrets. Its settings may be missing, too: those of an example stand in for them. */
async function previewExample({ provider, secrets, settings, capture }: Case): Promise<Answer | undefined> {
  if (!Array.isArray(secrets) || secrets.length > 0) return undefined;
  const example = configurationOf({
    provider,
    secrets,
    settings: { ...neededSettings(provider), ...settings },
    capture,
  });
  if (example === undefined || example.provider.scheme.keys !== undefined) return undefined;
  return previewHandshake(capture, example.provider);
}

/**
 * The options a case asks for, or nothing where its provider is not known.
 *
 * @throws ConfigurationError for settings that could not work
 */
export function configurationOf(
  one: Pick<Case, 'provider' | 'secrets' | 'settings' | 'capture'>,
): { readonly provider: Provider; readonly secrets: Secrets } | undefined {
  const makeProvider = findProvider(one.provider);
  if (makeProvider === undefined) return undefined;
  const { publicUrl, ...others } = one.settings;
  const settings = narrowWindow(others);
  try {
    return withVerifyToken(one, makeProvider, publicUrl === undefined ? settings : { ...settings, publicUrl });
  } catch (error) {
    // A case may name the URL that was called where the scheme does not sign it, and the provider has no use for it.
    if (!isConfigurationError(error) || error.code !== 'unknown-option' || !error.option?.endsWith('publicUrl'))
      throw error;
    return withVerifyToken(one, makeProvider, settings);
  }
}

/** A case has one place for all that is secret: the word of a handshake that compares one stands among its secrets, if not among its settings. */
function withVerifyToken(
  { secrets, capture }: Pick<Case, 'secrets' | 'capture'>,
  makeProvider: NonNullable<ReturnType<typeof findProvider>>,
  settings: Case['settings'],
): { readonly provider: Provider; readonly secrets: Secrets } {
  const provider = makeProvider(settings);
  const [word] = Array.isArray(secrets) ? secrets : [secrets];
  // Where a method carries deliveries, what is secret is a signing secret.
  const compares =
    !provider.methods.includes(capture.method) &&
    provider.handshakes.some(({ token }) => token !== undefined && token.value === undefined);
  if (!compares || typeof word !== 'string') return { provider, secrets };
  return { provider: makeProvider({ ...settings, verifyToken: word }), secrets };
}

/** Tests of other libraries put freshness aside with a window of a hundred years: it is narrowed to the widest there is. */
function narrowWindow(settings: Case['settings']): Case['settings'] {
  const { toleranceSeconds } = settings;
  const tooWide = Number.isSafeInteger(toleranceSeconds) && Number(toleranceSeconds) > WIDEST_SECONDS;
  return tooWide ? { ...settings, toleranceSeconds: WIDEST_SECONDS } : settings;
}
