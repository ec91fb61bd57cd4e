import { type Address, parseAddress } from './parse-address.ts';

/** A network: its first word, and how many bits of that count. */
type Network = readonly [word: number, bits: number];

/** IPv4 that is set aside: this network, private, carrier-grade NAT, loopback, link-local, protocols, documentation, relays, tests, multicast, reserved. */
const RESERVED: readonly Network[] = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0000000, 24],
  [0xc0000200, 24],
  [0xc01fc400, 24],
  [0xc034c100, 24],
  [0xc0586300, 24],
  [0xc0a80000, 16],
  [0xc0af3000, 24],
  [0xc6120000, 15],
  [0xc6336400, 24],
  [0xcb007100, 24],
  [0xe0000000, 3],
];

/** IPv6 within 2000::/3 that is set aside: protocols (Teredo, ORCHID, benchmarks and others), documentation, 6to4. */
const RESERVED_6: readonly Network[] = [
  [0x20010000, 23],
  [0x20010db8, 32],
  [0x20020000, 16],
  [0x3fff0000, 20],
];

/**
 * True for an address of the public internet, which a vendor's API may have. Everything else is refused by default, so that a range that is
 * set aside tomorrow is not open today: private, loopback, link-local (where clouds keep their credentials), carrier-grade NAT, ULA,
 * multicast, documentation, tunnels.
 *
 * An address that carries an IPv4 address (`::ffff:0:0/96`, NAT64's `64:ff9b::/96`) is as public as that one is.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry/iana-ipv6-special-registry.xhtml
 */
export function isPublicAddress(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && isPublic(address);
}

function isPublic(address: Address): boolean {
  const [first = 0, second = 0, third = 0, fourth = 0] = address;
  if (address.length === 1) return !RESERVED.some((network) => isWithin(first, network));
  if (first === 0x0064ff9b && second === 0 && third === 0) return isPublic([fourth]);
  // AS112 has a /48 of its own.
  if (first === 0x2620004f && second >>> 16 === 0x8000) return false;
  // Nothing outside 2000::/3 has been given out for the internet.
  return isWithin(first, [0x20000000, 3]) && !RESERVED_6.some((network) => isWithin(first, network));
}

function isWithin(word: number, [network, bits]: Network): boolean {
  return (word ^ network) >>> (32 - bits) === 0;
}
