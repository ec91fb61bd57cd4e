import { writeCanonical } from './canonical.ts';
import { decodeBounded, decodeExact } from './encoding.ts';
import type { HeadReader } from './header-reader.ts';
import {
  type BodyReader,
  type Found,
  isInHead,
  type Place,
  readBody,
  readBodyPlace,
  readHeadPlace,
  valueAt,
} from './place.ts';
import type { Plan } from './plan.ts';
import { pathOf, requestUrl } from './request-url.ts';
import { isRefusal, type Proof, type Refusal } from './scheme.ts';
import type { Value } from './signed-content.ts';
import { type SignedHeaders, writeSignedHeaders } from './signed-headers.ts';
import { parseTime } from './time.ts';

/** A batch of more items is not looked at: each costs a computation. */
const MOST_ITEMS = 100;

/** The names under which a proof keeps what no content can name: a digest that the query binds, and the request's target. */
export const BOUND = ' bound';
const TARGET = ' target';

/** Reads what the head holds of a proof. What is missing or malformed there is refused with the body unread. */
export function readHeadProof(head: HeadReader, plan: Plan): Proof | Refusal {
  const required = checkRequirements(plan, (place) => (isInHead(place) ? readHeadPlace(place, head) : undefined));
  const [place] = plan.signaturePlaces;
  const signed = place !== undefined && isInHead(place) ? readSignatures(plan, (one) => readFrom(one, head)) : {};
  if (isRefusal(signed)) return signed;
  if (required !== undefined) return required;
  const values: Record<string, string> = { ...signed.values };
  const refused = readHeadValues(head, plan, values);
  if (refused !== undefined) return refused;
  const timed = readTime(plan, signed.timestamp, (one) => (isInHead(one) ? readHeadPlace(one, head) : undefined));
  if (isRefusal(timed)) return timed;
  const id = readId(plan, (one) => (isInHead(one) ? readHeadPlace(one, head) : undefined));
  if (typeof id === 'object') return id;
  const keyId = plan.keyId === undefined ? undefined : head.value(plan.keyId);
  if (keyId === '')
    return { refused: 'missing-id', detail: `there is no ${plan.keyId} header to say which key signed` };
  return { signatures: signed.signatures ?? [], ...timed, id, keyId, values };
}

/** Adds what the body holds. */
export function readBodyProof(proof: Proof, bytes: Uint8Array, plan: Plan): Proof | Refusal {
  const body = readBody(bytes);
  const required = checkRequirements(plan, (place) => (isInHead(place) ? undefined : readBodyPlace(place, body)));
  if (required !== undefined) return required;
  const timed = readTime(plan, proof.timestampText, (one) => (isInHead(one) ? undefined : readBodyPlace(one, body)));
  if (isRefusal(timed)) return timed;
  const id = readId(plan, (one) => (isInHead(one) ? undefined : readBodyPlace(one, body)));
  if (typeof id === 'object') return id;
  const whole = { ...proof, ...(timed.timestamp === undefined ? {} : timed), id: id ?? proof.id };
  if (plan.each === undefined) {
    const item = readItem(proof, body, plan);
    return isRefusal(item) ? item : { ...whole, ...item };
  }
  const root = body.json();
  const list = root === undefined ? undefined : valueAt(root, plan.each);
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_ITEMS)
    return malformed(`the body has no list of 1 to ${MOST_ITEMS} items at ${plan.each}`);
  const items: Pick<Proof, 'signatures' | 'values'>[] = [];
  for (const one of list) {
    const item = readItem(proof, { ...body, json: () => one }, plan);
    if (isRefusal(item)) return item;
    items.push(item);
  }
  return { ...whole, items };
}

