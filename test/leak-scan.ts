// Looks for secrets in what could be shown to somebody: a log, an answer, an error page.
import { inspect } from 'node:util';

/** Something that must not be seen, in one of the forms it could be seen in. */
export interface Needle {
  readonly what: string;
  readonly text: string;
}

/** Shorter pieces are found by chance. */
const SHORTEST = 8;

/** A value in the forms that logs, dumps and encoders give to bytes. */
export function needlesOf(what: string, bytes: Uint8Array): readonly Needle[] {
  const buffer = Buffer.from(bytes);
  const base64 = buffer.toString('base64').replaceAll('=', '');
  const forms: Readonly<Record<string, string>> = {
    text: buffer.toString('utf8'),
    'latin1 text': buffer.toString('latin1'),
    JSON: JSON.stringify(buffer.toString('utf8')).slice(1, -1),
    hex: buffer.toString('hex'),
    'capital hex': buffer.toString('hex').toUpperCase(),
    base64,
    base64url: base64.replaceAll('+', '-').replaceAll('/', '_'),
    URL: encodeURIComponent(buffer.toString('latin1')),
  };
  return Object.entries(forms)
    .filter(([, text], index, all) => text.length >= SHORTEST && all.findIndex(([, other]) => other === text) === index)
    .map(([form, text]) => ({ what: `${what} as ${form}`, text }));
}

/** A secret: the whole of it, without its prefix, and the key it decodes to. */
export function secretNeedles(what: string, secret: string): readonly Needle[] {
  const bare = secret.replace(/^whsec_/, '');
  const values = [Buffer.from(secret), Buffer.from(bare), Buffer.from(bare, 'base64')];
  return values.flatMap((bytes) => needlesOf(what, bytes));
}

/** A body: the whole of it, and pieces from all over it. */
export function bodyNeedles(body: Uint8Array): readonly Needle[] {
  const piece = 24;
  const step = Math.max(12, Math.floor(body.byteLength / 64));
  const needles = [...needlesOf('the body', body.subarray(0, 4096))];
  for (let at = 0; at + piece <= body.byteLength; at += step) {
    const bytes = body.subarray(at, at + piece);
    // A run of one character says nothing.
    if (new Set(bytes).size > 6) needles.push(...needlesOf(`the body from byte ${at}`, bytes));
  }
  return needles;
}

/** The needles that are in the hay. */
export function leaksIn(hay: string, needles: readonly Needle[]): readonly string[] {
  return needles.filter(({ text }) => hay.includes(text)).map(({ what }) => what);
}

/** Everything that printing, logging, serialising or walking over a value could show of it. */
export function shownBy(value: unknown): string {
  const parts = [
    inspect(value, {
      depth: Number.POSITIVE_INFINITY,
      showHidden: true,
      getters: true,
      maxArrayLength: null,
      maxStringLength: null,
      breakLength: Number.POSITIVE_INFINITY,
    }),
    attempt(() => JSON.stringify(value)),
    attempt(() => String(value)),
    ...contentsOf(value),
  ];
  return parts.join('\n');
}

/** Every text and every run of bytes that can be reached over properties of any kind, prototypes, maps and sets. */
function contentsOf(root: unknown): readonly string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string') found.push(value);
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      found.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1'));
      continue;
    }
    if (value instanceof Map) waiting.push(...value.keys(), ...value.values());
    if (value instanceof Set) waiting.push(...value);
    for (const key of Reflect.ownKeys(value)) {
      const { value: content } = Object.getOwnPropertyDescriptor(value, key) ?? {};
      waiting.push(typeof key === 'symbol' ? key.description : key, content);
    }
  }
  return found;
}

function attempt(render: () => string | undefined): string {
  try {
    return render() ?? '';
  } catch {
    // What cannot be rendered this way shows nothing this way.
    return '';
  }
}

/**
 * The same for very many needles: one walk over the hay, whatever the case of its letters. The needles are looked up by their first characters.
 */
export function createScan(needles: readonly Needle[]): (hay: string) => readonly string[] {
  const byStart = new Map<string, Needle[]>();
  const known = new Set<string>();
  for (const { what, text } of needles) {
    const lower = text.toLowerCase();
    const start = lower.slice(0, SHORTEST);
    if (start.length < SHORTEST) throw new Error(`${what} is too short to be looked for`);
    if (known.has(lower)) continue;
    known.add(lower);
    const others = byStart.get(start);
    if (others === undefined) byStart.set(start, [{ what, text: lower }]);
    else others.push({ what, text: lower });
  }
  return (hay) => {
    const lower = hay.toLowerCase();
    const found = new Set<string>();
    for (let at = 0; at + SHORTEST <= lower.length; at++)
      for (const { what, text } of byStart.get(lower.slice(at, at + SHORTEST)) ?? [])
        if (lower.startsWith(text, at)) found.add(what);
    return [...found];
  };
}
