/**
 * @typedef {{ status: string, reference?: string, amount?: string }} Transaction
 * @typedef {(transactionId: string) => Promise<Transaction>} Ask
 */

/** @see https://vas-api-docs.pagamio.tech/docs/api-reference/base-urls */
const BASES = {
  sandbox: 'https://vas-sandbox-api.pagamio.tech/api/v1',
  live: 'https://vas-api.pagamio.tech/api/v1',
};

/** Pagamio allows 100 requests a minute. Some are left for whatever else uses the same credentials. */
const PER_MINUTE = 80;

/** A token is renewed when it has less than this to live, as Pagamio recommends. */
const RENEW_MS = 5 * 60_000;

/**
 * A client that asks for transactions: one token for all, renewed before it expires, and never more than 80 requests a minute.
 *
 * The credentials of the sandbox and of production differ, so there is no default for `environment`.
 *
 * @param {{ environment: 'sandbox' | 'live', username: string, password: string, baseUrl?: string, now?: () => number }} options
 * @returns {Ask}
 */
export function createPagamio({ environment, username, password, baseUrl = BASES[environment], now = Date.now }) {
  if (baseUrl === undefined) throw new Error("environment: give 'sandbox' or 'live'.");
  if (!username || !password) throw new Error('Pagamio wants a username and a password: are the variables set?');
  /** @type {number[]} */
  const asked = [];
  /** @type {{ renewAt: number, value: Promise<string> } | undefined} */
  let token;

  /** @param {string} path @param {object} body @param {string} [bearer] */
  async function post(path, body, bearer) {
    while (asked.length > 0 && Number(asked[0]) <= now() - 60_000) asked.shift();
    if (asked.length >= PER_MINUTE) throw new Error('too many requests in this minute: try again in the next');
    asked.push(now());
    const response = await fetch(baseUrl + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
      body: JSON.stringify(body),
      // A redirect would take the token to another host.
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    });
    const answer = /** @type {any} */ (await response.json().catch(() => undefined));
    return { status: response.status, answer };
  }

  async function login() {
    const { status, answer } = await post('/auth/token', { username, password });
    // Of Pagamio's pages, one shows `token` and another `accessToken`.
    const value = answer?.data?.token ?? answer?.data?.accessToken;
    if (typeof value !== 'string') throw new Error(`no token: Pagamio answered ${status}`);
    const seconds = Number(answer.data.expiresIn);
    if (token !== undefined) token.renewAt = now() + (Number.isFinite(seconds) ? seconds * 1000 : 0) - RENEW_MS;
    return value;
  }

  /** One login for all who wait for it. A failed one is not kept. */
  function bearer() {
    if (token === undefined || now() >= token.renewAt) {
      token = { renewAt: Number.POSITIVE_INFINITY, value: login() };
      token.value.catch(() => {
        token = undefined;
      });
    }
    return token.value;
  }

  return async (transactionId) => {
    let { status, answer } = await post('/transactions', { transactionId }, await bearer());
    if (status === 401) {
      token = undefined;
      ({ status, answer } = await post('/transactions', { transactionId }, await bearer()));
    }
    if (status !== 200) throw new Error(`Pagamio answered ${status}`);
    return readTransaction(answer, transactionId);
  };
}

/**
 * The one place that knows how the answer looks. Hold it against what your sandbox answers.
 *
 * @param {any} answer
 * @param {string} transactionId
 * @returns {Transaction}
 */
function readTransaction(answer, transactionId) {
  const found = [answer?.data].flat().find((one) => String(one?.transactionId) === transactionId);
  if (typeof found?.status !== 'string') throw new Error('Pagamio answered without this transaction');
  return found;
}
