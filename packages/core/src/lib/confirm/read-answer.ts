import { readPayload } from '../payload.ts';
import { readBody, scalarText, valueAt } from '../scheme/place.ts';
import { readStrictJson, type StrictJson } from '../scheme/strict-json.ts';
import type { Unconfirmed } from './confirm.ts';
import type { AnswerData, AnswerPlace, Condition } from './confirmation.ts';
import { readField, unicode } from './read-notice.ts';
import { type Answered, type Unavailable, upstreamError } from './send.ts';
import { fill, type Values } from './template.ts';

/** A payment as the provider reports it: text of its answer, not yet compared with anything. */
export interface Report {
  readonly id: string | undefined;
  readonly reference: string;
  readonly amount: string | undefined;
  readonly currency: string | undefined;
  readonly status: string;
  readonly outcome: 'paid' | 'failed' | 'reversed' | 'pending';
  readonly environment: 'live' | 'sandbox' | 'unknown' | undefined;
  /** False where the provider vouches for a payment of another merchant. */
  readonly ours: boolean;
  readonly identity: readonly string[];
  json(): unknown;
}

/** What an answer says. */
export type Reading = { readonly report: Report } | { readonly unknown: string } | Unavailable;

/** Reads the answer to a look-up. What is not understood is never taken for a refusal: the provider counts as unavailable. */
export function readAnswer(
  data: AnswerData,
  answer: Answered,
  delivery: Unconfirmed,
  type: string | undefined,
  values: Values,
  secrets: readonly string[],
): Reading {
  const garbled = (unavailable: string): Unavailable => ({ unavailable, error: upstreamError(answer, secrets) });
  if (data.unknown?.http?.includes(answer.status)) return { unknown: 'the provider knows no such payment' };
  const json = data.text === undefined ? readStrictJson(answer.body) : null;
  if (json !== undefined && data.unknown?.where && holds(data.unknown.where, json))
    return { unknown: 'the provider knows no such payment' };
  if (answer.status < 200 || answer.status > 299) return garbled(`the provider answered HTTP ${answer.status}`);
  if (json === undefined) return garbled('the provider’s answer is not JSON, or holds a key twice');
  if (data.text !== undefined) {
    const word = new TextDecoder().decode(answer.body).trim();
    if (word === data.text.forged) return { unknown: 'the provider says that it did not send this' };
    if (word !== data.text.genuine) return garbled('the provider’s answer is neither of its two words');
  }
  if (data.unsettled && holds(data.unsettled, json))
    return garbled('the provider says that the payment is not decided yet');
  if (data.success && !holds(data.success, json)) return garbled('the provider says that the look-up failed');

  const body = readBody(delivery.authentic.body);
  const read = (place: AnswerPlace | undefined) => readPlace(place, json, delivery, body);
  const places = {
    ...data,
    ...(type !== undefined && Object.hasOwn(data.byType ?? {}, type) ? data.byType?.[type] : {}),
  };
  const status = read(data.status);
  const reference = read(places.reference);
  const missing = [
    [status, 'status'],
    [reference, 'reference'],
    [places.amount === undefined ? '' : read(places.amount), 'amount'],
    [places.currency === undefined ? '' : read(places.currency), 'currency'],
    [data.id === undefined ? '' : read(data.id), 'id'],
  ].find(([value]) => value === undefined);
  if (missing !== undefined || status === undefined || reference === undefined)
    return garbled(`the provider’s answer has no ${missing?.[1]}`);
  const outcome = outcomeOf(data.statuses, status);
  if (outcome === 'wait') return garbled('the provider says that the payment is not decided yet');
  if (outcome === undefined) return garbled('the provider’s answer has a status that nobody here knows');
  const environment = data.environment === undefined ? undefined : (read(data.environment.at) ?? '');
  return {
    report: {
      id: read(data.id),
      reference,
      amount: read(places.amount),
      currency: read(places.currency)?.toUpperCase(),
      status: status.toLowerCase(),
      outcome,
      environment:
        environment === undefined
          ? undefined
          : environment === data.environment?.live
            ? 'live'
            : environment === data.environment?.sandbox
              ? 'sandbox'
              : 'unknown',
      ours: (data.own ?? []).every(({ at, is }) => read(at) === fill(is, values)),
      identity: (places.identity ?? []).map((place) => read(place) ?? ''),
      json: data.text === undefined ? readPayload(answer.body).json : () => undefined,
    },
  };
}

function outcomeOf(
  { paid, failed = [], reversed = [], pending = [], open = [] }: AnswerData['statuses'],
  status: string,
): Report['outcome'] | 'wait' | undefined {
  const said = status.toLowerCase();
  const among = (words: readonly string[]) =>
    words.some((word) => (word.endsWith('*') ? said.startsWith(word.slice(0, -1)) : said === word.toLowerCase()));
  if (among(paid)) return 'paid';
  if (among(failed)) return 'failed';
  if (among(reversed)) return 'reversed';
  if (among(open)) return 'pending';
  return among(pending) ? 'wait' : undefined;
}

/** True where an answer is JSON and meets a condition. */
export function says(condition: Condition, { body }: Answered): boolean {
  const json = readStrictJson(body);
  return json !== undefined && holds(condition, json);
}

/** True where the scalar at the path is one of the texts. */
export function holds({ at, is }: Condition, json: StrictJson): boolean {
  const found = scalarText(valueAt(json, at));
  return typeof found === 'object' && is.includes(unicode(found.text));
}

function readPlace(
  place: AnswerPlace | undefined,
  json: StrictJson,
  delivery: Unconfirmed,
  body: ReturnType<typeof readBody>,
): string | undefined {
  if (place === undefined) return undefined;
  if (typeof place === 'string' || 'key' in place) {
    const value =
      typeof place === 'string' ? valueAt(json, place) : json instanceof Map ? json.get(place.key) : undefined;
    const found = scalarText(value);
    return typeof found === 'object' && found.text !== '' ? unicode(found.text) : undefined;
  }
  if ('fixed' in place) return place.fixed;
  const found = readField(place.delivery, delivery, body);
  return found === 'malformed' || found === '' ? undefined : found;
}
