import { readPayload } from '../payload.ts';
import { readBody, scalarText, valueAt } from '../scheme/place.ts';
import { readStrictJson, type StrictJson } from '../scheme/strict-json.ts';
import type { Unconfirmed } from './confirm.ts';
import type { AnswerData, AnswerPlace, Condition } from './confirmation.ts';
import { readDecimal } from './decimal.ts';
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
  /** What tells this event from others of the payment: the status first. */
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
  const known = readStatus(data.statuses, status);
  if (known === undefined) return garbled('the provider’s answer has a status that nobody here knows');
  const { outcome, name } = known;
  if (outcome === 'wait') return garbled('the provider says that the payment is not decided yet');
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
      identity: [name, ...(data.identity ?? []).map((place) => inIdentity(read(place)))],
      json: data.text === undefined ? readPayload(answer.body).json : () => undefined,
    },
  };
}

const OUTCOMES = { paid: 'paid', failed: 'failed', reversed: 'reversed', open: 'pending', pending: 'wait' } as const;

/** What a status means, and its name in the identity: of names that one state has in turn, the first. */
function readStatus(
  statuses: AnswerData['statuses'],
  status: string,
): { readonly outcome: (typeof OUTCOMES)[keyof typeof OUTCOMES]; readonly name: string } | undefined {
  const said = status.toLowerCase();
  const isSaid = (word: string) =>
    word.endsWith('*') ? said.startsWith(word.slice(0, -1)) : said === word.toLowerCase();
  for (const list of ['paid', 'failed', 'reversed', 'open', 'pending'] as const)
    for (const word of statuses[list] ?? [])
      if ([word].flat().some(isSaid))
        return { outcome: OUTCOMES[list], name: typeof word === 'string' ? said : String(word[0]).toLowerCase() };
  return undefined;
}

/** "Nothing refunded" is no field, 0 or 0.00, as the vendor likes: another spelling is no news, and must not be another event. */
function inIdentity(text = ''): string {
  const value = readDecimal(text) ?? text;
  return value === '0' ? '' : value;
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
  if (typeof place === 'object' && 'beside' in place)
    return (valueAt(json, place.beside) ?? null) === null ? undefined : readPlace(place.at, json, delivery, body);
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
