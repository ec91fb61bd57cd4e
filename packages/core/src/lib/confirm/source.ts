import { formatAddress, parseAddress } from '../address/parse-address.ts';
import type { RequestHead } from '../types.ts';

/**
 * Whom the budget counts: the client's address, and else the peer's; behind a proxy that nobody told of, all have one. Of an IPv6 address its
 * /64: whoever has one of its addresses has them all, and could be new with each notice.
 */
export function sourceOf({
  clientAddress,
  peerAddress = '',
}: Pick<RequestHead, 'clientAddress' | 'peerAddress'>): string {
  const text = clientAddress ?? peerAddress;
  const address = parseAddress(text);
  if (address === undefined) return text;
  const [first = 0, second = 0] = address;
  return formatAddress(address.length === 1 ? address : [first, second, 0, 0]);
}
