// Lists of ranges that are fetched: over real TLS on loopback, from hosts that are slow, broken, empty and changed.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { sign } from '@postern/core';
import { webhook as fetchWebhook } from '@postern/core/fetch';
import { createOutbound, type RangesOptions, rangesFrom } from '@postern/core/outbound';
import { github } from '@postern/core/providers/github';
import { webhook } from '@postern/express';
import express from 'express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuthority } from '../outbound/authority.ts';
import { startVendor, type Vendor } from '../outbound/vendor.ts';
import { openWith, SECRET } from './receiving.ts';

const HOST = 'api.github.com';
const META = `https://${HOST}/meta`;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const authority = createAuthority();
let vendor: Vendor;
let answer: { status?: number; headers?: Record<string, string>; body?: unknown; slow?: true };

const hooks = (...ranges: unknown[]) => ({ body: { hooks: ranges, web: ['198.51.100.0/24'], actions: ['0.0.0.0/0'] } });

beforeAll(async () => {
  vendor = await startVendor(authority, [HOST], (_request, response) => {
    const { status = 200, headers = {}, body = '', slow } = answer;
    response.writeHead(status, headers);
    if (slow) return void response.write('{"hooks": [');
    response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
});
afterAll(() => vendor.close());
const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
afterAll(() => warnings.mockRestore());
beforeEach(() => {
  vendor.asked.length = 0;
  warnings.mockClear();
  answer = hooks('203.0.113.0/24', '2001:db8::/32');
});

const outbound = () => createOutbound({ routes: { [HOST]: vendor.route } });
let opened = 0;
// Each receiver asks for a URL of its own: what another has begun behind its last delivery is not counted.
function open(options: RangesOptions = {}, own: string[] = []) {
  const url = `${META}?receiver=${++opened}`;
  const receiver = openWith({
    outbound: outbound(),
    allow: [...own, rangesFrom(url, { random: () => 0, ...options })],
  });
  return { ...receiver, asked: () => vendor.asked.filter((one) => `https://${HOST}${one.url}` === url).length };
}

describe('a receiver whose allowlist is fetched', () => {
  it('asks nothing when it is made, once when deliveries come, and lets in who is listed', async () => {
    const { deliver, handled, asked } = open();
    expect(asked()).toBe(0);
    const from = ['203.0.113.1', '203.0.113.255', '2001:db8::7', '::ffff:203.0.113.7', '198.51.100.1', '203.0.114.1'];
    expect(await Promise.all(from.map((address) => deliver(address)))).toEqual([
      ...Array(4).fill('accepted'),
      ...Array(2).fill('source-not-allowed 403'),
    ]);
    expect(handled).toHaveLength(4);
    expect(asked()).toBe(1);
  });

  it('still wants the signature of those who are listed', async () => {
    const { deliver } = open();
    expect(await deliver('203.0.113.1', { secret: 'another-secret-of-somebody-else' })).toBe('bad-signature 401, read');
  });

  it('does not ask for those who are allowed without it', async () => {
    const { deliver, asked } = open({}, ['192.0.2.0/24']);
    expect(await deliver('192.0.2.1')).toBe('accepted');
    expect(asked()).toBe(0);
    expect(await deliver('203.0.113.1')).toBe('accepted');
  });

  it.each([
    ['an error', { status: 500, body: 'no' }],
    ['a refusal', { status: 403, body: { message: 'rate limited' } }],
    ['another success', { status: 204 }],
    ['a redirect', { status: 302, headers: { location: `https://${HOST}/other` } }],
    ['nothing', { body: '' }],
    ['a page', { body: '<!doctype html><title>Welcome to the hotel</title>' }],
    ['an empty list', hooks()],
    ['everybody', hooks('0.0.0.0/0')],
    ['everybody in halves', hooks('0.0.0.0/1', '128.0.0.0/1')],
    ['another shape', { body: { hook: ['203.0.113.0/24'] } }],
    ['half a document', { body: '{"hooks":["203.0.113.0/24"' }],
    ['a list too long', hooks(...Array.from({ length: 10_001 }, (_, i) => `10.${i >> 8}.${i & 255}.1`))],
    ['megabytes', { body: Buffer.alloc(9_000_000, 'x') }],
    ['silence', { slow: true }],
  ] as [string, typeof answer][])(
    'answers 503 where there never was a list, and keeps the last good one: %s',
    async (_, bad) => {
      const good = answer;
      answer = bad;
      const { deliver, records, clock } = open({ timeoutMs: 400 }, ['192.0.2.1']);
      expect(await deliver('203.0.113.1')).toBe('source-unavailable 503');
      expect(records.at(-1)?.detail).toMatch(/^the list of https:\/\/api\.github\.com\/meta could not be got/);
      // Nobody gets in because of it, and nobody stays out.
      expect(await deliver('192.0.2.1')).toBe('accepted');
      answer = good;
      clock.now += 60_000;
      expect(await deliver('203.0.113.1')).toBe('accepted');
      answer = bad;
      clock.now += DAY;
      expect(await deliver('203.0.113.1')).toBe('accepted');
      expect(await deliver('203.0.114.1')).toBe('source-not-allowed 403');
      clock.now += DAY;
      expect(await deliver('203.0.113.1')).toBe('accepted');
    },
  );

  it('asks a failing host no more often than its back-off says, whoever knocks', async () => {
    answer = { status: 500 };
    const { deliver, clock, asked } = open();
    await Promise.all(Array.from({ length: 100 }, () => deliver('203.0.113.1')));
    await Promise.all(Array.from({ length: 100 }, () => deliver('203.0.113.1')));
    expect(asked()).toBe(1);
    clock.now += 10_000;
    await deliver('203.0.113.1');
    expect(asked()).toBe(2);
  });

  it('follows a list that changes: in the background for those it holds, at once for those it lacks', async () => {
    const { deliver, clock, asked } = open();
    await deliver('203.0.113.1');
    answer = hooks('198.51.100.0/24');
    // Younger than an hour: strangers cannot make it be asked for.
    clock.now += HOUR - 1;
    expect(await deliver('198.51.100.1')).toBe('source-not-allowed 403');
    expect(asked()).toBe(1);
    clock.now += 1;
    expect(await deliver('198.51.100.1')).toBe('accepted');
    expect(await deliver('203.0.113.1')).toBe('source-not-allowed 403');
    answer = hooks('203.0.113.0/24');
    clock.now += DAY;
    expect(await deliver('198.51.100.1')).toBe('accepted');
    await expect.poll(() => deliver('203.0.113.1')).toBe('accepted');
    expect(asked()).toBe(3);
  });

  it('begins with fallback, and does not wait', async () => {
    answer = { slow: true };
    const { deliver } = open({ fallback: ['203.0.113.0/25'] });
    expect(await deliver('203.0.113.1')).toBe('accepted');
  });

  it('says after a week that a list was not refreshed', async () => {
    const { deliver, clock } = open();
    await deliver('203.0.113.1');
    answer = { status: 500 };
    clock.now += 6 * DAY;
    await deliver('203.0.113.1');
    expect(warnings).not.toHaveBeenCalled();
    clock.now += DAY + 1;
    expect(await deliver('203.0.113.1')).toBe('accepted');
    expect(warnings).toHaveBeenCalledWith(
      expect.stringMatching(/could not be refreshed for 7 days/),
      expect.objectContaining({ code: 'POSTERN_RANGES' }),
    );
  });

  it('takes a list from a function, whatever becomes of that', async () => {
    let give: (signal: AbortSignal) => Promise<readonly string[]> = async () => ['203.0.113.0/24'];
    const { deliver, clock, records } = openWith({
      allow: rangesFrom((signal) => give(signal), { refreshHours: 1, timeoutMs: 50, random: () => 0 }),
    });
    expect(await deliver('203.0.113.1')).toBe('accepted');
    for (const bad of [
      () => Promise.reject(new Error('password=hunter2')),
      () => new Promise<never>(() => undefined),
      (() => undefined) as never,
      (() => {
        throw new Error('at once');
      }) as never,
    ]) {
      give = bad;
      clock.now += 2 * HOUR;
      expect(await deliver('203.0.113.1')).toBe('accepted');
      expect(await deliver('198.51.100.1')).toBe('source-not-allowed 403');
    }
    expect(JSON.stringify(records)).not.toContain('hunter2');
  });

  it('refuses what could never be asked, and asks no private address', async () => {
    for (const url of [
      'http://api.github.com/meta',
      'https://127.0.0.1/x',
      'https://a.example:8443/',
      'https://u@a.example/',
      '',
      'meta',
      7,
    ])
      expect(() => rangesFrom(url as string), String(url)).toThrow(expect.objectContaining({ option: 'rangesFrom' }));
    expect(() => rangesFrom('https://ip-ranges.amazonaws.com/ip-ranges.json')).toThrow(
      expect.objectContaining({ code: 'missing-option', option: 'rangesFrom.where' }),
    );
    expect(() => rangesFrom(META, { fallback: ['192.0.2.1/24'] })).toThrow(
      expect.objectContaining({ option: 'rangesFrom.fallback[0]' }),
    );
    expect(() => rangesFrom(META, { fallback: [] })).toThrow(expect.objectContaining({ code: 'empty-allowlist' }));
    expect(() => rangesFrom(META, { refresh: 1 } as RangesOptions)).toThrow('refreshHours');
    const { deliver, records } = openWith({
      allow: [rangesFrom(META)],
      outbound: createOutbound({ resolve: async () => ['10.0.0.1'] }),
    });
    expect(await deliver('203.0.113.1')).toBe('source-unavailable 503');
    expect(records.at(-1)?.detail).toContain('refused-address');
  });

  it('shows no key that stands in the query of a list’s URL', async () => {
    answer = { status: 500 };
    const { deliver, records } = openWith({ outbound: outbound(), allow: [rangesFrom(`${META}?key=hunter2`)] });
    await deliver('203.0.113.1');
    expect(JSON.stringify(records)).not.toContain('hunter2');
  });
});

it('a fetch handler waits for the list, too, by the address that its host tells', async () => {
  const handle = fetchWebhook(
    {
      provider: github(),
      secrets: SECRET,
      allow: ['192.0.2.0/24', rangesFrom(async () => ['203.0.113.0/24'])],
      clientAddress: (_request, address: string) => address,
    },
    () => undefined,
  );
  const body = '{"fetched":true}';
  const headers = await sign(github(), { secret: SECRET, body });
  const send = (address: string) =>
    handle(new Request('https://shop.example/hook', { method: 'POST', headers, body }), address);
  expect((await send('203.0.113.1')).status).toBe(200);
  expect((await send('198.51.100.1')).status).toBe(403);
});

describe('over a socket', () => {
  let server: Server | undefined;
  afterEach(async () => {
    server?.closeAllConnections();
    server?.close();
  });

  async function listen(give: () => Promise<readonly string[]>) {
    const seen: string[] = [];
    const app = express();
    app.post(
      '/hook',
      webhook({
        provider: github(),
        secrets: SECRET,
        allow: [rangesFrom(give)],
        onVerdict: ({ reason, outcome }) => seen.push(reason ?? outcome),
      }),
      (_request, response) => response.sendStatus(200),
    );
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const body = Buffer.alloc(300_000, '{"a":1}');
    const headers = await sign(github(), { secret: SECRET, body });
    const send = () => fetch(`http://127.0.0.1:${port}/hook`, { method: 'POST', headers, body });
    return { seen, send, port, body, headers };
  }

  it('a body that waits for the list arrives whole', async () => {
    let release: (ranges: readonly string[]) => void = () => undefined;
    const { send, seen } = await listen(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    const sent = send();
    await expect.poll(() => release.length).toBe(1);
    release(['127.0.0.0/8']);
    expect((await sent).status).toBe(200);
    expect(seen).toEqual(['accepted']);
  });

  it('a refusal leaves the body unread, with the time for the retry', async () => {
    const { send } = await listen(async () => []);
    const answer = await send();
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    const elsewhere = await listen(async () => ['203.0.113.0/24']);
    expect((await elsewhere.send()).status).toBe(403);
  });

  it('a sender that goes away while the list is fetched is none', async () => {
    let release: (ranges: readonly string[]) => void = () => undefined;
    const { seen, port, headers, body } = await listen(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`POST /hook HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n${lines.join('')}\r\nabc`);
    await expect.poll(() => release.length).toBe(1);
    socket.resetAndDestroy();
    await once(socket, 'close');
    await expect.poll(() => new Promise((done) => server?.getConnections((_, count) => done(count)))).toBe(0);
    release(['127.0.0.0/8']);
    await expect.poll(() => seen, { timeout: 3000 }).toEqual(['body-incomplete']);
  });
});
