// Every vendor that is asked back: how its notice looks, whom to ask, and what the order is.
import { request as sendHttp } from 'node:http';
import { type Capture, type Provider, type Secrets, signRequest } from '@postern/core';
import * as confirm from '@postern/core/confirm';
import * as providers from '@postern/core/providers';
import {
  type PaymentSimulator,
  type RunningServer,
  type SimulatedPayment,
  type SimulatedVendor,
  simulatePayments,
} from '@postern/testing';

/** One vendor, in its sandbox. */
export interface VendorCase {
  readonly name: SimulatedVendor;
  readonly provider: Provider;
  readonly secrets: Secrets;
  /** The id that its notices name. */
  readonly id: string;
  /** What the vendor knows, and what the notice claims. */
  readonly paid: SimulatedPayment;
  /** What our records say: by default the same. */
  readonly order: confirm.Order;
  /** Its word for a payment that failed. */
  readonly failed: string;
  /** Which of the fields the vendor reports, so that a difference is seen. */
  readonly reports: readonly ('reference' | 'amount' | 'currency')[];
  /** What a notice of an unknown payment gets: 503 where the vendor does not say "unknown" in a way that is documented. */
  readonly unknown: 401 | 503;
  /** True where the vendor vouches for the notice itself. */
  readonly vouches: boolean;
  /** The text that it vouches for. */
  readonly vouched: (body: string) => string;
  readonly hosts: readonly string[];
  open(): Promise<{ simulator: PaymentSimulator; confirm(options: confirm.ConfirmOptions): confirm.Confirm }>;
  /** The notice of a payment, signed where the vendor signs; with another id where one is given. */
  notice(claim: SimulatedPayment, id?: string): Promise<Capture>;
  /** The notice that this body is, signed where the vendor signs. */
  resign(body: string): Promise<Capture>;
}

const json = (value: unknown) => JSON.stringify(value);
const form = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields).toString();
const FORM = [['content-type', 'application/x-www-form-urlencoded']] as const;
const JSON_TYPE = [['content-type', 'application/json']] as const;
const GUID = '23d93cac-000f-5000-8000-126628f15141';

interface Row<Name extends SimulatedVendor> {
  readonly provider: Provider;
  readonly secret?: string;
  readonly tokenInBody?: true;
  readonly id: string;
  readonly paid?: Partial<SimulatedPayment>;
  readonly order?: Partial<confirm.Order>;
  readonly failed: string;
  readonly reports?: VendorCase['reports'];
  readonly unknown?: 401 | 503;
  readonly vouched?: (body: string) => string;
  readonly hosts: readonly string[];
  readonly ask: (
    credentials: PaymentSimulator<Name>['credentials'],
    options: confirm.ConfirmOptions,
  ) => confirm.Confirm;
  readonly body: (claim: SimulatedPayment) => string;
  readonly url?: string;
  readonly headers?: readonly (readonly [string, string])[];
}

function vendorCase<Name extends SimulatedVendor>(name: Name, row: Row<Name>): VendorCase {
  const paid = { reference: 'order-1', amount: '10000.00', currency: 'KES', status: 'paid', ...row.paid };
  const { secret, headers = JSON_TYPE, url = '/', vouched } = row;
  const secrets = secret === undefined ? [] : [secret];
  async function signed(text: string | Uint8Array, at: string): Promise<Capture> {
    const body = typeof text === 'string' ? new TextEncoder().encode(text) : new Uint8Array(text);
    const lines = headers.map(([one, value]): [string, string] => [one, value]);
    // A token that stands in the body is written there by whoever writes the body.
    if (row.tokenInBody) return { method: 'POST', url: at, headers: lines, body };
    return signRequest(row.provider, { secret: secrets, body, url: at, headers: lines });
  }
  return {
    ...row,
    name,
    paid,
    secrets,
    order: { reference: paid.reference, amount: '10000', currency: paid.currency, ...row.order },
    reports: row.reports ?? ['reference', 'amount', 'currency'],
    unknown: row.unknown ?? 401,
    vouches: vouched !== undefined,
    vouched: vouched ?? ((body) => body),
    async open() {
      const simulator = await simulatePayments(name);
      return { simulator, confirm: (options) => row.ask(simulator.credentials, options) };
    },
    notice(claim, other = row.id) {
      const isForm = headers.some(([, value]) => value.includes('form'));
      const write = (text: string, how: (id: string) => string) => text.replaceAll(row.id, () => how(other));
      // In JSON, a sender may write what it likes between the quotes.
      const text = other === row.id ? row.body(claim) : row.body(claim).replace(`:${row.id},`, `:"${row.id}",`);
      const body = write(text, isForm ? encodeURIComponent : (id) => JSON.stringify(id).slice(1, -1));
      return signed(body, write(url, encodeURIComponent));
    },
    resign: (body) => signed(Buffer.from(body, 'latin1'), url),
  };
}

