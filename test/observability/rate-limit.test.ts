// examples/rate-limit over sockets: forgers are limited, honest bursts are not, in Express and in Fastify.
import { type AddressInfo, connect } from 'node:net';
import type { VerdictRecord } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { webhook as fastifyWebhook } from '@postern/fastify';
import fastify from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { countForgeries, type Forgeries } from '../../examples/rate-limit/src/count-forgeries.ts';
import { limitForgeries as limitInExpress } from '../../examples/rate-limit/src/limit-in-express.ts';
import { limitForgeries as limitInFastify } from '../../examples/rate-limit/src/limit-in-fastify.ts';
import { createSender, OTHER_SECRET, parcel, SECRET, type Site, startSite } from './rig.ts';

const LIMIT = 20;
const WINDOW_MS = 60_000;
const addressOf = ({ socket }: { readonly socket: { readonly remoteAddress?: string | undefined } }) =>
  socket.remoteAddress ?? '';

let site: Site | undefined;
afterEach(() => site?.close());

type Start = (forgeries: Forgeries, hear?: (record: VerdictRecord) => void) => Promise<Site>;

const startInExpress: Start = (forgeries, hear = forgeries.onVerdict) =>
  startSite({ before: [limitInExpress(forgeries, { limit: LIMIT, addressOf })], options: { onVerdict: hear } });

