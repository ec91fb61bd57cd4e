import { formatAddress, parseAddress } from './parse-address.ts';

/**
 * The network an address is in, `203.0.113.0/24` or `2001:db8::/48`: the sizes that are given to one customer of a network, or to one site, so
 * that no machine is named. The canonical address itself with `whole`. An IPv4 address in IPv6 clothes is IPv4. `undefined` for anything that
 * is no address: nothing of a stranger's text comes through.
 */
export function networkOf(text: string, whole = false): string | undefined {
  // A zone id names an interface of this machine, and may be any text.
  const [bare = ''] = text.split('%', 1);
  const address = parseAddress(bare);
  if (address === undefined || whole) return address && formatAddress(address);
  const [first = 0, second = 0] = address;
  if (address.length === 1) return `${formatAddress([(first & 0xffff_ff00) >>> 0])}/24`;
  return `${formatAddress([first, (second & 0xffff_0000) >>> 0, 0, 0])}/48`;
}
