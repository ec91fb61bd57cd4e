// What leaves, and what does not: over real TLS on loopback.
import { gzipSync } from 'node:zlib';
import { createOutbound, type Outbound, type OutboundRequest } from '@postern/core/outbound';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from './authority.ts';
import { startVendor, type Vendor } from './vendor.ts';

const HOST = 'api.vendor.example';
const authority = createAuthority();
const vendors: Vendor[] = [];
let vendor: Vendor;
let outbound: Outbound;
const answers: Record<
  string,
  () => { status?: number; headers?: Record<string, string | string[]>; body?: string | Buffer }
> = {
  '/plain': () => ({ headers: { 'x-one': '1', 'set-cookie': ['a=b'] }, body: 'hello' }),
  '/500': () => ({ status: 500, body: 'no' }),
  '/away': () => ({ status: 302, headers: { location: 'https://127.0.0.1/secret' } }),
  '/large': () => ({ body: 'x'.repeat(2000) }),
  '/gzip': () => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync('x'.repeat(100)) }),
};

async function start(names = [HOST], tls: Parameters<typeof startVendor>[3] = {}): Promise<Vendor> {
  const one = await startVendor(
    authority,
    names,
    (request, response) => {
      if (request.url === '/slow') return void response.write('a');
      if (request.url === '/cut') {
        response.writeHead(200, { 'content-length': '10' });
        response.write('abc');
        setTimeout(() => response.destroy(), 20);
        return;
      }
      const { status = 200, headers = {}, body = '' } = answers[request.url ?? '']?.() ?? { status: 404 };
      response.writeHead(status, headers);
      response.end(body);
    },
    tls,
  );
  vendors.push(one);
  return one;
}

const ask = (request: Partial<OutboundRequest>, client = outbound) =>
  client({ url: `https://${HOST}/plain`, hosts: [HOST], timeoutMs: 2000, maxBytes: 1000, ...request });

beforeAll(async () => {
  vendor = await start();
  outbound = createOutbound({ routes: { [HOST]: vendor.route } });
});
afterAll(() => Promise.all(vendors.map((one) => one.close())));

describe('the client', () => {
  it('gives status, headers and bytes of an answer, whatever its status, and keeps no cookie', async () => {
    const answer = await ask({});
    expect(answer).toMatchObject({ ok: true, status: 200, headers: { 'x-one': '1' } });
    expect(answer.ok && new TextDecoder().decode(answer.body)).toBe('hello');
    expect(answer.ok && 'set-cookie' in answer.headers).toBe(false);
    expect(await ask({ url: `https://${HOST}/500` })).toMatchObject({ ok: true, status: 500 });
  });

  it('posts a body, and asks for an answer that is not compressed', async () => {
    vendor.asked.length = 0;
    const headers = { 'Content-Type': 'application/json', Host: 'other.example', 'Accept-Encoding': 'gzip' };
    await ask({ method: 'POST', body: '{"a":"ü"}', headers });
    expect(vendor.asked).toMatchObject([
      {
        method: 'POST',
        body: '{"a":"ü"}',
        headers: { 'content-type': 'application/json', host: HOST, 'accept-encoding': 'identity' },
      },
    ]);
  });

  it('follows no redirect, least of all to a private address', async () => {
    const before = vendor.connections();
    expect(await ask({ url: `https://${HOST}/away` })).toEqual({ ok: false, failure: 'redirected' });
    expect(vendor.connections()).toBe(before + 1);
  });

  it('takes no more bytes than it was told to', async () => {
    expect(await ask({ url: `https://${HOST}/large` })).toEqual({ ok: false, failure: 'too-large' });
    expect(await ask({ url: `https://${HOST}/large`, maxBytes: 2000 })).toMatchObject({ ok: true });
  });

  it('takes no compressed answer, whose size nobody knows', async () => {
    expect(await ask({ url: `https://${HOST}/gzip` })).toMatchObject({ ok: false, failure: 'network' });
  });

  it('takes an answer that ends too early for none', async () => {
    expect(await ask({ url: `https://${HOST}/cut` })).toMatchObject({ ok: false, failure: 'network' });
  });

  it('ends at its deadline, though bytes trickle in, a name is not resolved or the caller has had enough', async () => {
    expect(await ask({ url: `https://${HOST}/slow`, timeoutMs: 60 })).toMatchObject({ failure: 'timeout' });
    const stuck = createOutbound({ resolve: () => new Promise(() => undefined) });
    expect(await ask({ timeoutMs: 30 }, stuck)).toMatchObject({ failure: 'timeout' });
    expect(await ask({ signal: AbortSignal.abort() })).toMatchObject({ failure: 'timeout' });
    expect(await ask({ url: `https://${HOST}/slow`, signal: AbortSignal.timeout(30) })).toMatchObject({
      failure: 'timeout',
    });
  });

  it('never rejects', async () => {
    const broken = createOutbound({ resolve: () => Promise.reject(new Error('no such name')) });
    expect(await ask({}, broken)).toMatchObject({ ok: false, failure: 'network' });
    expect(await ask({ headers: { 'x-bad': 'a\r\nb: c' } })).toMatchObject({ ok: false, failure: 'network' });
  });
});