const startInFastify: Start = async (forgeries, hear = forgeries.onVerdict) => {
  const app = fastify();
  await app.register(async (scope) => {
    await limitInFastify(scope, forgeries, { limit: LIMIT, addressOf });
    scope.register(fastifyWebhook({ provider: liasonpay(), secrets: SECRET, onVerdict: hear }, () => undefined));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const { send, close } = createSender(port);
  return {
    port,
    send,
    close: async () => {
      close();
      await app.close();
    },
  };
};

describe.each([
  ['Express', startInExpress],
  ['Fastify', startInFastify],
] as const)('in %s', (_, start) => {
  let now = WINDOW_MS;
  const counted = (most?: number) => countForgeries({ windowMs: WINDOW_MS, now: () => now, ...(most && { most }) });
  const forgery = (from?: string) => parcel({ secret: OTHER_SECRET, ...(from && { from }) });

  async function statuses(length: number, make: (index: number) => ReturnType<typeof parcel>): Promise<number[]> {
    const parcels = await Promise.all(Array.from({ length }, (_, index) => make(index)));
    const seen: number[] = [];
    for (const one of parcels) seen.push((await site?.send(one))?.status ?? 0);
    return seen;
  }

  it('a forger is answered 429 from its twentieth forgery on, and others are served as before', async () => {
    site = await start(counted());
    const seen = await statuses(3 * LIMIT, () => forgery('127.0.0.66'));
    expect(seen).toEqual([...Array(LIMIT).fill(401), ...Array(2 * LIMIT).fill(429)]);
    expect((await site.send(await parcel({ from: '127.0.0.2' }))).status).toBe(200);
    expect((await site.send(await forgery('127.0.0.2'))).status).toBe(401);
  });

  it('a genuine delivery from the forger’s own address is asked to come again, and is served when the window has passed', async () => {
    now = WINDOW_MS;
    site = await start(counted());
    await statuses(LIMIT, () => forgery());
    now += 20_000;
    const genuine = await parcel();
    const answer = await site.send(genuine);
    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '40' } });
    // Nothing that a stranger could learn from, but for the time.
    expect(Object.keys(answer.headers).filter((name) => /ratelimit/i.test(name))).toEqual([]);
    expect(answer.text).not.toMatch(/forger|127\.0\.0/);
    now += 39_999;
    expect((await site.send(genuine)).status).toBe(429);
    now += 2;
    expect((await site.send(genuine)).status).toBe(200);
  });

  it('an honest burst is never limited, nor are repeats, stale deliveries and mistakes that are no forgeries', async () => {
    site = await start(counted());
    const { send } = site;
    const burst = await Promise.all(Array.from({ length: 6 * LIMIT }, () => parcel()));
    const answers = await Promise.all(burst.map((one) => send(one)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const stale = await parcel({ timestamp: 1_500_000_000 });
    for (let index = 0; index <= LIMIT; index++) {
      expect((await send(burst[0] ?? {})).status).toBe(200);
      expect((await send(stale)).status).toBe(401);
    }
    expect((await send(await parcel())).status).toBe(200);
  });

  it('a limited address is answered before its body is there', async () => {
    site = await start(counted());
    await statuses(LIMIT, () => forgery());
    const socket = connect(site.port, '127.0.0.1');
    const answer = await new Promise<string>((answered, failed) => {
      let text = '';
      socket.setEncoding('latin1').on('data', (piece: string) => {
        text += piece;
        if (text.includes('\r\n\r\n')) answered(text);
      });
      socket.once('error', failed);
      socket.once('close', () => failed(new Error(`closed after ${text}`)));
      // Ten bytes of a megabyte.
      socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048576\r\n\r\n{"begun":1');
    });
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 429 /);
  });

  it('a counter that fails limits nobody and harms nobody', async () => {
    const broken: Forgeries = {
      of() {
        throw new Error('the store is down');
      },
      onVerdict() {
        throw new Error('the store is down');
      },
    };
    // express-rate-limit says so for each request.
    const said = vi.spyOn(console, 'error').mockReturnValue();
    site = await start(broken);
    expect(await statuses(3, () => parcel())).toEqual([200, 200, 200]);
    expect(await statuses(LIMIT + 3, () => forgery())).toEqual(Array(LIMIT + 3).fill(401));
    said.mockRestore();
  });

  it('a stranger with many addresses fills no memory, and the counts of the others are not lost to one who is limited', async () => {
    const forgeries = counted(100);
    site = await start(forgeries);
    await statuses(250, (index) => forgery(`127.0.${1 + Math.floor(index / 200)}.${1 + (index % 200)}`));
    const held = Array.from({ length: 250 }, (_, index) => `127.0.${1 + Math.floor(index / 200)}.${1 + (index % 200)}`);
    expect(held.filter((address) => forgeries.of(address).hits > 0).length).toBe(100);
  });
});

describe('the count', () => {
  const record = (peerAddress: string | undefined, kind = 'forged') =>
    ({ kind, peerAddress, clientAddress: peerAddress }) as unknown as VerdictRecord;

  it('takes the spellings of an address for one, and a /56 of IPv6 for one sender', () => {
    const { of, onVerdict } = countForgeries({ windowMs: WINDOW_MS });
    for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201']) onVerdict(record(address));
    expect(of('192.0.2.1').hits).toBe(3);
    for (const address of ['2001:db8:0:1::1', '2001:DB8::ff:0:0:0:2', '2001:db8:0:100::1']) onVerdict(record(address));
    expect([of('2001:db8::9').hits, of('2001:db8:0:1ff::').hits]).toEqual([2, 1]);
  });

  it('counts nothing but forgeries of a known address, for one window from the first', () => {
    let now = 1;
    const { of, onVerdict } = countForgeries({ windowMs: WINDOW_MS, now: () => now });
    for (const kind of ['genuine', 'handshake', 'duplicate', 'stale', 'unconfirmed', 'elsewhere', 'misfit', 'ours'])
      onVerdict(record('192.0.2.1', kind));
    onVerdict(record(undefined));
    expect(of('192.0.2.1')).toEqual({ hits: 0, forgottenInMs: 0 });
    now = 1000;
    onVerdict(record('192.0.2.1'));
    now = 50_000;
    onVerdict(record('192.0.2.1'));
    expect(of('192.0.2.1')).toEqual({ hits: 2, forgottenInMs: 11_000 });
    now = 61_001;
    expect(of('192.0.2.1').hits).toBe(0);
  });
});