function readItem(proof: Proof, body: BodyReader, plan: Plan): Pick<Proof, 'signatures' | 'values'> | Refusal {
  const [place] = plan.signaturePlaces;
  const signed =
    place !== undefined && !isInHead(place)
      ? readSignatures(plan, (one) => (isInHead(one) ? 'absent' : readBodyPlace(one, body)))
      : { signatures: proof.signatures };
  if (isRefusal(signed)) return signed;
  const values: Record<string, string> = { ...proof.values };
  const bound = values[BOUND] !== undefined;
  for (const [name, value] of Object.entries(plan.values)) {
    if ('canonical' in value) {
      const text = bound ? '' : writeCanonical(value, body, values[TARGET] ?? '');
      if (text === undefined)
        return malformed('the body cannot be read in one way only, so nothing can be computed over it');
      values[name] = text;
    } else if ('json' in value || 'form' in value) {
      const text = readValue(readBodyPlace(value, body), name, value, plan);
      if (typeof text === 'object') return text;
      values[name] = text;
    }
  }
  return { signatures: signed.signatures ?? [], values };
}

function readHeadValues(head: HeadReader, plan: Plan, values: Record<string, string>): Refusal | undefined {
  for (const [name, value] of Object.entries(plan.values)) {
    if ('header' in value || 'query' in value) {
      const place = 'header' in value ? { header: value.header.toLowerCase() } : value;
      const text = readValue(readHeadPlace(place, head), name, value, plan);
      if (typeof text === 'object') return text;
      values[name] = text;
    } else if ('signedHeaders' in value) {
      const text = readSignedHeaders(head, value, name, plan, values);
      if (text === undefined)
        return malformed('the list of signed headers names what is not there once, or leaves out what must be signed');
      values[name] = text;
    } else if ('text' in value) values[name] = value.text;
    else if ('url' in value)
      values[name] = value.url === 'path' ? pathOf(plan.publicUrl) : requestUrl(plan.publicUrl, head.url, value);
    else if ('signatureField' in value) values[name] = values[value.signatureField] ?? '';
  }
  values.method = head.method;
  values.url = plan.publicUrl;
  values[TARGET] = head.url;
  if (plan.bodyDigest !== undefined) {
    const bound = readHeadPlace({ query: plan.bodyDigest.query }, head);
    if (bound === 'malformed') return malformed(`the query has several ${plan.bodyDigest.query}`);
    if (bound !== 'absent') values[BOUND] = bound.text;
  }
  return undefined;
}

/** The sender chooses which headers are signed. Written with their names, they may not hold what stands after them in the content. */
function readSignedHeaders(
  head: HeadReader,
  value: SignedHeaders,
  name: string,
  plan: Plan,
  values: Readonly<Record<string, string>>,
): string | undefined {
  const { signedHeaders, pair } = value;
  const list =
    'header' in signedHeaders
      ? head.value(signedHeaders.header.toLowerCase())
      : (values[signedHeaders.signatureField] ?? '');
  const text = writeSignedHeaders(head, list, value);
  const confused = pair !== undefined && plan.contents.some((content) => content.confuses(name, text ?? ''));
  return confused ? undefined : text;
}

function readValue(found: Found, name: string, value: Extract<Value, Place>, plan: Plan): string | Refusal {
  if (found === 'malformed' || (found === 'absent' && !value.optional)) return malformed(`there is no single ${name}`);
  const written = found === 'absent' ? '' : found.text;
  const text = value.lowercase ? written.toLowerCase() : written;
  const word = value.word || value.around !== undefined || plan.contents.some(({ words }) => words.has(name));
  if (word && !/^[\w-]*$/.test(text)) return malformed(`${name} is not letters, digits, "_" and "-"`);
  if (plan.contents.some((content) => content.confuses(name, text)))
    return malformed(`${name} holds the text that stands after it`);
  return value.around === undefined || text === '' ? text : value.around.join(text);
}

function readFrom(place: Place, head: HeadReader): Found {
  return isInHead(place) ? readHeadPlace(place, head) : 'absent';
}

