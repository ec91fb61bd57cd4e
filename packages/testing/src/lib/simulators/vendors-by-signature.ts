// Vendors that are asked with a request that is signed.
import { hmacSha256, NOT_FOUND, UNAUTHORISED, vendor } from './vendor.ts';

/** @see https://developer.peachpayments.com/docs/checkout-payment-status */
export const peach = vendor({
  hosts: ['secure.peachpayments.com', 'testsecure.peachpayments.com'],
  credentials: { entityId: '8ac7a4ca68c22c4d0168c2caab2e0025', secretToken: 'simulated-secret-of-nobody' },
  async answer({ query }, book) {
    const parameters = [...query].filter(([name]) => name !== 'signature').sort(([a], [b]) => (a < b ? -1 : 1));
    const signature = await hmacSha256('simulated-secret-of-nobody', parameters.flat().join(''));
    const hex = [...signature].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    if (query.get('signature') !== hex) return UNAUTHORISED;
    const checkoutId = query.get('checkoutId') ?? '';
    const payment = book.find(checkoutId);
    if (payment === undefined) return NOT_FOUND;
    const { reference, amount, currency, status } = payment;
    return {
      body: { checkoutId, merchantTransactionId: reference, amount, currency, 'result.code': status, id: 'simulated' },
    };
  },
});

/** @see https://developers.selcommobile.com/#get-order-status */
export const selcom = vendor({
  hosts: ['apigw.selcommobile.com', 'apigwtest.selcommobile.com'],
  credentials: { apiKey: 'simulated-key-of-nobody', apiSecret: 'simulated-secret-of-nobody' },
  async answer({ query, headers }, book) {
    const id = query.get('order_id') ?? '';
    const signed = `timestamp=${headers.timestamp}&order_id=${id}`;
    const digest = btoa(String.fromCharCode(...(await hmacSha256('simulated-secret-of-nobody', signed))));
    const known =
      headers.authorization === `SELCOM ${btoa('simulated-key-of-nobody')}` &&
      headers.digest === digest &&
      headers['signed-fields'] === 'order_id';
    if (!known) return { status: 403, body: { result: 'FAIL', resultcode: '403' } };
    const payment = book.find(id);
    if (payment === undefined) return { body: { result: 'FAIL', resultcode: '404', data: [] } };
    const { reference, amount, status } = payment;
    const order = { order_id: reference, amount, payment_status: status, transid: 'T0001', channel: 'SIMULATED' };
    return { body: { reference: '0289999288', result: 'SUCCESS', resultcode: '000', data: [order] } };
  },
});
