import ipaddr from 'ipaddr.js';
import { ConfigurationError } from '../errors.ts';

/** A compiled list of addresses and CIDR ranges. */
export interface Allowlist {
  /** True when the address, as text, lies in the list; false for anything that is not one plain IPv4 or IPv6 address. */
  allows(address: string): boolean;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Compiles addresses and CIDR ranges once, and says whether an address is among them.
 *
 * `::ffff:a.b.c.d`, in any spelling, is the IPv4 address. Zone ids, octal, short and integer forms are refused, in the list
 * (at start-up) and in what is asked (as not allowed), because readers of such forms disagree about which host is meant.
 *
 * An allowlist stands beside the signature, never instead of it.
 *
 * @throws ConfigurationError `empty-allowlist`, or `invalid-address` for an unreadable entry, `/0`, or host bits that are set
 */
export function allowlist(entries: readonly string[], option = 'allow'): Allowlist {
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new ConfigurationError(
      'empty-allowlist',
      option,
      'give at least one address or CIDR range, or leave the option out: an empty list would refuse everyone.',
    );
  }
  const ranges = entries.map((entry: unknown, index) => compileRange(entry, `${option}[${index}]`));
  return Object.freeze({
    allows(text: string) {
      const address = parseAddress(text);
      return (
        address !== undefined &&
        ranges.some((range) => address.kind() === range.network.kind() && address.match(range.network, range.bits))
      );
    },
  });
}

/** One plain address in canonical form: an IPv4-mapped IPv6 address is the IPv4 address. `undefined` for everything doubtful. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 45 || text.includes('%')) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  const spelt = text.includes('.') ? withHexTail(text) : text;
  if (spelt === undefined || !spelt.includes(':') || !ipaddr.IPv6.isValid(spelt)) return undefined;
  const address = ipaddr.IPv6.parse(spelt);
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  // A dotted tail outside ::ffff:0:0/96 (`::1.2.3.4`, NAT64) names a host in two ways at once.
  return spelt === text ? address : undefined;
}

/** `::ffff:192.0.2.7` with its tail in hex, so that the tail is read as strictly as any IPv4 address. */
function withHexTail(text: string): string | undefined {
  const colon = text.lastIndexOf(':');
  const tail = text.slice(colon + 1);
  if (!ipaddr.IPv4.isValidFourPartDecimal(tail)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(tail).octets;
  return `${text.slice(0, colon)}:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function compileRange(entry: unknown, option: string): { network: Address; bits: number } {
  if (typeof entry !== 'string') throw invalid(option, 'give text: an address or a CIDR range.');
  const slash = entry.indexOf('/');
  const network = parseAddress(slash < 0 ? entry : entry.slice(0, slash));
  if (network === undefined)
    throw invalid(option, `"${entry.slice(0, 64)}" is not a plain IPv4 or IPv6 address or CIDR range.`);
  const widest = network.kind() === 'ipv4' ? 32 : 128;
  if (slash < 0) return { network, bits: widest };
  const mapped = network.kind() === 'ipv4' && entry.includes(':');
  const suffix = entry.slice(slash + 1);
  const bits = /^(?:0|[1-9]\d{0,2})$/.test(suffix) ? Number(suffix) - (mapped ? 96 : 0) : -1;
  if (bits === 0) throw invalid(option, 'a range of /0 is every address there is: leave the allowlist out instead.');
  if (bits < 1 || bits > widest)
    throw invalid(option, `"/${suffix.slice(0, 8)}" is not a prefix length for this address.`);
  if (!hostBitsClear(network, bits)) {
    throw invalid(
      option,
      `"${entry}" has host bits set: write the network's own address, or the single address without a prefix.`,
    );
  }
  return { network, bits };
}

function hostBitsClear(network: Address, bits: number): boolean {
  return network.toByteArray().every((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return (byte & (0xff >> kept)) === 0;
  });
}

function invalid(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-address', option, message);
}
