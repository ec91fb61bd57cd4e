// Vendors that are asked with a key as the user of `Basic`.
import { basic, jsonText, NOT_FOUND, UNAUTHORISED, vendor } from './vendor.ts';

/** The last part of a path. */
const last = (path: string) => path.split('/').at(-1) ?? '';

/** @see https://developers.hubtel.com/docs/business/api_documentation/payment_apis/online_checkout */
export const hubtel = vendor({
  hosts: ['api-txnstatus.hubtel.com'],
  credentials: { posSalesId: '11684', apiId: 'simulated', apiKey: 'simulated-key-of-nobody' },
  answer({ path, query, headers }, book) {
    if (headers.authorization !== basic('simulated', 'simulated-key-of-nobody')) return UNAUTHORISED;
    const clientReference = query.get('clientReference') ?? '';
    const payment = path === '/transactions/11684/status' ? book.find(clientReference) : undefined;
    if (payment === undefined) return { status: 400, body: { message: 'simulated', responseCode: '4000', data: null } };
    const { reference, amount, status } = payment;
    const rest = { status, transactionId: 'simulated', clientReference: reference, currencyCode: null };
    const data = `{"amount":${amount},${JSON.stringify(rest).slice(1)}`;
    return jsonText(`{"message":"Successful","responseCode":"0000","data":${data}}`);
  },
});

/** @see https://docs.midtrans.com/docs/get-status-api-requests */
export const midtrans = vendor({
  hosts: ['api.midtrans.com', 'api.sandbox.midtrans.com'],
  credentials: { serverKey: 'SB-Mid-server-simulated' },
  answer({ path, headers }, book) {
    if (headers.authorization !== basic('SB-Mid-server-simulated', ''))
      return { body: { status_code: '401', status_message: 'simulated' } };
    const [, id = ''] = /^\/v2\/([^/]+)\/status$/.exec(path) ?? [];
    const payment = book.find(id);
    if (payment === undefined) return { body: { status_code: '404', status_message: 'simulated' } };
    const { reference, amount, currency, status } = payment;
    const transaction = { order_id: reference, gross_amount: amount, currency, transaction_status: status };
    return {
      body: {
        status_code: '200',
        fraud_status: 'accept',
        transaction_id: 'simulated',
        ...transaction,
        ...payment.also,
      },
    };
  },
});

/** @see https://docs.moyasar.com/api/payments/fetch-payment */
export const moyasar = vendor({
  hosts: ['api.moyasar.com'],
  credentials: { secretKey: 'sk_test_simulated_of_nobody' },
  answer({ path, headers }, book) {
    if (headers.authorization !== basic('sk_test_simulated_of_nobody', '')) return UNAUTHORISED;
    const id = last(path);
    const payment = book.find(id);
    if (payment === undefined) return NOT_FOUND;
    const { reference, amount, currency, status } = payment;
    const rest = { id, currency, status, refunded: 0, metadata: { order_id: reference }, ...payment.also };
    return jsonText(`{"amount":${amount},${JSON.stringify(rest).slice(1)}`);
  },
});

/** @see https://docs.xendit.co/apidocs/get-invoice */
export const xendit = vendor({
  hosts: ['api.xendit.co'],
  credentials: { secretKey: 'xnd_development_simulated_of_nobody' },
  answer({ path, headers }, book) {
    if (headers.authorization !== basic('xnd_development_simulated_of_nobody', '')) return UNAUTHORISED;
    const id = last(path);
    const payment = book.find(id);
    if (payment === undefined) return { status: 404, body: { error_code: 'INVOICE_NOT_FOUND_ERROR' } };
    const { reference, amount, currency, status } = payment;
    return jsonText(
      `{"id":"${id}","amount":${amount},${JSON.stringify({ external_id: reference, currency, status }).slice(1)}`,
    );
  },
});

/** @see https://yookassa.ru/developers/api#get_payment */
export const yookassa = vendor({
  hosts: ['api.yookassa.ru'],
  credentials: { shopId: '100500', secretKey: 'test_simulated_key_of_nobody' },
  answer({ path, headers }, book) {
    if (headers.authorization !== basic('100500', 'test_simulated_key_of_nobody')) return UNAUTHORISED;
    const id = last(path);
    const payment = book.find(id);
    if (payment === undefined) return { status: 404, body: { type: 'error', code: 'not_found' } };
    const { reference, amount, currency, status, live } = payment;
    const money = { value: amount, currency };
    return {
      body: { id, status, amount: money, test: live !== true, metadata: { order_id: reference }, ...payment.also },
    };
  },
});