/** Reads the signatures. Of several headers each may hold one, and one of them must. */
function readSignatures(
  plan: Plan,
  find: (place: Place) => Found,
):
  | {
      signatures?: readonly Uint8Array[];
      timestamp?: string | undefined;
      values?: Readonly<Record<string, string>> | undefined;
    }
  | Refusal {
  const signatures: Uint8Array[] = [];
  let timestamp: string | undefined;
  let values: Readonly<Record<string, string>> | undefined;
  for (const place of plan.signaturePlaces) {
    const found = find(place);
    if (found === 'malformed') return malformed('there is no single signature');
    if (found === 'absent' || found.text === '') continue;
    const fields = plan.grammar.parse(found.text);
    if (isRefusal(fields)) return fields;
    for (const text of fields.signatures) {
      const bytes =
        plan.signatureBytes === undefined
          ? decodeBounded(text, plan.encoding)
          : decodeExact(text, plan.encoding, plan.signatureBytes);
      if (bytes === undefined && plan.skipsUndecodable && fields.signatures.length > 1) continue;
      if (bytes === undefined) {
        const length = plan.signatureBytes === undefined ? '' : `${plan.signatureBytes} bytes of `;
        return malformed(`a signature is not ${length}${plan.encoding}`);
      }
      signatures.push(bytes);
    }
    timestamp = fields.timestamp;
    values = fields.values;
  }
  if (signatures.length === 0 && timestamp !== undefined) return malformed('none of the signatures can be decoded');
  if (signatures.length === 0)
    return { refused: 'missing-signature', detail: `there is no ${plan.signaturePlaces.map(nameOf).join(' or ')}` };
  return { signatures, timestamp, values };
}

function readTime(
  plan: Plan,
  field: string | undefined,
  find: (place: Place) => Found | undefined,
): Pick<Proof, 'timestamp' | 'timestampText'> | Refusal {
  if (!plan.signs.timestamp) return {};
  const found =
    plan.timePlace === undefined ? (field === undefined ? 'absent' : { text: field }) : find(plan.timePlace);
  // It stands where this reading does not look: another one has read it, or will.
  if (found === undefined) return {};
  if (found === 'absent') {
    const where =
      plan.timePlace === undefined ? 'the signature header holds no time' : `there is no ${nameOf(plan.timePlace)}`;
    return { refused: 'missing-timestamp', detail: where };
  }
  const timestamp = found === 'malformed' ? undefined : parseTime(found.text, plan.unit, plan.exactTime);
  if (found === 'malformed' || timestamp === undefined)
    return { refused: 'malformed-timestamp', detail: `the time is not written as ${plan.unit} are` };
  return { timestamp, timestampText: found.text };
}

/**
 * A signed id may hold visible ASCII but not the text that follows it in the signed content: with it, `id.time.body` can be cut
 * at another place, which turns a day-old capture into a fresh delivery without changing one signed byte.
 */
function readId(plan: Plan, find: (place: Place) => Found | undefined): string | undefined | Refusal {
  const found = plan.idPlace === undefined ? undefined : find(plan.idPlace);
  if (plan.idPlace === undefined || found === undefined) return undefined;
  if (found === 'absent') return { refused: 'missing-id', detail: `there is no ${nameOf(plan.idPlace)}` };
  const text = found === 'malformed' ? '' : found.text;
  if (text.length > 256) return { refused: 'malformed-id', detail: 'the id is longer than 256 characters' };
  const word = plan.contents.some(({ words }) => words.has('id'));
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const separates = plan.contents.some((content) => content.separates(text.charAt(i)));
    if (code < 0x21 || code > 0x7e || separates || (word && !/[\w-]/.test(text.charAt(i))))
      return { refused: 'malformed-id', detail: 'the id holds a character that an id cannot hold here' };
  }
  return text === '' ? { refused: 'malformed-id', detail: 'there is no single id' } : text;
}

function checkRequirements(plan: Plan, find: (place: Place) => Found | undefined): Refusal | undefined {
  for (const requirement of plan.requirements) {
    const found = find(requirement);
    if (found === undefined) continue;
    const wanted = [requirement.value].flat();
    if (typeof found === 'string' || !wanted.includes(found.text))
      return { refused: 'unsupported-scheme', detail: `${nameOf(requirement)} is not "${wanted.join('" or "')}"` };
  }
  return undefined;
}

/** A place as a person would call it. */
function nameOf(place: Place): string {
  if ('header' in place) return `${place.header} header`;
  if ('query' in place) return `parameter ${place.query}`;
  return 'form' in place ? `form field ${place.form}` : `value at ${place.json}`;
}

function malformed(detail: string): Refusal {
  return { refused: 'malformed-signature', detail };
}
