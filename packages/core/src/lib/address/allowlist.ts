import { ConfigurationError } from '../errors.ts';
import { type AddressRange, compileSet, rangeOf } from './address-set.ts';
import { parseAddress } from './parse-address.ts';

/** A compiled list of addresses and CIDR ranges. */
export interface Allowlist {
  /** True when the address, as text, lies in the list; false for anything that is not one plain IPv4 or IPv6 address. */
  allows(address: string): boolean;
}

/**
 * Compiles addresses and CIDR ranges once, and says whether an address is among them, however many there are, in a few steps.
 *
 * `::ffff:a.b.c.d`, in any spelling, is the IPv4 address. Zone ids, octal, short and integer forms are refused, in the list
 * (at start-up) and in what is asked (as not allowed), because readers of such forms disagree about which host is meant.
 *
 * An allowlist stands beside the signature, never instead of it.
 *
 * @throws ConfigurationError `empty-allowlist`, or `invalid-address` for an unreadable entry, `/0`, host bits that are set, or ranges that together are every address
 */
export function allowlist(entries: readonly string[], option = 'allow'): Allowlist {
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new ConfigurationError(
      'empty-allowlist',
      option,
      'give at least one address or CIDR range, or leave the option out: an empty list would refuse everyone.',
    );
  }
  const set = compileSet(entries.map((entry: unknown, index) => compileRange(entry, `${option}[${index}]`)));
  if (set.everyone)
    throw invalid(option, 'together these ranges are every address there is: leave the allowlist out instead.');
  return Object.freeze({
    allows(text: string) {
      const address = parseAddress(text);
      return address !== undefined && set.has(address);
    },
  });
}

/** Reads an address or a CIDR range. @throws ConfigurationError `invalid-address` for anything else, `/0`, and host bits that are set */
export function compileRange(entry: unknown, option: string): AddressRange {
  if (typeof entry !== 'string') throw invalid(option, 'give text: an address or a CIDR range.');
  const slash = entry.indexOf('/');
  const network = parseAddress(slash < 0 ? entry : entry.slice(0, slash));
  if (network === undefined)
    throw invalid(option, `"${entry.slice(0, 64)}" is not a plain IPv4 or IPv6 address or CIDR range.`);
  if (slash < 0) return { first: network, last: network };
  const widest = network.length * 32;
  const mapped = widest === 32 && entry.includes(':');
  const suffix = entry.slice(slash + 1);
  const bits = /^(?:0|[1-9]\d{0,2})$/.test(suffix) ? Number(suffix) - (mapped ? 96 : 0) : -1;
  if (bits === 0) throw invalid(option, 'a range of /0 is every address there is: leave the allowlist out instead.');
  if (bits < 1 || bits > widest)
    throw invalid(option, `"/${suffix.slice(0, 8)}" is not a prefix length for this address.`);
  const range = rangeOf(network, bits);
  if (range === undefined) {
    throw invalid(
      option,
      `"${entry}" has host bits set: write the network's own address, or the single address without a prefix.`,
    );
  }
  return range;
}

function invalid(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-address', option, message);
}
