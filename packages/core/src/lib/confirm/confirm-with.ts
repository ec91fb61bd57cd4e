import { hash } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { positiveInteger, refuseUnknownOptions } from '../options.ts';
import { createOutbound } from '../outbound/client.ts';
import type { Outbound } from '../outbound/request.ts';
import { encodeBase64 } from '../scheme/encoding.ts';
import { askOnce } from './ask-once.ts';
import { createBudget, type Grant } from './budget.ts';
import { compileConfirmation } from './compile-confirmation.ts';
import { compose } from './compose.ts';
import type { Confirm, ConfirmMount, Environment } from './confirm.ts';
import type { AnswerPlace, Confirmation, TokenRequest } from './confirmation.ts';
import { type Credential, prepareCredentials } from './credentials.ts';
import { createFlights } from './flights.ts';
import { type Reading, readAnswer, says } from './read-answer.ts';
import { type Answered, type Limits, type Sending, send } from './send.ts';
import { type Asked, createStage, type Question } from './stage.ts';
import { derive, timesOf, type Values } from './template.ts';
import { createTokens } from './tokens.ts';

/** Options of every confirmation. */
export interface ConfirmOptions {
  /** How long a confirmation may take: your records, a token, the look-up, tries and pauses included, milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** How often a try that failed is made again within that time. Default 2. */
  readonly retries?: number | undefined;
  /** The most requests in any 60 seconds, tokens included. Default: what the provider allows, mostly 100. */
  readonly perMinute?: number | undefined;
  /** The longest answer, bytes. Default 65,536. */
  readonly maxAnswerBytes?: number | undefined;
  /** The client that asks. Default: the guard's `outbound`, and else one that goes to the provider's own hosts alone, over TLS 1.2 or later, and follows no redirect. */
  readonly outbound?: Outbound | undefined;
}

/** The names of those options. */
export const CONFIRM_OPTIONS = ['timeoutMs', 'retries', 'perMinute', 'maxAnswerBytes', 'outbound'] as const;

/** Checks the options. @throws ConfigurationError by the option's name */
export function compileConfirmOptions(
  options: ConfirmOptions,
  perMinute: number,
): { readonly limits: Limits; readonly perMinute: number } {
  refuseUnknownOptions(options, CONFIRM_OPTIONS, 'confirm');
  if (options.outbound !== undefined && typeof options.outbound !== 'function')
    throw new ConfigurationError(
      'invalid-option',
      'confirm.outbound',
      'give what createOutbound of @postern/core/outbound returns.',
    );
  const timeoutMs = positiveInteger(options.timeoutMs, 'confirm.timeoutMs', 'milliseconds', 10_000, 120_000);
  return {
    limits: {
      timeoutMs,
      attemptMs: Math.min(timeoutMs, 5_000),
      retries: options.retries === 0 ? 0 : positiveInteger(options.retries, 'confirm.retries', 'tries', 2, 10),
      maxBytes: positiveInteger(options.maxAnswerBytes, 'confirm.maxAnswerBytes', 'bytes', 65_536, 16_777_216),
    },
    perMinute: positiveInteger(options.perMinute, 'confirm.perMinute', 'requests', perMinute, 100_000),
  };
}

/**
 * Makes a confirmation of a provider's data: asks its API whether a delivery is true, before the handler runs.
 *
 * Nothing is sent, and no timer is set, before the first delivery. All state (token, budget, what is under way) lives in what this
 * returns: guards that share it share the provider's rate limit.
 *
 * @param confirmation how the provider is asked
 * @param credentials one value for each name in its `credentials`
 * @throws ConfigurationError for options that could not work, by name
 */
