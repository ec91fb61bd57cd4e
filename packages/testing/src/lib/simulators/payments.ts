import { type Simulator, startSimulator } from './simulator.ts';
import type { SimulatedPayment, Vendor } from './vendor.ts';
import { hubtel, midtrans, moyasar, xendit, yookassa } from './vendors-by-basic.ts';
import { flutterwaveV3, intasend, mercadoPago, mollieClassic, ozow } from './vendors-by-bearer.ts';
import { payfast, paypalIpn } from './vendors-by-postback.ts';
import { peach, selcom } from './vendors-by-signature.ts';
import { azampay, clickpesa, mtnMomo, paypalVerifyApi, safaricomDaraja } from './vendors-by-token.ts';

/** The vendors that can be simulated, by the registered names of their providers. PesaPal has `simulatePesapal`. */
const VENDORS = {
  azampay,
  clickpesa,
  'flutterwave-v3': flutterwaveV3,
  hubtel,
  intasend,
  'mercado-pago': mercadoPago,
  midtrans,
  'mollie-classic': mollieClassic,
  moyasar,
  'mtn-momo': mtnMomo,
  ozow,
  payfast,
  'paypal-ipn': paypalIpn,
  'paypal-verify-api': paypalVerifyApi,
  peach,
  'safaricom-daraja': safaricomDaraja,
  selcom,
  xendit,
  yookassa,
};

/** The name of a vendor that can be simulated. */
export type SimulatedVendor = keyof typeof VENDORS;

/** A vendor's API on loopback, with payments in it. */
export interface PaymentSimulator<Name extends SimulatedVendor = SimulatedVendor> extends Simulator {
  /** What it lets in: obviously of tests. */
  readonly credentials: (typeof VENDORS)[Name]['credentials'];
  /** Puts a payment in, or changes it. */
  put(id: string, payment: SimulatedPayment): void;
  /** Takes a payment out. */
  forget(id: string): void;
  /** Vouches for a text: what a vendor that wants its notice back would be sent, or the event of PayPal's webhooks. */
  vouch(text: string): void;
  /** Takes back every token that it has given. */
  expireTokens(): void;
}

/**
 * Simulates the API by which a vendor confirms payments, live and sandbox, over real TLS.
 *
 * It behaves as the vendor's page says, or, where none does, as programs that ask it expect.
 */
export async function simulatePayments<Name extends SimulatedVendor>(name: Name): Promise<PaymentSimulator<Name>> {
  const one: Vendor = VENDORS[name];
  const payments = new Map<string, SimulatedPayment>();
  const tokens = new Set<string>();
  const texts = new Set<string>();
  let count = 0;
  const simulator = await startSimulator(one.hosts, ({ host, method, url, headers, body }) => {
    const { pathname, searchParams } = new URL(url, 'https://vendor.test');
    return one.answer(
      { host, method, path: pathname, query: searchParams, headers, body },
      {
        find: (id) => payments.get(id),
        sent: (text) => texts.has(text),
        issue() {
          const token = `simulated-token-${++count}`;
          tokens.add(token);
          return token;
        },
        admits: (header) => typeof header === 'string' && tokens.has(header.replace(/^Bearer /, '')),
      },
    );
  });
  return Object.freeze<PaymentSimulator<Name>>({
    ...simulator,
    credentials: one.credentials as (typeof VENDORS)[Name]['credentials'],
    put: (id, payment) => void payments.set(id, payment),
    forget: (id) => void payments.delete(id),
    vouch: (text) => void texts.add(text),
    expireTokens: () => tokens.clear(),
  });
}
