import { type Simulator, type SimulatorAnswer, type SimulatorRequest, startSimulator } from './simulator.ts';

/** A payment that PesaPal knows. */
export interface PesapalPayment {
  readonly reference: string;
  /** As it stands in the JSON: `10000.00`. */
  readonly amount: string;
  readonly currency: string;
  /** 0 invalid or under way, 1 completed, 2 failed, 3 reversed. */
  readonly statusCode: number;
  /** For a recurring charge. */
  readonly recurring?: { readonly account: string; readonly correlationId: number };
  readonly confirmationCode?: string;
}

/** PesaPal API 3.0. */
export interface PesapalSimulator extends Simulator {
  /** Puts a payment in, or changes it. */
  put(trackingId: string, payment: PesapalPayment): void;
  /** Takes back every token that it has given. Refusals then have this status of HTTP: 401 unless another is given. */
  expireTokens(status?: '401' | '200'): void;
  /** URLs that were registered for IPNs. */
  readonly registered: readonly { readonly url: string; readonly method: string }[];
}

/** What a simulator of PesaPal may be told. */
export interface PesapalSimulatorOptions {
  /** Default `test-consumer-key`. */
  readonly consumerKey?: string;
  /** Default `test-consumer-secret`. */
  readonly consumerSecret?: string;
  /** How long its tokens count by its own word, seconds. Default 300. */
  readonly tokenSeconds?: number;
  /** Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Simulates PesaPal API 3.0, live and sandbox: tokens, look-ups and the registration of IPN URLs.
 *
 * @see https://developer.pesapal.com/how-to-integrate/e-commerce/api-30-json/gettransactionstatus
 */
export async function simulatePesapal(options: PesapalSimulatorOptions = {}): Promise<PesapalSimulator> {
  const { consumerKey = 'test-consumer-key', consumerSecret = 'test-consumer-secret' } = options;
  const { tokenSeconds = 300, now = Date.now } = options;
  const payments = new Map<string, PesapalPayment>();
  const tokens = new Set<string>();
  const registered: { url: string; method: string }[] = [];
  let count = 0;
  let refusal = 401;

  function answer(request: SimulatorRequest): SimulatorAnswer {
    const { pathname, searchParams } = new URL(request.url, 'https://pesapal.test');
    const path = pathname.replace(/^\/(?:v3|pesapalv3)\//, '/');
    if (path === '/api/Auth/RequestToken') return giveToken(JSON.parse(request.body));
    if (!tokens.has(request.headers.authorization?.replace(/^Bearer /, '') ?? ''))
      return { status: refusal, body: { error: { code: 'invalid_token' }, status: '401', message: 'simulated' } };
    if (path === '/api/URLSetup/RegisterIPN') {
      const { url, ipn_notification_type: method } = JSON.parse(request.body);
      registered.push({ url, method });
      return { body: { url, ipn_id: '84740ab4-3cd9-47da-8a4f-dd1db53494b5', error: null, status: '200' } };
    }
    if (path === '/api/Transactions/GetTransactionStatus') return tell(searchParams.get('orderTrackingId') ?? '');
    return { status: 404, body: '' };
  }

  function giveToken(asked: { consumer_key?: string; consumer_secret?: string }): SimulatorAnswer {
    if (asked.consumer_key !== consumerKey || asked.consumer_secret !== consumerSecret)
      return {
        body: { token: null, error: { code: 'invalid_consumer_key_or_secret_provided' }, status: '500', message: null },
      };
    const token = `simulated-token-${++count}`;
    tokens.add(token);
    const expiryDate = new Date(now() + tokenSeconds * 1000).toISOString();
    return { body: { token, expiryDate, error: null, status: '200', message: 'Request processed successfully' } };
  }

  function tell(trackingId: string): SimulatorAnswer {
    const payment = payments.get(trackingId.toLowerCase());
    if (payment === undefined)
      return { body: { error: { code: 'simulated_unknown_transaction', message: 'unknown' }, status: '500' } };
    const { reference, amount, currency, statusCode, recurring, confirmationCode = '6513008693186320103009' } = payment;
    const words = ['INVALID', 'Completed', 'Failed', 'Reversed'];
    const rest = JSON.stringify({
      payment_method: 'Visa',
      created_date: '2022-04-30T07:41:09.763',
      confirmation_code: confirmationCode,
      payment_status_description: words[statusCode] ?? '',
      description: null,
      message: 'Request processed successfully',
      status_code: statusCode,
      merchant_reference: reference,
      currency,
      ...(recurring && {
        subscription_transaction_info: {
          account_reference: recurring.account,
          correlation_id: recurring.correlationId,
        },
      }),
      error: { error_type: null, code: statusCode === 0 ? 'payment_details_not_found' : null, message: null },
      status: '200',
    });
    // The amount as it is to be written: a number that JSON.stringify has seen has no zeros at its end.
    return { headers: { 'content-type': 'application/json' }, body: `{"amount":${amount},${rest.slice(1)}` };
  }

  const simulator = await startSimulator(['pay.pesapal.com', 'cybqa.pesapal.com'], answer);
  return Object.freeze<PesapalSimulator>({
    ...simulator,
    registered,
    put: (trackingId, payment) => void payments.set(trackingId.toLowerCase(), payment),
    expireTokens(status = '401') {
      refusal = Number(status);
      tokens.clear();
    },
  });
}