export function confirmWith(
  confirmation: Confirmation,
  credentials: Readonly<Record<string, Credential>>,
  options: ConfirmOptions = {},
): Confirm {
  const data = compileConfirmation(confirmation);
  const { limits, perMinute } = compileConfirmOptions(options, data.perMinute ?? 100);
  const engines = new Map<Environment, ReturnType<typeof createEngine>>();
  return Object.freeze<Confirm>({
    provider: data.provider,
    mount(mount) {
      const engine =
        engines.get(mount.environment) ??
        createEngine(
          data,
          credentials,
          limits,
          perMinute,
          options.outbound ?? mount.outbound ?? createOutbound(),
          mount,
        );
      engines.set(mount.environment, engine);
      const amount = data.answer.amount !== undefined;
      const compares = {
        amount,
        currency: amount || data.answer.currency !== undefined,
        minorUnits: data.answer.minorUnits ?? false,
      };
      return createStage({ data, compares, timeoutMs: limits.timeoutMs, ask: engine }, mount);
    },
  });
}

/** Everything that asks one system of one provider. */
function createEngine(
  data: Confirmation,
  given: Readonly<Record<string, Credential>>,
  limits: Limits,
  perMinute: number,
  outbound: Outbound,
  { environment, now, secretsAtFirstDelivery }: ConfirmMount,
): (question: Question) => Promise<Asked> {
  const base = data.base[environment];
  const credentials = prepareCredentials(given, data, environment, secretsAtFirstDelivery);
  const budget = createBudget(perMinute, now);
  const flights = createFlights<Reading>();
  const tokens = data.token && createTokens(data.token, data.token.base?.[environment] ?? base, now);
  const asked = namesIn([data.lookup, data.derived]);
  const readsDelivery = looksIntoDelivery(data);

  async function lookUp(
    { delivery, values, deadline }: Question,
    secret: ReturnType<typeof credentials>,
    grant: Grant,
  ): Promise<Reading> {
    const sending: Sending = { outbound, grant, limits, deadline, paid: true, secrets: Object.values(secret) };
    const known = { ...secret, ...values };
    const fresh = (more: Values = {}) => derive(data.derived ?? {}, { ...known, ...timesOf(now()), ...more });
    let stale: string | undefined;
    for (;;) {
      const token = await tokens?.get(() => fresh({ token: '' }), sending, stale);
      if (typeof token === 'object') return token;
      if (token !== undefined) sending.secrets.push(token);
      const filled = await fresh(token === undefined ? {} : { token });
      const answer = await send(compose(data.lookup, base, filled, delivery.authentic.body), sending);
      if ('unavailable' in answer) return answer;
      // One new login, and no more: a provider that refuses that token too refuses us.
      if (token !== undefined && stale === undefined && refusesToken(answer, data.token)) {
        stale = token;
        continue;
      }
      return readAnswer(data.answer, answer, delivery, values.type, known, sending.secrets);
    }
  }

  return async (question) => {
    const { values, delivery } = question;
    // What the request is made of, and no more: else a stranger could vary the rest and have the same thing asked many times at once.
    const key = [...asked, 'type'].map((name) => values[name] ?? '');
    // What an answer means may depend on the bytes it vouches for: another delivery is another question.
    if (readsDelivery) key.push(delivery.head.url, encodeBase64(await hash('sha256', [delivery.authentic.body])));
    // Before anything is charged: they may be missing.
    const secret = credentials();
    return askOnce(flights, JSON.stringify(key), budget, question, (grant) => lookUp(question, secret, grant));
  };
}

/** True for an answer that a new login may mend. */
function refusesToken(answer: Answered, token: TokenRequest | undefined): boolean {
  return answer.status === 401 || (token?.refused !== undefined && says(token.refused, answer));
}

/** The names that templates mention. */
function namesIn(templates: unknown): readonly string[] {
  return [...new Set([...(JSON.stringify(templates) ?? '').matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))];
}

/** True where the answer's meaning depends on more of the delivery than its values. */
function looksIntoDelivery({ lookup, answer }: Confirmation): boolean {
  const places: readonly (AnswerPlace | undefined)[] = [
    answer.reference,
    answer.amount,
    answer.currency,
    answer.status,
    answer.id,
    answer.environment?.at,
    ...(answer.own ?? []).map(({ at }) => at),
    ...(answer.identity ?? []),
    ...Object.values(answer.byType ?? {}).flatMap((type) => [type.reference, type.amount, type.currency]),
  ];
  return (
    lookup.raw !== undefined ||
    JSON.stringify(lookup).includes('{body}') ||
    places.some((place) => typeof place === 'object' && 'delivery' in place)
  );
}
