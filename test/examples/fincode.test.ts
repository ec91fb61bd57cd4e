// The example as it stands, mounted on a real server, with FinCode played on loopback over real TLS.
import { generateKeyPairSync } from 'node:crypto';
import { openFields } from '@postern/core/fields';
import { createOutbound } from '@postern/core/outbound';
import { type RunningServer, type Simulator, type SimulatorAnswer, startSimulator } from '@postern/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../examples/fincode/src/app.ts';
import { createFincode, confirmFincode } from '../../examples/fincode/src/fincode.ts';
import { listen } from '../conformance/listen.ts';

const CALLBACK_TOKEN = 'test-callback-token-test-callback-token';
const API_TOKEN = 'test-api-token-test-api-token';
const ORDER = { reference: 'FC-1001', amount: '150.00', currency: 'GBP' };
const SANDBOX = { environment: 'sandbox', tenant: 'demo' } as const;
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PUBLIC = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const PRIVATE = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));

let simulator: Simulator;
let server: RunningServer;
let reported: Record<string, unknown> | undefined;
let settled: string[];

beforeEach(async () => {
  reported = { ...ORDER, status: 'PAID' };
  settled = [];
  simulator = await startSimulator(
    ['demo.fincode.software', 'demo.fincode.tech'],
    ({ method, headers }): SimulatorAnswer => {
      if (headers['x-auth-token'] !== API_TOKEN) return { status: 401, body: { code: 'AUTH_REQUIRED' } };
      if (method === 'POST') return { body: { data: { accepted: true } } };
      return reported === undefined ? { status: 404, body: { code: 'NOT_FOUND' } } : { body: { data: reported } };
    },
  );
  const { app } = createApp({
    ...SANDBOX,
    statusPath: '/transactions/{id}',
    orders: {
      find: async (reference) => (reference === ORDER.reference ? ORDER : undefined),
      settle: async (reference, outcome) => void settled.push(`${reference} ${outcome}`),
    },
    log: () => undefined,
    callbackToken: CALLBACK_TOKEN,
    apiToken: API_TOKEN,
    outbound: createOutbound({ routes: simulator.routes }),
  });
  server = await listen(app);
});
afterEach(async () => {
  await Promise.all([server.close(), simulator.close()]);
});

describe('a webhook', () => {
  async function send(changes: object = {}, token = `?token=${CALLBACK_TOKEN}`): Promise<number> {
    const body = JSON.stringify({
      eventType: 'transaction.completed',
      reference: 'FC-1001',
      status: 'PAID',
      ...changes,
    });
    const url = `http://127.0.0.1:${server.port}/webhooks/fincode${token}`;
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await response.arrayBuffer();
    return response.status;
  }

  it('with the token is confirmed with the headers that FinCode names, and settled once', async () => {
    expect(await send()).toBe(200);
    expect(await send()).toBe(200);
    expect(await send({ extra: 'a repeat in other bytes' })).toBe(200);
    expect(settled).toEqual(['FC-1001 paid']);
    expect(simulator.asked[0]).toMatchObject({
      method: 'GET',
      host: 'demo.fincode.software',
      url: '/api/v6/services/transactions/FC-1001',
      headers: { 'x-auth-token': API_TOKEN, platform: 'fincode', uuid: '200' },
    });
  });

  it.each(['', '?token=', '?token=test-another-token-test-another-token', `?token=${CALLBACK_TOKEN}&token=x`])(
    'without the token is refused, and nobody is asked: %s',
    async (token) => {
      expect(await send({}, token)).toBe(401);
      expect(simulator.connections()).toBe(0);
    },
  );

  it('of an order that is not known asks nobody', async () => {
    expect(await send({ reference: 'FC-9' })).toBe(404);
    expect(await send({ reference: '../users' })).toBe(401);
    expect(simulator.connections()).toBe(0);
  });

  it('is not believed: what FinCode answers counts', async () => {
    reported = { ...ORDER, status: 'FAILED' };
    expect(await send({ status: 'PAID', amount: '150.00' })).toBe(200);
    expect(settled).toEqual(['FC-1001 failed']);
  });

  it.each([
    ['another amount', { amount: '150.01' }],
    ['another currency', { currency: 'EUR' }],
    ['another transaction', { reference: 'FC-1002' }],
  ])('is refused where FinCode reports %s', async (_, changes) => {
    reported = { ...ORDER, status: 'PAID', ...changes };
    expect(await send()).toBe(401);
    expect(settled).toEqual([]);
  });

  it('is refused where FinCode knows no such transaction, and comes again while FinCode is down or undecided', async () => {
    reported = undefined;
    expect(await send()).toBe(401);
    reported = { ...ORDER, status: 'PROCESSING' };
    expect(await send()).toBe(503);
    reported = { ...ORDER, status: 'PAID' };
    expect(await send()).toBe(200);
    expect(settled).toEqual(['FC-1001 paid']);
  });
});

describe('a request to FinCode', () => {
  const client = (more: object = {}) =>
    createFincode({
      ...SANDBOX,
      apiToken: API_TOKEN,
      publicKey: PUBLIC,
      outbound: createOutbound({ routes: simulator.routes }),
      ...more,
    });

  it.each(['sha256', 'sha1'] as const)('has the PIN sealed, and the rest as it is: mask of %s', async (mgf1) => {
    const payload = { amount: 150, currency: 'GBP', transactionPin: '0042' };
    expect(await client({ mgf1 }).post('/transactions/create', payload, ['transactionPin'])).toEqual({
      data: { accepted: true },
    });
    const [request] = simulator.asked;
    expect(request).toMatchObject({
      host: 'demo.fincode.software',
      headers: { 'x-auth-token': API_TOKEN, platform: 'fincode' },
    });
    expect(request?.body).not.toContain('0042"');
    expect(await openFields(JSON.parse(request?.body ?? ''), ['transactionPin'], PRIVATE, { mgf1 })).toEqual(payload);
  });

  it('does not leave where the PIN would go as it stands', async () => {
    const post = client().post('/transactions/create', { transactionPin: '0042' }, ['transactionPIN']);
    await expect(post).rejects.toMatchObject({ code: 'missing-field' });
    expect(simulator.connections()).toBe(0);
  });

  it('is not made with a private key, or none', () => {
    expect(() => client({ publicKey: PRIVATE })).toThrow('FINCODE_PUBLIC_KEY: this is a private key');
    expect(() => client({ publicKey: undefined })).toThrow('FINCODE_PUBLIC_KEY');
  });
});

describe('the settings', () => {
  it('name an environment and a tenant, and cannot name another host', () => {
    const make = (more: object) => () =>
      createFincode({ ...SANDBOX, apiToken: API_TOKEN, publicKey: PUBLIC, ...more } as never);
    expect(make({ environment: undefined })).toThrow('FINCODE_ENVIRONMENT');
    for (const tenant of ['', 'demo.evil.example/', 'evil.example#', 'DEMO', '-a'])
      expect(make({ tenant })).toThrow('FINCODE_TENANT');
    expect(() => confirmFincode({ tenant: 'demo', statusPath: '/your-service/{id}' }, { apiToken: API_TOKEN })).toThrow(
      'FINCODE_STATUS_PATH',
    );
  });
});
