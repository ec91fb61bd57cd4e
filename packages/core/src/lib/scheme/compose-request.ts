import { randomId } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { encode } from './encoding.ts';
import { readHead } from './header-reader.ts';
import { isInHead, type Place } from './place.ts';
import type { Plan, SignedSchemeOptions } from './plan.ts';
import { readBodyProof, readHeadProof } from './read-proof.ts';
import { type ImportedSecret, isRefusal, type Proof, type SignedRequest, type SignedValues } from './scheme.ts';
import type { ContentValues, SignedContent } from './signed-content.ts';
import type { Prover } from './signed-scheme.ts';
import { binaryText, latin1Bytes } from './strict-form.ts';
import { formatTime } from './time.ts';

/** What signing needs of the scheme. */
export interface SigningParts {
  readonly options: SignedSchemeOptions;
  readonly plan: Plan;
  readonly prover: Prover;
  known(proof: Proof, body: Uint8Array): Promise<readonly ContentValues[]>;
}

/**
 * Makes a request a genuine delivery, by the same data that verifies it: what the content names is put where the scheme looks for it,
 * then read back and signed.
 *
 * @throws ConfigurationError where the body has no place for what is to stand in it
 */
export async function composeRequest(
  request: SignedValues,
  secrets: readonly ImportedSecret[],
  { plan, prover, known }: SigningParts,
): Promise<SignedRequest> {
  const draft: Draft = { url: request.url, headers: {}, body: request.body };
  const time = formatTime(request.timestamp, plan.unit);
  if (plan.timePlace !== undefined && isInHead(plan.timePlace)) put(plan.timePlace, time, draft);
  else if (plan.timePlace !== undefined)
    put(plan.timePlace, time, draft, plan.unit === 'seconds' || plan.unit === 'milliseconds');
  if (plan.idPlace !== undefined) put(plan.idPlace, request.id, draft);
  for (const { value, ...place } of plan.requirements)
    put(place as Place, typeof value === 'string' ? value : value[0], draft);
  const there = new Map(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
  for (const [, value] of Object.entries(plan.values)) {
    if ('signedHeaders' in value && 'header' in value.signedHeaders) {
      const list = value.signedHeaders.header.toLowerCase();
      const names = [list, ...(value.includes ?? []).map((name) => name.toLowerCase())];
      put({ header: list }, names.sort().join(value.separator), draft);
    }
    if (!('header' in value)) continue;
    const name = value.header.toLowerCase();
    if (!there.has(name) && !value.optional) put({ header: name }, randomId().replaceAll('-', ''), draft);
  }
  const [secret] = secrets;
  if (plan.keyId !== undefined && secret?.id !== undefined) put({ header: plan.keyId }, secret.id, draft);

  const unsigned = plan.grammar.format({
    signatures: [encode(new Uint8Array(plan.signatureBytes ?? 1), plan.encoding)],
    timestamp: time,
    values: {},
  });
  const [first] = plan.signaturePlaces as [Place];
  const signatures: string[] = [];
  const several = plan.signaturePlaces.length > 1;
  for (const [at, one] of secrets.entries()) {
    // Signed with something in the signature's place: it is never part of what is signed.
    const trial = copy(draft);
    put(first, unsigned, trial, false, plan.each);
    const proof = readBack(request, trial, plan);
    const [values] = await known(proof, trial.body);
    const [content] = plan.contents as [SignedContent];
    const parts = content.parts({
      ...(values as ContentValues),
      secret: content.has.secret ? prover.reveal?.(one) : undefined,
    });
    const signature = encode(await prover.make(one, parts), plan.encoding);
    if (several) {
      const place = plan.signaturePlaces[at];
      if (place === undefined) throw tooMany();
      put(place, plan.grammar.format({ signatures: [signature], timestamp: time, values: {} }), draft);
    } else signatures.push(signature);
  }
  if (!several) put(first, plan.grammar.format({ signatures, timestamp: time, values: {} }), draft, false, plan.each);
  return {
    headers: draft.headers,
    ...(draft.url !== request.url && { url: draft.url }),
    ...(draft.body !== request.body && { body: draft.body }),
  };
}

interface Draft {
  url: string;
  readonly headers: Record<string, string>;
  body: Uint8Array;
}

function copy(draft: Draft): Draft {
  return { ...draft, headers: { ...draft.headers } };
}

/** Reads a draft as a receiver would. */
function readBack(request: SignedValues, draft: Draft, plan: Plan): Proof {
  const headers = [...request.headers, ...Object.entries(draft.headers)];
  const head = readHeadProof(readHead({ method: request.method, url: draft.url, headers }), plan);
  const proof = isRefusal(head) || !plan.looksIntoBody ? head : readBodyProof(head, draft.body, plan);
  if (!isRefusal(proof)) return proof;
  const option = proof.refused.endsWith('-id') ? 'id' : proof.refused.endsWith('-timestamp') ? 'timestamp' : 'body';
  throw new ConfigurationError('invalid-option', option, `it cannot be signed: ${proof.detail}.`);
}

function put(place: Place, text: string, draft: Draft, asNumber = false, each?: string): void {
  if ('header' in place) draft.headers[place.header] = text;
  else if ('query' in place)
    draft.url += `${draft.url.includes('?') ? '&' : '?'}${place.query}=${encodeURIComponent(text)}`;
  else if ('form' in place) {
    if (place.member !== undefined)
      throw new ConfigurationError(
        'invalid-option',
        'provider',
        `what stands in the JSON of the field ${place.form} is not written here: make the request yourself.`,
      );
    // Byte by byte: a body in another charset, or not percent-encoded, is sent on as it is.
    const form = binaryText(draft.body);
    const kept = form.split('&').filter((field) => field !== '' && !field.startsWith(`${place.form}=`));
    draft.body = latin1Bytes([...kept, `${place.form}=${encodeURIComponent(text)}`].join('&'));
  } else draft.body = putJson(draft.body, each, place.json, asNumber ? Number(text) : text);
}

/** Writes a value into a JSON body, in every item of the list where there is one. */
function putJson(body: Uint8Array, each: string | undefined, path: string, value: unknown): Uint8Array {
  let root: unknown;
  try {
    root = JSON.parse(new TextDecoder().decode(body));
  } catch {
    root = undefined;
  }
  const items = each === undefined ? [root] : each.split('.').reduce<unknown>((at, key) => member(at, key), root);
  for (const item of Array.isArray(items) ? items : [undefined]) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let holder: unknown = item;
    for (const key of keys) {
      if (member(holder, key) === undefined && isObject(holder)) holder[key] = {};
      holder = member(holder, key);
    }
    if (!isObject(holder))
      throw new ConfigurationError(
        'invalid-option',
        'body',
        `give a JSON object: the signature stands in it, at ${path}.`,
      );
    holder[last] = value;
  }
  return new TextEncoder().encode(JSON.stringify(root));
}

function member(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function tooMany(): ConfigurationError {
  return new ConfigurationError('invalid-option', 'secret', 'there are fewer headers for signatures than secrets.');
}
