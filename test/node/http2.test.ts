import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createReceiver, type ReceiverOptions, type SettledRecord, type VerdictRecord } from '@postern/core';
import { guardNode, handleNode, type NodeRequest } from '@postern/core/node';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BODY, gate, NOW_SECONDS, PATH, SECRET, signed, until, watchProcess } from '../express/rig.ts';

let server: Http2Server;
let sessions: ServerHttp2Session[];
let streams: ServerHttp2Stream[];
let client: ClientHttp2Session | undefined;
let verdicts: VerdictRecord[];
let settled: SettledRecord[];
let warnings: Error[];
let watched: ReturnType<typeof watchProcess>;
const noteWarning = (warning: Error) => warnings.push(warning);

beforeEach(() => {
  watched = watchProcess();
  [sessions, streams, verdicts, settled, warnings] = [[], [], [], [], []];
  process.on('warning', noteWarning);
});
afterEach(async () => {
  client?.destroy();
  client = undefined;
  for (const session of sessions) session.destroy();
  server.close();
  await once(server, 'close');
  process.off('warning', noteWarning);
  watched.stop();
  expect(watched.troubles).toEqual([]);
  expect(warnings).toEqual([]);
});

/** Serves a guard over HTTP/2 without TLS: the handler form, or the middleware form with a route behind it. */
async function start(
  options: Partial<ReceiverOptions> = {},
  route?: (request: NodeRequest, response: ServerResponse) => unknown,
): Promise<number> {
  const receiver = createReceiver({
    provider: liasonpay(),
    secrets: SECRET,
    now: () => NOW_SECONDS * 1000,
    onVerdict: (record) => void verdicts.push(record),
    onSettled: (record) => void settled.push(record),
    ...options,
  });
  server = createServer(async (compatRequest, compatResponse) => {
    const request = compatRequest as unknown as IncomingMessage;
    const response = compatResponse as unknown as ServerResponse;
    if (route === undefined) await handleNode(receiver, request, response, () => undefined);
    else if (await guardNode(receiver, request, response)) await route(request, response);
  });
  server.on('session', (session) => sessions.push(session));
  server.on('stream', (stream) => streams.push(stream));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function dial(port: number, settings: Settings = {}): Promise<void> {
  client = connect(`http://127.0.0.1:${port}`, { settings });
  client.on('error', () => undefined);
  await once(client, 'connect');
}

interface Caller {
  readonly stream: ClientHttp2Stream;
  readonly answer: () => { readonly status: number | undefined; readonly body: string };
}

/** Begins a delivery; what it writes and when it ends is the caller's. */
function call(headers: Readonly<Record<string, string>>): Caller {
  if (client === undefined) throw new Error('Nothing was dialled.');
  const stream = client.request({ ':method': 'POST', ':path': PATH, ...headers });
  let status: number | undefined;
  let body = '';
  stream.on('error', () => undefined);
  stream.on('response', (head) => {
    status = head[':status'];
  });
  stream.on('data', (bytes) => {
    body += bytes;
  });
  return { stream, answer: () => ({ status, body }) };
}

describe('HTTP/2: uploads that are answered before their end', () => {
  const half = BODY.slice(0, 20);
  it.each([
    ['does not come to its end', {}, 408, {}, half],
    ['does not come to its declared end', {}, 408, { 'content-length': '1000' }, half],
    ['is over the limit as it comes', { maxBodyBytes: 100 }, 413, {}, 'x'.repeat(101)],
    ['says that it is over the limit', { maxBodyBytes: 100 }, 413, { 'content-length': '100000' }, half],
    ['is more than may be held', { maxBodyBytes: 600, maxHeldBytes: 600 }, 503, {}, 'x'.repeat(100)],
    ['is unsigned', {}, 401, {}, half],
    ['is unsigned and says a small length', {}, 401, { 'content-length': '1000' }, half],
    ['is unsigned and says a large length', {}, 401, { 'content-length': '900000' }, half],
  ])(
    'answers a body that %s, closes its stream, and serves the next one on the connection',
    async (_what, options, status, headers, body) => {
      await dial(await start({ bodyTimeoutMs: 100, ...options }));
      const caller = call({ ...(status === 401 ? {} : await signed()), ...headers });
      caller.stream.write(body);
      await until(() => streams[0]?.destroyed === true, 'the stream was over', 3_000);
      await until(() => caller.stream.closed, 'the caller saw it closed');
      expect(caller.answer()).toMatchObject({ status, body: expect.stringContaining(`"status":${status}`) });
      expect(caller.stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
      const next = call(await signed('{}'));
      next.stream.end('{}');
      await until(() => next.answer().status === 200, 'the next delivery was acknowledged');
      expect(sessions).toHaveLength(1);
    },
  );

  it('closes the stream of a sender that takes no answer', async () => {
    await dial(await start({ bodyTimeoutMs: 100 }), { initialWindowSize: 0 });
    const caller = call(await signed());
    caller.stream.write(half);
    await until(() => streams[0]?.destroyed === true, 'the stream was over', 3_000);
    await until(() => caller.stream.closed, 'the caller saw it closed');
    expect(caller.stream.rstCode).toBe(constants.NGHTTP2_CANCEL);
    expect(caller.answer()).toEqual({ status: 408, body: '' });
  });

  it('lets go of what it has read of them, though their sender keeps the connection', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const held = () => {
      collect();
      return process.memoryUsage().arrayBuffers;
    };
    await dial(await start({ bodyTimeoutMs: 500 }));
    const bytes = Buffer.alloc(900_000, 0x61);
    const before = held();
    for (let i = 0; i < 12; i++) call(await signed()).stream.write(bytes);
    await until(() => verdicts.length === 12, 'all were refused');
    expect(verdicts.every(({ reason }) => reason === 'body-timeout')).toBe(true);
    await until(() => held() - before < 2 * 900_000, 'the memory was let go', 4_000);
    expect(client?.destroyed).toBe(false);
  });

  it('records one that its sender resets in the middle as incomplete', async () => {
    const port = await start();
    const headers = {
      ':method': 'POST',
      ':scheme': 'http',
      ':path': PATH,
      ':authority': 'localhost',
      ...(await signed()),
    };
    // Node's own client ends a body before it resets its stream, so these frames are written by hand.
    const frame = (type: number, flags: number, stream: number, payload: Uint8Array) =>
      Buffer.concat([
        Buffer.from([0, payload.length >> 8, payload.length & 255, type, flags, 0, 0, 0, stream]),
        payload,
      ]);
    const text = (value: string) => Buffer.from([value.length, ...Buffer.from(value)]);
    const head = Object.entries(headers).map(([name, value]) => Buffer.concat([Buffer.of(0), text(name), text(value)]));
    const [DATA, HEADERS, RST_STREAM, SETTINGS, END_HEADERS] = [0, 1, 3, 4, 4];
    const socket = connectTcp(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(
      Buffer.concat([
        Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
        frame(SETTINGS, 0, 0, Buffer.of()),
        frame(HEADERS, END_HEADERS, 1, Buffer.concat(head)),
        frame(DATA, 0, 1, Buffer.from(half)),
      ]),
    );
    await until(() => streams.length === 1, 'the stream began');
    expect(verdicts).toEqual([]);
    socket.write(frame(RST_STREAM, 0, 1, Buffer.of(0, 0, 0, constants.NGHTTP2_CANCEL)));
    await until(() => verdicts.length === 1, 'it was judged');
    expect(verdicts[0]?.reason).toBe('body-incomplete');
    socket.destroy();
  });
});

describe('HTTP/2: the middleware form', () => {
  it('commits what a route ends after its client has left', async () => {
    const work = gate();
    await dial(
      await start({}, async (_request, response) => {
        await work.passed;
        response.end('done');
      }),
    );
    const { stream } = call(await signed());
    stream.end(BODY);
    await until(() => verdicts.length === 1, 'it was accepted');
    stream.close(constants.NGHTTP2_CANCEL);
    await until(() => streams[0]?.destroyed === true, 'the server saw the client leave');
    expect(settled).toEqual([]);
    work.open();
    await until(() => settled.length === 1, 'the run was settled');
    expect(settled[0]?.outcome).toBe('committed');
  });

  it('gives back what was broken off in the middle of its answer', async () => {
    await dial(
      await start({}, (_request, response) => {
        response.write('part');
        response.destroy(new Error('no more'));
      }),
    );
    const { stream } = call(await signed());
    stream.end(BODY);
    await until(() => settled.length === 1, 'the run was settled');
    expect(settled[0]).toMatchObject({ outcome: 'released', reason: 'handler-failed' });
  });

  it('answers in place of a route that is late', async () => {
    await dial(await start({ handlerTimeoutMs: 100 }, () => undefined));
    const caller = call(await signed());
    caller.stream.end(BODY);
    await until(() => caller.answer().status !== undefined, 'the answer came');
    expect(caller.answer().status).toBe(503);
  });
});