describe('where it connects to', () => {
  it.each([
    ['loopback', ['127.0.0.1']],
    ['IPv6 loopback', ['::1']],
    ['the metadata service', ['169.254.169.254']],
    ['a private network', ['10.0.0.7']],
    ['an IPv4 address in IPv6 clothes', ['::ffff:10.0.0.7']],
    ['a private address beside a public one', ['203.0.114.9', '192.168.1.1']],
    ['no address at all', []],
  ])('refuses a name that the DNS says is %s, before any connection', async (_, addresses) => {
    const client = createOutbound({ resolve: async () => addresses });
    expect(await ask({ timeoutMs: 300 }, client)).toEqual({ ok: false, failure: 'refused-address' });
  });

  it('asks nobody where the URL is not one of the hosts', async () => {
    let asked = 0;
    const client = createOutbound({
      resolve: async () => {
        asked++;
        return [];
      },
    });
    expect(await ask({ url: 'https://api.vendor.example.evil.example/' }, client)).toEqual({
      ok: false,
      failure: 'refused-url',
    });
    expect(asked).toBe(0);
  });
});

describe('certificates', () => {
  afterEach(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  });

  it('refuses one of another name', async () => {
    const other = await start(['other.vendor.example']);
    const client = createOutbound({ routes: { [HOST]: other.route } });
    expect(await ask({}, client)).toMatchObject({
      failure: 'network',
      error: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect(other.asked).toEqual([]);
  });

  it('refuses one that has expired', async () => {
    const certificate = authority.issue({ names: [HOST], notAfter: new Date('2021-01-01') });
    const old = await start([HOST], { certificate });
    expect(await ask({}, createOutbound({ routes: { [HOST]: old.route } }))).toMatchObject({
      error: { code: 'CERT_HAS_EXPIRED' },
    });
  });

  it('refuses one of an unknown authority', async () => {
    const client = createOutbound({ routes: { [HOST]: { address: '127.0.0.1', port: vendor.route.port } } });
    expect(await ask({}, client)).toMatchObject({ failure: 'network' });
  });

  it('is not talked out of it by NODE_TLS_REJECT_UNAUTHORIZED', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    vendor.asked.length = 0;
    const client = createOutbound({ routes: { [HOST]: { address: '127.0.0.1', port: vendor.route.port } } });
    expect(await ask({}, client)).toMatchObject({ failure: 'network' });
    expect(vendor.asked).toEqual([]);
  });

  it('speaks no TLS before 1.2', async () => {
    const old = await start([HOST], { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    expect(await ask({}, createOutbound({ routes: { [HOST]: old.route } }))).toMatchObject({ failure: 'network' });
    expect(old.asked).toEqual([]);
  });

  it('has no option that turns the check off', () => {
    expect(() => createOutbound({ rejectUnauthorized: false } as never)).toThrow(
      /outbound\.rejectUnauthorized: there is no such option/,
    );
    const route = { address: '127.0.0.1', port: 1, rejectUnauthorized: false };
    expect(() => createOutbound({ routes: { [HOST]: route } })).toThrow(/no such option/);
    expect(() => createOutbound({ routes: { [HOST]: { address: 'localhost', port: 1 } } })).toThrow(/address/);
  });
});