const PAYPAL_HEADERS = [
  ...JSON_TYPE,
  ['paypal-auth-algo', 'SHA256withRSA'],
  ['paypal-cert-url', 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-simulated'],
  ['paypal-transmission-id', '69cd13f0-d67a-11e5-baa3-778b53f4ae55'],
  ['paypal-transmission-sig', `${'A'.repeat(342)}==`],
  ['paypal-transmission-time', '2026-01-01T00:00:00Z'],
] as const;

const withoutSignature = (body: string) => body.replace(/&signature=[^&]*$/, '');

export const VENDORS: readonly VendorCase[] = [
  vendorCase('clickpesa', {
    provider: providers.clickpesa(),
    secret: 'test_key_of_nobody_not_a_real_one_clickpesa',
    id: 'ORDER1',
    paid: { reference: 'ORDER1', currency: 'TZS', status: 'SUCCESS' },
    failed: 'FAILED',
    hosts: ['api-sandbox.clickpesa.com'],
    ask: confirm.clickpesaConfirm,
    body: ({ reference, status }) => json({ event: 'PAYMENT RECEIVED', data: { orderReference: reference, status } }),
  }),
  vendorCase('flutterwave-v3', {
    provider: providers.flutterwaveV3(),
    secret: 'test_secret_hash_of_nobody_0001',
    id: '288200108',
    paid: { currency: 'NGN', status: 'successful' },
    failed: 'failed',
    hosts: ['api.flutterwave.com'],
    ask: confirm.flutterwaveV3Confirm,
    body: ({ reference, status }) =>
      json({ event: 'charge.completed', data: { id: 288200108, tx_ref: reference, status } }),
  }),
  vendorCase('safaricom-daraja', {
    provider: providers.safaricomDaraja(),
    id: 'ws_CO_191220191020363925',
    paid: { reference: 'ws_CO_191220191020363925', status: '0' },
    failed: '1032',
    reports: [],
    unknown: 503,
    hosts: ['sandbox.safaricom.co.ke'],
    ask: confirm.safaricomDarajaConfirm,
    body: ({ reference }) => json({ Body: { stkCallback: { CheckoutRequestID: reference, ResultCode: 0 } } }),
  }),
  vendorCase('azampay', {
    provider: providers.azampay(),
    id: '0198f0f1c2d34e5f',
    paid: { reference: '0198f0f1c2d34e5f', currency: 'TZS', status: 'success' },
    failed: 'failure',
    reports: [],
    unknown: 503,
    hosts: ['authenticator-sandbox.azampay.co.tz', 'sandbox.azampay.co.tz'],
    ask: confirm.azampayConfirm,
    body: ({ reference }) =>
      json({ reference, utilityref: 'anything', transactionstatus: 'success', operator: 'Tigo', amount: '1' }),
  }),
  vendorCase('mtn-momo', {
    provider: providers.mtnMomo(),
    id: GUID,
    paid: { currency: 'EUR', status: 'SUCCESSFUL' },
    failed: 'FAILED',
    hosts: ['sandbox.momodeveloper.mtn.com'],
    ask: confirm.mtnMomoConfirm,
    url: `/?referenceId=${GUID}`,
    body: ({ reference, status }) => json({ externalId: reference, status }),
  }),
  vendorCase('payfast', {
    provider: providers.payfast(),
    secret: 'test passphrase of nobody',
    id: '1089250',
    paid: { currency: 'ZAR', status: 'COMPLETE' },
    failed: 'CANCELLED',
    reports: ['reference', 'amount'],
    hosts: ['sandbox.payfast.co.za'],
    ask: confirm.payfastConfirm,
    headers: FORM,
    vouched: withoutSignature,
    body: ({ reference, amount, status }) =>
      form({
        m_payment_id: reference,
        pf_payment_id: '1089250',
        payment_status: status,
        item_name: 'Zoë’s *item*',
        amount_gross: amount,
        merchant_id: '10000100',
      }),
  }),
  vendorCase('selcom', {
    provider: providers.selcom({ signedFields: ['order_id', 'payment_status', 'amount'] }),
    secret: 'test_key_of_nobody_not_a_real_one_selcom',
    id: 'order-1',
    paid: { currency: 'TZS', status: 'COMPLETED' },
    failed: 'REJECTED',
    reports: ['reference', 'amount'],
    unknown: 503,
    hosts: ['apigwtest.selcommobile.com'],
    ask: confirm.selcomConfirm,
    body: ({ reference, amount, status }) => json({ order_id: reference, payment_status: status, amount }),
  }),
  vendorCase('ozow', {
    provider: providers.ozow(),
    secret: 'Test-Private-KEY-of-nobody-0001',
    id: GUID,
    paid: { currency: 'ZAR', status: 'Complete' },
    failed: 'Cancelled',
    unknown: 503,
    hosts: ['stagingapi.ozow.com'],
    ask: confirm.ozowConfirm,
    headers: FORM,
    body: ({ reference, amount, currency, status }) =>
      form({
        SiteCode: 'TSTSTE0001',
        TransactionId: GUID,
        TransactionReference: reference,
        Amount: amount,
        Status: status,
        CurrencyCode: currency,
        IsTest: 'true',
        StatusMessage: '',
      }),
  }),
  vendorCase('peach', {
    provider: providers.peach(),
    secret: '3fcd7cf22f55119eadbe02d14de18c0c',
    id: '948cc8dec52a11eb85290242ac130003',
    paid: { currency: 'ZAR', status: '000.100.110' },
    failed: '100.396.101',
    hosts: ['testsecure.peachpayments.com'],
    ask: confirm.peachConfirm,
    headers: FORM,
    body: ({ reference, amount, currency, status }) =>
      form({
        checkoutId: '948cc8dec52a11eb85290242ac130003',
        merchantTransactionId: reference,
        amount,
        currency,
        'result.code': status,
      }),
  }),
  vendorCase('paypal-ipn', {
    provider: providers.paypalIpn(),
    id: '61E67681CH3238416',
    paid: { currency: 'USD', status: 'Completed' },
    failed: 'Denied',
    hosts: ['ipnpb.sandbox.paypal.com'],
    ask: confirm.paypalIpnConfirm,
    headers: FORM,
    vouched: (body) => body,
    // As PayPal writes: in windows-1252, and with fields in no order.
    body: ({ reference, amount, currency, status }) =>
      `mc_gross=${amount}&address_status=confirmed&first_name=Zo%EB&txn_id=61E67681CH3238416&payment_status=${status}` +
      `&charset=windows-1252&invoice=${reference}&mc_currency=${currency}&receiver_id=SIMULATED0001&test_ipn=1&memo=+%7e`,
  }),
  vendorCase('paypal-verify-api', {
    provider: providers.paypalVerifyApi(),
    id: '42311647XV020574X',
    paid: { currency: 'USD', status: 'PAYMENT.CAPTURE.COMPLETED' },
    failed: 'PAYMENT.CAPTURE.DENIED',
    hosts: ['api-m.sandbox.paypal.com'],
    ask: confirm.paypalVerifyApiConfirm,
    headers: PAYPAL_HEADERS,
    vouched: (body) => body,
    // Spaces and an escape that another writer would not write again.
    body: ({ reference, amount, currency, status }) =>
      `{"id": "WH-1","event_type":"${status}", "resource":{"id":"42311647XV020574X","invoice_id":"${reference}","note":"\\u00e9",` +
      `"amount":{"value":"${amount}","currency_code":"${currency}"}}}`,
  }),
  vendorCase('mollie-classic', {
    provider: providers.mollieClassic(),
    id: 'tr_7UhSN1zuXS',
    paid: { currency: 'EUR', status: 'paid' },
    failed: 'expired',
    hosts: ['api.mollie.com'],
    ask: confirm.mollieClassicConfirm,
    headers: FORM,
    body: () => 'id=tr_7UhSN1zuXS',
  }),
  vendorCase('yookassa', {
    provider: providers.yookassa(),
    id: GUID,
    paid: { currency: 'RUB', status: 'succeeded' },
    failed: 'canceled',
    hosts: ['api.yookassa.ru'],
    ask: confirm.yookassaConfirm,
    body: () => json({ type: 'notification', event: 'payment.succeeded', object: { id: GUID, status: 'succeeded' } }),
  }),
  vendorCase('mercado-pago', {
    provider: providers.mercadoPago(),
    secret: 'test-key-of-mercado-pago-not-a-real-one-0000',
    id: '1316643861',
    paid: { currency: 'BRL', status: 'approved' },
    failed: 'rejected',
    hosts: ['api.mercadopago.com'],
    ask: confirm.mercadoPagoConfirm,
    url: '/?data.id=1316643861&type=payment',
    headers: [...JSON_TYPE, ['x-request-id', GUID]],
    body: () => json({ action: 'payment.updated', type: 'payment', data: { id: '1316643861' } }),
  }),
  vendorCase('midtrans', {
    provider: providers.midtrans(),
    secret: 'SB-Mid-server-test-key-not-a-real-one',
    id: 'order-1',
    paid: { currency: 'IDR', status: 'settlement' },
    failed: 'expire',
    hosts: ['api.sandbox.midtrans.com'],
    ask: confirm.midtransConfirm,
    body: ({ reference, amount, status }) =>
      json({ order_id: reference, status_code: '200', gross_amount: amount, transaction_status: status }),
  }),
  vendorCase('hubtel', {
    provider: providers.hubtel(),
    id: 'order-1',
    paid: { currency: 'GHS', status: 'Paid' },
    failed: 'Refunded',
    reports: ['reference', 'amount'],
    unknown: 503,
    hosts: ['api-txnstatus.hubtel.com'],
    ask: confirm.hubtelConfirm,
    body: ({ reference }) =>
      json({ ResponseCode: '0000', Status: 'Success', Data: { ClientReference: reference, Amount: 1 } }),
  }),
  vendorCase('intasend', {
    provider: providers.intasend(),
    secret: 'test_token_of_nobody_intasend',
    tokenInBody: true,
    id: 'NR5XKGY',
    paid: { status: 'COMPLETE' },
    failed: 'FAILED',
    unknown: 503,
    hosts: ['sandbox.intasend.com'],
    ask: confirm.intasendConfirm,
    body: ({ reference, status }) =>
      json({ invoice_id: 'NR5XKGY', state: status, api_ref: reference, challenge: 'test_token_of_nobody_intasend' }),
  }),
  vendorCase('moyasar', {
    provider: providers.moyasar(),
    secret: 'test-token-not-a-real-one-0000',
    tokenInBody: true,
    id: GUID,
    paid: { amount: '1000000', currency: 'SAR', status: 'paid' },
    failed: 'failed',
    hosts: ['api.moyasar.com'],
    ask: confirm.moyasarConfirm,
    body: ({ status }) =>
      json({ type: 'payment_paid', secret_token: 'test-token-not-a-real-one-0000', data: { id: GUID, status } }),
  }),
  vendorCase('xendit', {
    provider: providers.xendit(),
    secret: 'test-token-not-a-real-one-0000',
    id: '579c8d61f23fa4ca35e52da4',
    paid: { amount: '10000', currency: 'IDR', status: 'PAID' },
    failed: 'EXPIRED',
    hosts: ['api.xendit.co'],
    ask: confirm.xenditConfirm,
    body: ({ reference, status }) => json({ id: '579c8d61f23fa4ca35e52da4', external_id: reference, status }),
  }),
];

/** Sends a delivery as it is, and gives the status of the answer. */
export function sendCapture({ port }: RunningServer, { method, url, headers, body }: Capture): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = sendHttp(
      {
        port,
        host: '127.0.0.1',
        path: url,
        method,
        headers: { ...Object.fromEntries(headers as Iterable<[string, string]>), 'content-length': body.length },
        agent: false,
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The text of a delivery's body, one character a byte. */
export const textOf = ({ body }: Capture) => Buffer.from(body).toString('latin1');
