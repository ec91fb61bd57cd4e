import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, beforeEach, it } from 'node:test';
import { sign } from '@postern/core';
import { hint, hintListener } from './hint.js';
import { createPagamio } from './pagamio.js';
import { pauseAfter, poll } from './poll.js';

const TOKEN = 'test-callback-token-test-callback-token';

/** What the sandbox was asked, and what it answers: a server on loopback that plays it. */
const seen = { logins: 0, asked: /** @type {string[]} */ ([]) };
/** @type {{ status: string, expiresIn: number, http: number, valid: number }} */
const plays = { status: 'PENDING', expiresIn: 1800, http: 200, valid: 0 };

const sandbox = await listen((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const { transactionId } = JSON.parse(body);
    response.setHeader('content-type', 'application/json');
    if (request.url === '/auth/token') {
      seen.logins += 1;
      plays.valid = seen.logins;
      response.end(JSON.stringify({ data: { token: `token-${seen.logins}`, expiresIn: plays.expiresIn } }));
      return;
    }
    seen.asked.push(transactionId);
    const known = request.headers.authorization === `Bearer token-${plays.valid}`;
    response.statusCode = known ? plays.http : 401;
    response.end(JSON.stringify({ data: [{ transactionId, status: plays.status }] }));
  });
});

beforeEach(() => {
  Object.assign(seen, { logins: 0, asked: [] });
  Object.assign(plays, { status: 'PENDING', expiresIn: 1800, http: 200, valid: 0 });
});
after(() => {
  sandbox.close();
});

/** @param {import('node:http').RequestListener} listener */
async function listen(listener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** @param {import('node:http').Server} server */
const urlOf = (server) => `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;

const credentials = { username: 'test', password: 'test-password' };
/** @param {() => number} [now] */
const client = (now) =>
  createPagamio({ environment: 'sandbox', ...credentials, baseUrl: urlOf(sandbox), ...(now && { now }) });

it('asks as often as Pagamio recommends, until the transaction is final', async () => {
  let clock = 0;
  /** @type {number[]} */
  const pauses = [];
  const wait = async (/** @type {number} */ ms) => {
    pauses.push(ms);
    clock += ms;
    if (clock >= 600_000) plays.status = 'COMPLETED';
  };
  const transaction = await poll('tx-1', { ask: client(() => clock), wait, now: () => clock });
  assert.equal(transaction?.status, 'COMPLETED');
  assert.deepEqual(pauses, [...Array(12).fill(5_000), ...Array(8).fill(30_000), 300_000]);
  assert.equal(seen.logins, 1);
  assert.deepEqual([pauseAfter(59_999), pauseAfter(60_000), pauseAfter(300_000)], [5_000, 30_000, 300_000]);
});

it('gives up in the end, and waits longer and longer while Pagamio is down', async () => {
  plays.http = 503;
  let clock = 0;
  /** @type {number[]} */
  const pauses = [];
  /** @type {unknown[]} */
  const errors = [];
  const wait = async (/** @type {number} */ ms) => {
    pauses.push(ms);
    clock += ms;
  };
  const onError = (/** @type {unknown} */ error) => errors.push(error);
  const options = { ask: client(() => clock), wait, now: () => clock, giveUpAfterMs: 3_600_000, onError };
  assert.equal(await poll('tx-1', options), undefined);
  assert.ok(Number(pauses[0]) >= 5_000 && Number(pauses[0]) <= 10_000);
  assert.ok(Math.max(...pauses) <= 300_000);
  assert.ok(seen.asked.length < 40);
  assert.match(String(errors[0]), /answered 503/);
});

it('logs in once for all who ask at once, before the token expires, and again when it is refused', async () => {
  let clock = 0;
  const ask = client(() => clock);
  await Promise.all(Array.from({ length: 20 }, () => ask('tx-1')));
  assert.equal(seen.logins, 1);
  clock = 25 * 60_000;
  await ask('tx-1');
  assert.equal(seen.logins, 2);
  plays.valid = 0;
  await ask('tx-1');
  assert.equal(seen.logins, 3);
});

it('stays below the requests of a minute', async () => {
  let clock = 0;
  const ask = client(() => clock);
  const results = await Promise.allSettled(Array.from({ length: 120 }, () => ask('tx-1')));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 79);
  assert.equal(seen.asked.length + seen.logins, 80);
  clock = 60_000;
  await ask('tx-1');
});

it('wants to be told the environment, and credentials', () => {
  assert.throws(() => createPagamio({ environment: /** @type {any} */ ('production'), ...credentials }), /environment/);
  assert.throws(() => createPagamio({ environment: 'live', username: '', password: 'x' }), /variables/);
});

it('takes a hint with the token for a reason to ask, and no other: what the hint says is not believed', async () => {
  /** @type {unknown[]} */
  const settled = [];
  const listener = hintListener({
    token: TOKEN,
    ask: client(),
    isOurs: (id) => id === 'tx-1',
    settle: async (transaction) => {
      settled.push(transaction);
    },
    onVerdict: () => undefined,
  });
  const server = await listen((request, response) => void listener(request, response));
  /** @param {object} body @param {string} [secret] */
  const send = async (body, secret = TOKEN) => {
    const text = JSON.stringify(body);
    const headers = await sign(hint, { secret, body: text });
    return (await fetch(urlOf(server), { method: 'POST', headers, body: text })).status;
  };
  try {
    assert.equal(
      await send({ transactionId: 'tx-1', status: 'COMPLETED' }, 'test-another-token-test-another-token'),
      401,
    );
    assert.equal((await fetch(urlOf(server), { method: 'POST', body: '{"transactionId":"tx-1"}' })).status, 401);
    assert.deepEqual(seen.asked, []);
    assert.equal(await send({ transactionId: 'tx-2', status: 'COMPLETED' }), 200);
    assert.deepEqual(seen.asked, []);
    assert.equal(await send({ transactionId: 'tx-1', status: 'COMPLETED' }), 200);
    assert.deepEqual([seen.asked, settled], [['tx-1'], []]);
    plays.status = 'FAILED';
    assert.equal(await send({ transactionId: 'tx-1', status: 'COMPLETED', again: 1 }), 200);
    assert.deepEqual(settled, [{ transactionId: 'tx-1', status: 'FAILED' }]);
  } finally {
    server.close();
  }
});
