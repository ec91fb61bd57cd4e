/** One address, as words of 32 bits: IPv4 has one, IPv6 has four. */
export type Address = readonly number[];

/** The longest text of an address: IPv6 with a dotted tail. */
const LONGEST = 45;

const DOT = 0x2e;
const COLON = 0x3a;

/**
 * Reads one plain address: an IPv4-mapped IPv6 address, in any spelling, is the IPv4 address. `undefined` for everything doubtful:
 * zone ids, octal, hex, short and integer forms, dotted tails outside `::ffff:0:0/96`, and whatever stands around an address.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4291#section-2.2
 */
export function parseAddress(text: string): Address | undefined {
  if (typeof text !== 'string' || text.length > LONGEST) return undefined;
  if (text.includes(':')) return readColons(text);
  const word = readDots(text, 0);
  return word === undefined ? undefined : [word];
}

/** The one spelling of an address: dotted for IPv4, and for IPv6 the form of RFC 5952 (lower case, the longest run of zeros left out). */
export function formatAddress(address: Address): string {
  const [word = 0] = address;
  if (address.length === 1) return [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff].join('.');
  const groups = address.flatMap((one) => [(one >>> 16).toString(16), (one & 0xffff).toString(16)]).join(':');
  let longest = '';
  // A single zero is written out.
  for (const [run] of groups.matchAll(/\b0(?::0)+\b/g)) if (run.length > longest.length) longest = run;
  if (longest === '') return groups;
  const at = groups.search(new RegExp(`\\b${longest}\\b`));
  return `${groups.slice(0, at).replace(/:$/, '')}::${groups.slice(at + longest.length).replace(/^:/, '')}`;
}

/** The four decimal parts from a position to the end of a text, as one word. */
function readDots(text: string, from: number): number | undefined {
  let word = 0;
  let parts = 0;
  let part = -1;
  for (let at = from; at <= text.length; at++) {
    const code = at === text.length ? DOT : text.charCodeAt(at);
    if (code === DOT) {
      if (part < 0 || parts === 4) return undefined;
      word = word * 256 + part;
      parts++;
      part = -1;
    } else {
      const digit = code - 0x30;
      // After a leading zero nothing may come: some read octal there.
      if (digit < 0 || digit > 9 || part === 0) return undefined;
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return undefined;
    }
  }
  return parts === 4 ? word : undefined;
}

/** Groups of four hex digits, with one gap at the most. */
function readColons(text: string): Address | undefined {
  const groups: number[] = [];
  let gap = text.startsWith('::') ? 0 : -1;
  let dotted = false;
  let at = gap === 0 ? 2 : 0;
  while (at < text.length) {
    const start = at;
    let group = 0;
    for (let digit = hexDigit(text, at); digit >= 0; digit = hexDigit(text, ++at)) group = group * 16 + digit;
    if (text.charCodeAt(at) === DOT) {
      const tail = readDots(text, start);
      if (tail === undefined) return undefined;
      groups.push(tail >>> 16, tail & 0xffff);
      dotted = true;
      break;
    }
    if (at === start || at - start > 4) return undefined;
    groups.push(group);
    if (at === text.length) break;
    // A colon, with a group after it; or two, once.
    if (text.charCodeAt(at++) !== COLON || at === text.length) return undefined;
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return undefined;
      gap = groups.length;
      at++;
    }
  }
  // A gap stands for one group at least.
  if (gap < 0 ? groups.length !== 8 : groups.length > 7) return undefined;
  if (gap >= 0) groups.splice(gap, 0, ...Array<number>(8 - groups.length).fill(0));
  const words = [0, 2, 4, 6].map((index) => ((groups[index] ?? 0) * 0x10000 + (groups[index + 1] ?? 0)) >>> 0);
  const [first, second, third, fourth = 0] = words;
  if (first === 0 && second === 0 && third === 0xffff) return [fourth];
  // A dotted tail anywhere else (`::1.2.3.4`, NAT64) names a host in two ways at once.
  return dotted ? undefined : words;
}

/** -1 for what is none. */
function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
