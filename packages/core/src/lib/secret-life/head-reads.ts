import { readHeaders } from '../scheme/header-reader.ts';
import { queryOf } from '../scheme/place.ts';
import type { RequestHead } from '../types.ts';

/** What a function that finds secrets gets to see: the head of a request, which nobody has verified yet, and never its body. */
export interface SecretsHead extends RequestHead {
  /** The path of the request target, without its query; `/` for none. */
  readonly path: string;
  /** The one value of a header, its name in any case; `undefined` where it is absent or repeated. */
  header(name: string): string | undefined;
  /** The one value of a parameter of the query, decoded; `undefined` where it is absent or repeated. */
  query(name: string): string | undefined;
}

/** What one function was seen to look at, over all its calls. Two heads that agree in all of it get the same answer. */
export interface HeadReads {
  /** How much is known; it only ever grows, and with it every key changes. */
  readonly size: number;
  /** What a head holds of it, as text; `undefined` where that is too much to be remembered by. */
  keyOf(head: RequestHead): string | undefined;
  /** The head, as a function may look at it: what it looks at is noted. */
  open(head: RequestHead): SecretsHead;
}

/** A function that looks at more than this looks at something that a stranger names. */
const MOST_PARTS = 32;

/** A key that is longer holds the signature or something else of one request alone. */
const LONGEST_KEY = 512;

/** Begins to note what a function looks at. */
export function createHeadReads(): HeadReads {
  const parts = new Set<string>();
  return {
    get size() {
      return parts.size;
    },
    keyOf(head) {
      if (parts.size > MOST_PARTS) return undefined;
      const key = JSON.stringify([...parts].map((part) => partOf(head, part) ?? null));
      return key.length > LONGEST_KEY ? undefined : key;
    },
    open: (head) =>
      openHead(head, (part) => {
        if (parts.size <= MOST_PARTS) parts.add(part);
      }),
  };
}

/** A head with its readers. `note` is told of everything that is looked at, before it is given. */
export function openHead(head: RequestHead, note: (part: string) => void = () => undefined): SecretsHead {
  const read = <Value>(part: string): Value => {
    note(part);
    return partOf(head, part) as Value;
  };
  return Object.freeze<SecretsHead>({
    get method() {
      return read<string>('method');
    },
    get url() {
      return read<string>('url');
    },
    get path() {
      return read<string>('path');
    },
    get headers() {
      return read<RequestHead['headers']>('headers');
    },
    get peerAddress() {
      return read<string | undefined>('peerAddress');
    },
    header: (name) => read(`header ${String(name).toLowerCase()}`),
    query: (name) => read(`query ${name}`),
  });
}

function partOf(head: RequestHead, part: string): unknown {
  const [kind, name] = split(part);
  if (kind === 'header') {
    const headers = readHeaders(head.headers);
    return headers.count(name) === 1 ? headers.value(name) : undefined;
  }
  if (kind === 'query') {
    const [value, ...more] = new URLSearchParams(queryOf(head.url)).getAll(name);
    return more.length === 0 ? value : undefined;
  }
  // A request target may be a whole URL (RFC 9112 §3.2.2).
  if (kind === 'path') return /^(?:https?:\/\/[^/?#]*)?([^?#]*)/i.exec(head.url)?.[1] || '/';
  return head[kind as keyof RequestHead];
}

function split(part: string): [kind: string, name: string] {
  const at = part.indexOf(' ');
  return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
}
