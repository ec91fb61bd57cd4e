// What an endpoint shows from outside, on real TLS servers.
import { once } from 'node:events';
import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEndpoint } from '../../packages/cli/src/doctor/endpoint.ts';
import { createAuthority, type Issued, type Wishes } from '../outbound/authority.ts';
import { doctor, makeProject, TODAY, told } from './rig.ts';

let authority: Issued;
const servers: Server[] = [];
beforeAll(() => {
  authority = createAuthority();
});
afterAll(() => {
  for (const server of servers) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A server for localhost; by default one that takes TLS 1.2 and 1.3. */
async function endpoint(options: ServerOptions = {}, wishes: Wishes = {}): Promise<string> {
  const { certificate, keyPem } = authority.issue({ names: ['localhost'], ...wishes });
  const server = createServer({ cert: certificate, key: keyPem, minVersion: 'TLSv1.2', ...options }, (_, response) =>
    response.end(),
  );
  return `https://localhost:${await listen(server)}/webhooks/stripe?token=never-shown`;
}

async function look(address: string, httpPort?: number) {
  return readEndpoint(address, { ca: authority.certificate, now: TODAY, ...(httpPort !== undefined && { httpPort }) });
}

async function whatOf(address: string, httpPort?: number): Promise<readonly string[]> {
  const reading = await look(address, httpPort);
  return 'skipped' in reading ? [reading.skipped] : reading.found.map(({ level, what }) => `${level} ${what}`);
}

describe('an endpoint', () => {
  it('that takes TLS 1.2 and 1.3 alone, with a valid certificate, is right', async () => {
    expect(await whatOf(await endpoint())).toEqual([]);
    expect(await whatOf(await endpoint({ minVersion: 'TLSv1.3' }))).toEqual([]);
  });

  it('that still takes TLS 1.1 is found', async () => {
    const old = await endpoint({ minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
    expect(await whatOf(old)).toEqual(['error the endpoint still takes TLSv1.1']);
  });

  it('that takes nothing newer than TLS 1.1 is found twice', async () => {
    const old = await endpoint({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    expect(await whatOf(old)).toEqual([
      expect.stringMatching(/^error there is no TLS 1\.2 or later at this address/),
      'error the endpoint still takes TLSv1.1',
    ]);
  });

  it.each<[string, Wishes]>([
    ['of another name', { names: ['elsewhere.test'] }],
    ['that has expired', { notAfter: new Date('2021-01-01') }],
    ['that nobody vouches for', { signedBy: createAuthority().key }],
  ])('with a certificate %s is found', async (_, wishes) => {
    expect(await whatOf(await endpoint({}, wishes))).toEqual([
      expect.stringMatching(/^error the certificate is not valid for this name/),
    ]);
  });

  it('with a certificate that ends within fourteen days is found', async () => {
    const days = (count: number) => new Date(TODAY + count * 86_400_000);
    expect(await whatOf(await endpoint({}, { notAfter: days(13.5) }))).toEqual([
      'warning the certificate expires in 13 days',
    ]);
    expect(await whatOf(await endpoint({}, { notAfter: days(15) }))).toEqual([]);
  });

  it('where nobody listens, or somebody who speaks no TLS, is found', async () => {
    const port = await listen(createTcpServer((socket) => socket.on('error', () => undefined).end('hello\n')));
    expect(await whatOf(`https://localhost:${port}/`)).toEqual([expect.stringContaining('there is no TLS 1.2')]);
    expect(await whatOf('https://localhost:1/')).toEqual([
      expect.stringMatching(/^warning there is no TLS 1\.2.*ECONNREFUSED/),
    ]);
  });

  it.each<[string, RequestListener, readonly string[]]>([
    ['answers as well', (_, response) => response.end(), ['warning plain HTTP answers there as well (200)']],
    [
      'is a guard as well',
      (_, response) => response.writeHead(401).end(),
      ['warning plain HTTP answers there as well (401)'],
    ],
    ['leads to https', (_, response) => response.writeHead(308, { location: 'https://localhost/' }).end(), []],
    [
      'leads elsewhere in plain',
      (_, response) => response.writeHead(302, { location: 'http://localhost/' }).end(),
      ['warning plain HTTP answers there as well (302)'],
    ],
    ['has nothing there', (_, response) => response.writeHead(404).end(), []],
    ['hangs up', (request) => request.socket.destroy(), []],
  ])('whose plain HTTP %s', async (_, listener, found) => {
    const port = await listen(createPlainServer(listener));
    expect(await whatOf(await endpoint(), port)).toEqual(found);
  });

  it('in plain HTTP is an error, and nothing of its query is told', async () => {
    const reading = await look('http://shop.example/webhooks?token=never-shown');
    expect(told(doctor(makeProject({}), { endpoint: reading }))).toEqual([
      'error endpoint-tls http://shop.example/webhooks',
    ]);
    expect(JSON.stringify([reading, await look(await endpoint({}, { names: ['other.test'] }))])).not.toContain(
      'never-shown',
    );
  });

  it.each(['shop.example', 'ftp://shop.example', ''])('of %j is misuse', async (address) => {
    await expect(look(address)).rejects.toThrow('--url: give the public address');
  });
});
