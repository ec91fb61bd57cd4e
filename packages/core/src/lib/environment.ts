import type { Authentic } from './delivery.ts';
import { ConfigurationError } from './errors.ts';
import type { Finding } from './head.ts';
import { compileField } from './scheme/field.ts';
import { coversPlace, type Scheme } from './scheme/scheme.ts';
import type { EnvironmentMarker, Provider } from './types.ts';

/** Checks where a provider says which of its systems sent a delivery. @throws ConfigurationError for a place that nobody has signed, and for words that tell nothing apart */
export function compileMarker(marker: EnvironmentMarker, scheme: Scheme): EnvironmentMarker {
  const option = 'provider.environment';
  const compiled = compileField(marker, option, ['live', 'sandbox', 'absent']);
  const { live, sandbox, absent } = compiled;
  const invalid = (message: string) => new ConfigurationError('invalid-provider', option, message);
  if (typeof live !== 'string' || typeof sandbox !== 'string' || !live || !sandbox || fold(live) === fold(sandbox))
    throw invalid('give live and sandbox, the two different texts that stand there.');
  if (absent !== undefined && !['live', 'sandbox', 'either'].includes(absent))
    throw invalid("absent says what a delivery without it is: give 'live', 'sandbox' or 'either', or leave it out.");
  // Whoever holds a genuine test delivery could make a live one of it.
  if (!coversPlace(scheme, compiled)) throw invalid('what stands there is not signed, so anybody could write it.');
  return compiled;
}

/**
 * Holds the system that a genuine delivery says it is from against the one that its endpoint is for. Compared as text in either case, JSON's
 * booleans and numbers as they are written. A third word is refused: it is not the one that the endpoint is for.
 */
export function judgeEnvironment(
  { environment: marker }: Provider,
  environment: 'live' | 'sandbox' | undefined,
  { head, payload }: Authentic,
): Finding | undefined {
  if (environment === undefined || marker === undefined) return undefined;
  const told =
    'json' in marker
      ? payload.scalar(marker.json)
      : 'form' in marker
        ? payload.field(marker.form)
        : 'header' in marker
          ? head.headers.value(marker.header)
          : undefined;
  const system =
    told === undefined || told === ''
      ? marker.absent
      : fold(told) === fold(marker.live)
        ? 'live'
        : fold(told) === fold(marker.sandbox)
          ? 'sandbox'
          : undefined;
  if (system === environment || system === 'either') return undefined;
  const detail =
    system === undefined
      ? `a genuine delivery that does not say whether it is live or a test, at a ${environment} endpoint`
      : system === 'live'
        ? 'this is a live delivery at a sandbox endpoint: its event may be money. Register the live endpoint with the provider’s live system'
        : 'this is a test delivery at a live endpoint. Register another endpoint with the provider’s test system';
  return { reason: 'wrong-environment', detail };
}

function fold(text: string): string {
  return text.toLowerCase();
}
