import { trimBlanks } from '../scheme/header-reader.ts';
import { type Address, parseAddress } from './parse-address.ts';

/** What a header tells: addresses from the client's side to ours, or why nothing in it can be believed. */
export type Told = readonly Address[] | { readonly problem: string };

/** More proxies than anybody has in a row. */
const MOST_HOPS = 32;
const LONGEST = 4096;

/**
 * Reads a header that tells where a request came from. Everything in it has to be what the header is meant to hold: one part that is not
 * could be what somebody hoped another reader would make of it.
 *
 * `forwarded` is read by RFC 7239; `x-forwarded-for` is a list of plain addresses; any other header holds one.
 */
export function readForwarded(header: string, value: string): Told {
  if (value.length > LONGEST) return { problem: `is longer than ${LONGEST} characters` };
  if (header === 'forwarded') return readElements(value);
  const texts = header === 'x-forwarded-for' ? value.split(',').map(trimBlanks) : [value];
  return readAddresses(texts, parseAddress);
}

function readAddresses(texts: readonly string[], read: (text: string) => Address | undefined): Told {
  if (texts.length > MOST_HOPS) return { problem: `names more than ${MOST_HOPS} addresses` };
  const addresses: Address[] = [];
  for (const text of texts) {
    const address = read(text);
    if (address === undefined) return { problem: `holds "${text.slice(0, 64)}", which is no plain address` };
    addresses.push(address);
  }
  return addresses;
}

/**
 * The `for` of each element.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7239#section-4
 */
function readElements(value: string): Told {
  const nodes: string[] = [];
  // One `name=value`, and what ends it: `;`, `,` with blanks around it, or the header's end.
  const pair = /([\w!#$%&'*+.^`|~-]+)=(?:([\w!#$%&'*+.^`|~-]+)|"((?:[^"\\]|\\.)*)")([ \t]*,[ \t]*|;|$)/y;
  let names: string[] = [];
  for (let at = 0, end = ','; end !== ''; at = pair.lastIndex) {
    pair.lastIndex = at;
    const [, name = '', token, quoted = '', ending = ''] = pair.exec(value) ?? [];
    const key = name.toLowerCase();
    if (key === '' || names.includes(key)) return { problem: 'is not written as RFC 7239 asks for' };
    names.push(key);
    if (key === 'for') nodes.push(token ?? quoted);
    end = trimBlanks(ending);
    if (end === ';') continue;
    if (!names.includes('for')) return { problem: 'has an element without for=' };
    names = [];
  }
  return readAddresses(nodes, readNode);
}

/** An address, IPv6 in brackets, with or without a port. `unknown` and names that hide an address (`_gazonk`) are none. */
function readNode(node: string): Address | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(node) ?? [];
  if (Number(port ?? 0) > 65_535) return undefined;
  const address = parseAddress(bracketed ?? plain ?? '');
  // ::ffff:192.0.2.7 is an IPv4 address that is written as IPv6, and so in brackets.
  return bracketed === undefined || bracketed.includes(':') ? address : undefined;
}
