import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { compileField } from '../scheme/field.ts';
import { isInHead } from '../scheme/place.ts';
import type { Field } from '../types.ts';
import { compileValue, type TemplateValue } from './template.ts';

/** What stands in a handshake and in no delivery: anything at that place, or exactly this text. */
export type Mark = Field & { readonly value?: string };

/** What only the holder of the secret can write: the scheme's own signature over the text at these places, one after another. */
export interface SignedAnswer {
  readonly signed: readonly Field[];
  readonly encoding: 'hex' | 'base64';
  /** `hex`: 20 to 32 hex digits in lower case, and nothing else, are signed. Default: up to 128 letters, digits and `. _ ~ + / = -`. */
  readonly challenge?: 'hex';
  /** Written before it. */
  readonly prefix?: string;
}

/** One value of a handshake's answer. */
export type AnswerValue = TemplateValue | SignedAnswer;

/**
 * A question that a provider asks of an endpoint, to learn whether its owner wants deliveries. It is answered in place of the handler,
 * never claimed, and recorded as `answered`.
 */
export interface Handshake {
  /** How it is asked. A method that carries no deliveries is allowed for handshakes alone. */
  readonly method: 'GET' | 'HEAD' | 'OPTIONS' | 'POST';
  /** All of these must stand in it. A POST has one at least, since it would be every delivery without. */
  readonly marks?: readonly Mark[];
  /** It may come without a signature. One that is there must be right all the same. Default: it is verified like a delivery. */
  readonly unsigned?: true;
  /** The word that both sides have agreed on: compared in constant time. Without a `value` the handshake is refused, and the record says what to configure. */
  readonly token?: Field & { readonly value: string | undefined; readonly setting: string };
  /** Who may send: what stands there must be one of these. */
  readonly origins?: Field & { readonly allowed: readonly string[]; readonly setting: string };
  /** Where the signing secret stands that this handshake hands over. It is given to the receiver's `secretStore`. */
  readonly secret?: Field;
  /** Default 200. */
  readonly status?: 200 | 204;
  /** The answer as plain text. */
  readonly text?: AnswerValue;
  /** The answer as a JSON object. */
  readonly json?: Readonly<Record<string, AnswerValue>>;
  /** Headers of the answer. One whose place holds nothing is left out. */
  readonly headers?: Readonly<Record<string, AnswerValue>>;
  /** What is repeated may hold blanks and the punctuation of a sentence. Default: letters, digits and `. _ ~ + / = : -`. */
  readonly sentence?: true;
}

const KNOWN = [
  ...['method', 'marks', 'unsigned', 'token', 'origins', 'secret', 'status', 'text', 'json', 'headers', 'sentence'],
] as const;

/** Checks a provider's handshakes and freezes them. @throws ConfigurationError for one that could never be told from a delivery, or answered */
export function compileHandshakes(value: Handshake | readonly Handshake[] | undefined): readonly Handshake[] {
  const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return Object.freeze(list.map((one, index) => compileHandshake(one, `provider.handshake[${index}]`)));
}

function compileHandshake(handshake: Handshake, option: string): Handshake {
  refuseUnknownOptions(handshake, KNOWN, option);
  const { method, status = 200, text, json, headers = {} } = handshake;
  if (!['GET', 'HEAD', 'OPTIONS', 'POST'].includes(method))
    throw invalid(`${option}.method`, 'give GET, HEAD, OPTIONS or POST.');
  if (status !== 200 && status !== 204) throw invalid(`${option}.status`, 'give 200 or 204.');
  const marks = (handshake.marks ?? []).map((mark, index) =>
    compileField(mark, `${option}.marks[${index}]`, ['value']),
  );
  if (method === 'POST' && marks.length === 0)
    throw invalid(`${option}.marks`, 'name what tells it from a delivery: without, it would be every delivery.');
  if (method !== 'POST' && !marks.every(isInHead))
    throw invalid(`${option}.marks`, 'name headers and parameters: only a POST has a body.');
  if ((text !== undefined || json !== undefined) && (method === 'HEAD' || status === 204))
    throw invalid(option, 'leave text and json out: this answer has no body.');
  if (text !== undefined && json !== undefined) throw invalid(`${option}.json`, 'give this or text, not both.');
  const { token, origins, secret } = handshake;
  return Object.freeze<Handshake>({
    ...handshake,
    status,
    marks: Object.freeze(marks),
    ...(token && { token: compileField(token, `${option}.token`, ['value', 'setting']) }),
    ...(origins && { origins: compileField(origins, `${option}.origins`, ['allowed', 'setting']) }),
    ...(secret && { secret: compileField(secret, `${option}.secret`) }),
    ...(text !== undefined && { text: compileAnswer(text, `${option}.text`) }),
    ...(json && { json: compileAnswers(json, `${option}.json`) }),
    headers: compileAnswers(headers, `${option}.headers`),
  });
}

function compileAnswers(values: Readonly<Record<string, AnswerValue>>, option: string) {
  return Object.freeze(
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, compileAnswer(value, `${option}.${name}`)]),
    ),
  );
}

function compileAnswer(value: AnswerValue, option: string): AnswerValue {
  if (!isSigned(value)) return compileValue(value, option);
  refuseUnknownOptions(value, ['signed', 'encoding', 'challenge', 'prefix'], option);
  if (!['hex', 'base64'].includes(value.encoding)) throw invalid(`${option}.encoding`, 'give hex or base64.');
  return Object.freeze({ ...value, signed: value.signed.map((field) => compileField(field, `${option}.signed`)) });
}

/** Tells what is made with the secret from what is only repeated. */
export function isSigned(value: AnswerValue): value is SignedAnswer {
  return typeof value === 'object' && value !== null && 'signed' in value;
}

function invalid(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', option, message);
}
