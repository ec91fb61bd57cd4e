// A receiver with an allowlist, a clock, and senders at addresses of their own.
import { createReceiver, type Exchange, type ReceiverOptions, sign, type VerdictRecord } from '@postern/core';
import { github } from '@postern/core/providers/github';

export const SECRET = 'a-secret-for-tests-of-ranges-0123456789';
export const NOW = Date.parse('2027-01-01T00:00:00Z');

/** Makes a receiver of GitHub's deliveries, and what delivers to it. */
export function openWith(options: Partial<ReceiverOptions>) {
  const clock = { now: NOW };
  const records: VerdictRecord[] = [];
  const handled: string[] = [];
  const receiver = createReceiver({
    provider: github(),
    secrets: SECRET,
    now: () => clock.now,
    onVerdict: (record) => records.push(record),
    ...options,
  });
  let count = 0;
  /** Sends a genuine delivery from an address, and says what was answered: the reason and status, or the outcome. */
  async function deliver(peerAddress: string, { secret = SECRET } = {}): Promise<string> {
    const body = JSON.stringify({ count: ++count });
    const signed = await sign(github(), { secret, body });
    let wasRead = false;
    const exchange: Exchange = {
      head: { method: 'POST', url: '/', headers: Object.entries(signed), peerAddress },
      readBody: async () => {
        wasRead = true;
        return new TextEncoder().encode(body);
      },
    };
    const { status } = await receiver.handle(exchange, (delivery) => handled.push(delivery.text()));
    const record = records.filter((one) => one.peerAddress === peerAddress).at(-1);
    if (record?.reason === undefined) return record?.outcome ?? 'nothing';
    return `${record.reason} ${status}${wasRead ? ', read' : ''}`;
  }
  return { clock, records, handled, deliver };
}
