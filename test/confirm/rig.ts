// PesaPal's API on loopback, a guard that asks it, and a sender of IPNs that anyone could be.
import { request as sendHttp } from 'node:http';
import type { ReceiverOptions, SettledRecord, VerdictRecord } from '@postern/core';
import { type ConfirmOptions, type Expected, type Order, pesapalConfirm } from '@postern/core/confirm';
import { createOutbound } from '@postern/core/outbound';
import { pesapal } from '@postern/core/providers/pesapal';
import { type PesapalPayment, type PesapalSimulator, type RunningServer, simulatePesapal } from '@postern/testing';

export const ID = 'd0fa69d6-f3cd-433b-858e-df86555b86c8';
export const ORDER: Order = { reference: 'order-1', amount: '10000.00', currency: 'KES' };
export const PAID: PesapalPayment = { reference: 'order-1', amount: '10000.00', currency: 'KES', statusCode: 1 };
export const CREDENTIALS = { consumerKey: 'test-consumer-key', consumerSecret: 'test-consumer-secret' };
/** A path of look-ups, for failures that are not to meet tokens. */
export const LOOKUP = 'GetTransactionStatus';

/** The parameters of an IPN. */
export type Ipn = Readonly<Record<string, string>>;

export const ipn = (changes: Ipn = {}): Ipn => ({
  OrderTrackingId: ID,
  OrderNotificationType: 'IPNCHANGE',
  OrderMerchantReference: 'order-1',
  ...changes,
});

/** Another GUID for each number. */
export const guid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** What a guard has told, and options that make it tell. */
export interface Rig {
  readonly simulator: PesapalSimulator;
  readonly verdicts: VerdictRecord[];
  readonly settled: SettledRecord[];
  readonly clock: { now: number };
  /** Look-ups that the provider was asked for. */
  lookups(): number;
  options(
    more?: { readonly confirm?: ConfirmOptions; readonly expected?: Expected } & Partial<
      Omit<ReceiverOptions, 'confirm' | 'expected'>
    >,
  ): ReceiverOptions;
}

/** Starts the API and makes options for guards that ask it. */
export async function openRig(): Promise<Rig> {
  const clock = { now: Date.now() };
  const simulator = await simulatePesapal({ now: () => clock.now });
  const verdicts: VerdictRecord[] = [];
  const settled: SettledRecord[] = [];
  simulator.put(ID, PAID);
  return {
    simulator,
    verdicts,
    settled,
    clock,
    lookups: () => simulator.asked.filter(({ url }) => url.includes(LOOKUP)).length,
    options: ({ confirm, expected = () => ORDER, ...more } = {}) => ({
      provider: pesapal(),
      secrets: [],
      environment: 'sandbox',
      now: () => clock.now,
      confirm: pesapalConfirm(CREDENTIALS, { outbound: createOutbound({ routes: simulator.routes }), ...confirm }),
      expected,
      onVerdict: (record) => verdicts.push(record),
      onSettled: (record) => settled.push(record),
      ...more,
    }),
  };
}

/** What a sender is told. */
export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Sends an IPN to a server: by GET, or as JSON or a form by POST. */
export function sendIpn(
  { port }: RunningServer,
  params: Ipn = ipn(),
  how: 'GET' | 'json' | 'form' = 'GET',
  path = '/ipn',
): Promise<Told> {
  const query = new URLSearchParams(params).toString();
  const body = how === 'GET' ? '' : how === 'json' ? JSON.stringify(params) : query;
  const type = how === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  return new Promise((resolve, reject) => {
    const sent = sendHttp(
      {
        port,
        host: '127.0.0.1',
        path: how === 'GET' ? `${path}?${query}` : path,
        method: how === 'GET' ? 'GET' : 'POST',
        headers: how === 'GET' ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
