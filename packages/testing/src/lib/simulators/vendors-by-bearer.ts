// Vendors that are asked with a key in a header.
import { jsonText, NOT_FOUND, UNAUTHORISED, vendor } from './vendor.ts';

/** The last part of a path. */
const last = (path: string) => path.split('/').at(-1) ?? '';

/** @see https://developer.flutterwave.com/v3.0/reference/verify-transaction */
export const flutterwaveV3 = vendor({
  hosts: ['api.flutterwave.com'],
  credentials: { secretKey: 'FLWSECK_TEST-simulated-X' },
  answer({ path, headers }, book) {
    if (headers.authorization !== 'Bearer FLWSECK_TEST-simulated-X') return UNAUTHORISED;
    const [, id = ''] = /^\/v3\/transactions\/(\d+)\/verify$/.exec(path) ?? [];
    const payment = book.find(id);
    if (payment === undefined)
      return { status: 400, body: { status: 'error', message: 'No transaction was found for this id', data: null } };
    const { reference, amount, currency, status } = payment;
    const rest = JSON.stringify({ tx_ref: reference, currency, status, flw_ref: 'FLW-SIMULATED' });
    return jsonText(
      `{"status":"success","message":"simulated","data":{"id":${id},"amount":${amount},${rest.slice(1)}}`,
    );
  },
});

/** @see https://developers.intasend.com/docs/payment-status */
export const intasend = vendor({
  hosts: ['payment.intasend.com', 'sandbox.intasend.com'],
  credentials: { secretKey: 'ISSecretKey_test_simulated-of-nobody' },
  answer({ path, headers, body }, book) {
    if (headers.authorization !== 'Bearer ISSecretKey_test_simulated-of-nobody') return UNAUTHORISED;
    const { invoice_id: id } = JSON.parse(body);
    const payment = path === '/api/v1/payment/status/' ? book.find(id) : undefined;
    if (payment === undefined) return { status: 400, body: { errors: [{ detail: 'simulated' }] } };
    const { reference, amount, currency, status } = payment;
    return { body: { invoice: { invoice_id: id, state: status, value: amount, currency, api_ref: reference } } };
  },
});

/** @see https://www.mercadopago.com.br/developers/en/reference/payments/_payments_id/get */
export const mercadoPago = vendor({
  hosts: ['api.mercadopago.com'],
  credentials: { accessToken: 'TEST-simulated-token-of-nobody' },
  answer({ path, headers }, book) {
    if (headers.authorization !== 'Bearer TEST-simulated-token-of-nobody') return UNAUTHORISED;
    const id = last(path);
    const payment = book.find(id);
    if (payment === undefined) return { status: 404, body: { message: 'Payment not found', status: 404 } };
    const { reference, amount, currency, status, live } = payment;
    const rest = JSON.stringify({
      external_reference: reference,
      currency_id: currency,
      status,
      live_mode: live === true,
      transaction_amount_refunded: 0,
      ...payment.also,
    });
    return jsonText(`{"id":${id},"transaction_amount":${amount},${rest.slice(1)}`);
  },
});

/** @see https://docs.mollie.com/reference/get-payment */
export const mollieClassic = vendor({
  hosts: ['api.mollie.com'],
  credentials: { apiKey: 'test_simulated_key_of_nobody' },
  answer({ path, headers }, book) {
    if (headers.authorization !== 'Bearer test_simulated_key_of_nobody') return UNAUTHORISED;
    const id = last(path);
    const payment = book.find(id);
    if (payment === undefined) return { status: 404, body: { status: 404, title: 'Not Found' } };
    const { reference, amount, currency, status, live } = payment;
    const money = { value: amount, currency };
    const metadata = { order_id: reference };
    return {
      body: { resource: 'payment', id, mode: live ? 'live' : 'test', amount: money, status, metadata, ...payment.also },
    };
  },
});

/** @see https://hub.ozow.com/docs/step-2-process-ozow-response */
export const ozow = vendor({
  hosts: ['api.ozow.com', 'stagingapi.ozow.com'],
  credentials: { siteCode: 'TSTSTE0001', apiKey: 'simulated-key-of-nobody' },
  answer({ path, query, headers }, book) {
    if (headers.apikey !== 'simulated-key-of-nobody' || path !== '/GetTransaction') return UNAUTHORISED;
    const transactionId = query.get('transactionId') ?? '';
    const payment = book.find(transactionId);
    if (payment === undefined || query.get('siteCode') !== 'TSTSTE0001') return NOT_FOUND;
    const { reference, amount, currency, status } = payment;
    const rest = { siteCode: 'TSTSTE0001', transactionReference: reference, currencyCode: currency, status };
    return jsonText(`{"transactionId":"${transactionId}","amount":${amount},${JSON.stringify(rest).slice(1)}`);
  },
});
