// Vendors that are asked with a token, which is had first.
import { basic, NOT_FOUND, UNAUTHORISED, vendor } from './vendor.ts';

const last = (path: string) => path.split('/').at(-1) ?? '';

/** @see https://docs.clickpesa.com/api-reference/authorization/generate-token */
export const clickpesa = vendor({
  hosts: ['api.clickpesa.com', 'api-sandbox.clickpesa.com'],
  credentials: { clientId: 'simulated-client', apiKey: 'simulated-key-of-nobody' },
  answer({ method, path, headers }, book) {
    if (path === '/third-parties/generate-token')
      return method === 'POST' &&
        headers['client-id'] === 'simulated-client' &&
        headers['api-key'] === 'simulated-key-of-nobody'
        ? { body: { success: true, token: `Bearer ${book.issue()}` } }
        : UNAUTHORISED;
    if (!book.admits(headers.authorization)) return UNAUTHORISED;
    const payment = book.find(last(path));
    if (payment === undefined) return { status: 404, body: { message: 'Invalid or missing payment: simulated' } };
    const { reference, amount, currency, status } = payment;
    return {
      body: [{ id: 'LCP1', orderReference: reference, collectedAmount: amount, collectedCurrency: currency, status }],
    };
  },
});

/** @see https://developer.safaricom.co.ke/APIs/MpesaExpressQuery */
export const safaricomDaraja = vendor({
  hosts: ['api.safaricom.co.ke', 'sandbox.safaricom.co.ke'],
  credentials: {
    consumerKey: 'simulated-key',
    consumerSecret: 'simulated-secret-of-nobody',
    shortCode: '174379',
    passkey: 'simulated-passkey-of-nobody',
  },
  answer({ path, headers, body }, book) {
    if (path === '/oauth/v1/generate')
      return headers.authorization === basic('simulated-key', 'simulated-secret-of-nobody')
        ? { body: { access_token: book.issue(), expires_in: '3599' } }
        : { status: 400, body: { errorCode: '400.008.01' } };
    if (!book.admits(headers.authorization))
      return { status: 404, body: { errorCode: '404.001.03', errorMessage: 'Invalid Access Token' } };
    const { BusinessShortCode: code, Password, Timestamp, CheckoutRequestID: id } = JSON.parse(body);
    if (Password !== btoa(`174379simulated-passkey-of-nobody${Timestamp}`) || code !== '174379')
      return { status: 400, body: { errorCode: '400.002.02' } };
    const payment = book.find(id);
    // A push that the customer has not answered yet is an error, too.
    if (payment === undefined) return { status: 500, body: { errorCode: '500.001.1001', errorMessage: 'simulated' } };
    return {
      body: { ResponseCode: '0', MerchantRequestID: '1-1', CheckoutRequestID: id, ResultCode: payment.status },
    };
  },
});

/** @see https://developerdocs.azampay.co.tz/redoc */
export const azampay = vendor({
  hosts: [
    ...['checkout.azampay.co.tz', 'sandbox.azampay.co.tz'],
    ...['authenticator.azampay.co.tz', 'authenticator-sandbox.azampay.co.tz'],
  ],
  credentials: {
    appName: 'simulated',
    clientId: 'simulated-client',
    clientSecret: 'simulated-secret-of-nobody',
    apiKey: 'simulated-key-of-nobody',
  },
  answer({ host, path, query, headers, body }, book) {
    if (path === '/AppRegistration/GenerateToken') {
      const { clientId, clientSecret } = JSON.parse(body);
      const known = clientId === 'simulated-client' && clientSecret === 'simulated-secret-of-nobody';
      if (!known || !host.startsWith('authenticator')) return { status: 423, body: { success: false } };
      const expire = new Date(Date.now() + 3_600_000).toISOString();
      return { body: { success: true, data: { accessToken: book.issue(), expire } } };
    }
    if (!book.admits(headers.authorization) || headers['x-api-key'] !== 'simulated-key-of-nobody') return UNAUTHORISED;
    const payment = book.find(query.get('pgReferenceId') ?? '');
    if (payment === undefined || query.get('bankName') === null) return { body: { success: false, data: 'not found' } };
    return { body: { success: true, message: 'simulated', data: payment.status } };
  },
});

/** @see https://momodeveloper.mtn.com/api-documentation/callback */
export const mtnMomo = vendor({
  hosts: ['proxy.momoapi.mtn.com', 'sandbox.momodeveloper.mtn.com'],
  credentials: {
    subscriptionKey: 'simulated-subscription',
    apiUser: 'simulated-user',
    apiKey: 'simulated-key-of-nobody',
    targetEnvironment: 'sandbox',
  },
  answer({ path, headers }, book) {
    if (headers['ocp-apim-subscription-key'] !== 'simulated-subscription') return UNAUTHORISED;
    if (path === '/collection/token/')
      return headers.authorization === basic('simulated-user', 'simulated-key-of-nobody')
        ? { body: { access_token: book.issue(), token_type: 'access_token', expires_in: 3600 } }
        : UNAUTHORISED;
    if (!book.admits(headers.authorization) || headers['x-target-environment'] !== 'sandbox') return UNAUTHORISED;
    const payment = book.find(last(path));
    if (payment === undefined) return NOT_FOUND;
    const { reference, amount, currency, status } = payment;
    return { body: { financialTransactionId: '23503452', externalId: reference, amount, currency, status } };
  },
});

/** @see https://developer.paypal.com/docs/api/webhooks/v1/#verify-webhook-signature_post */
export const paypalVerifyApi = vendor({
  hosts: ['api-m.paypal.com', 'api-m.sandbox.paypal.com'],
  credentials: { clientId: 'simulated-client', clientSecret: 'simulated-secret-of-nobody', webhookId: 'SIMULATED' },
  answer({ path, headers, body }, book) {
    if (path === '/v1/oauth2/token')
      return headers.authorization === basic('simulated-client', 'simulated-secret-of-nobody') &&
        body === 'grant_type=client_credentials'
        ? { body: { access_token: book.issue(), token_type: 'Bearer', expires_in: 32_400 } }
        : UNAUTHORISED;
    if (!book.admits(headers.authorization)) return UNAUTHORISED;
    // The event is compared as text: another spelling of the same JSON is another event.
    const event = /"webhook_event":(.*)\}$/s.exec(body)?.[1] ?? '';
    const { webhook_id: webhookId } = JSON.parse(body);
    const genuine = webhookId === 'SIMULATED' && book.sent(event);
    return { body: { verification_status: genuine ? 'SUCCESS' : 'FAILURE' } };
  },
});
