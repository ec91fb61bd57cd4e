// What the cases see is what this caller reads off the wire.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { dial, type Line } from '../packages/testing/src/lib/raw-caller.ts';

it('reads answers one after the other, by their length, in chunks, or without a body', async () => {
  await talk(
    (socket) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nonl');
      setImmediate(() =>
        socket.write('HTTP/1.1 401 No\r\nX-One: a: b \r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1'),
      );
      setImmediate(() => socket.write('\r\nc\r\n0\r\n\r\nHTTP/1.1 204 None\r\n\r\n'));
    },
    async (line) => {
      expect(await line.answer()).toMatchObject({ status: 200, body: 'onl' });
      expect(await line.answer()).toEqual({
        status: 401,
        headers: { 'x-one': 'a: b', 'transfer-encoding': 'chunked' },
        body: 'abc',
      });
      expect(await line.answer()).toMatchObject({ status: 204, body: '' });
    },
  );
});

it('takes what follows the head of an answer to HEAD for the next answer', async () => {
  await talk(
    (socket) =>
      socket.write('HTTP/1.1 405 No\r\nContent-Length: 40\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    async (line) => {
      expect(await line.answer({ method: 'HEAD' })).toMatchObject({ status: 405, body: '' });
      expect(await line.answer()).toMatchObject({ status: 200 });
    },
  );
});

it('sees an answer that ends with its connection, and a connection that ends without an answer', async () => {
  await talk(
    (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'),
    async (line) => expect(await line.answer()).toMatchObject({ status: 200, body: 'to the end' }),
  );
  await talk(
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
    async (line) => {
      expect(await line.answer()).toBe('closed');
      expect(line.closed()).toBe(true);
    },
  );
});

it('says so when no answer comes in time', async () => {
  await talk(
    () => undefined,
    async (line) => {
      expect(await line.answer({ deadlineMs: 50 })).toBe('none');
      expect(line.closed()).toBe(false);
    },
  );
});

/** Talks with a plain socket server that behaves as told. */
async function talk(behave: (socket: Socket) => unknown, check: (line: Line) => Promise<unknown>): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    behave(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const line = await dial((server.address() as AddressInfo).port);
  try {
    await check(line);
  } finally {
    line.hangUp();
    server.close();
  }
}
