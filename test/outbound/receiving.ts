// A receiver whose keys are fetched, with a clock, and a count of what it asks.
import {
  createReceiver,
  type Exchange,
  type Provider,
  type ReceiverOptions,
  type ReceiverTraits,
  type VerdictRecord,
} from '@postern/core';
import { createOutbound, type Outbound, type OutboundOptions, type OutboundRequest } from '@postern/core/outbound';

/** One delivery. */
export interface Sent {
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Makes a receiver for a provider, with an empty list of secrets. */
export function openReceiver(
  provider: Provider,
  way: OutboundOptions | Outbound,
  at: number,
  options: Partial<ReceiverOptions> = {},
  traits: ReceiverTraits = {},
) {
  const clock = { now: at };
  const asked: OutboundRequest[] = [];
  const records: VerdictRecord[] = [];
  const handled: string[] = [];
  const inner = typeof way === 'function' ? way : createOutbound(way);
  const outbound = Object.assign(
    (request: OutboundRequest) => {
      asked.push(request);
      return inner(request);
    },
    inner.authorities === undefined ? {} : { authorities: inner.authorities },
  );
  const receiver = createReceiver(
    {
      provider,
      secrets: [],
      outbound,
      now: () => clock.now,
      onVerdict: (record) => records.push(record),
      ...options,
    },
    traits,
  );
  /** Delivers, and says what was decided: the reason, or the outcome. */
  async function deliver({ url = '/', headers = {}, body }: Sent): Promise<string> {
    const exchange: Exchange = {
      head: { method: 'POST', url, headers: Object.entries(headers) },
      readBody: async () => new TextEncoder().encode(body),
    };
    await receiver.handle(exchange, (delivery) => handled.push(delivery.text()));
    const record = records.at(-1);
    return record?.reason ?? record?.outcome ?? 'nothing';
  }
  return { clock, asked, records, handled, deliver };
}
