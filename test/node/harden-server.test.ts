import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { hardenServer } from '@postern/core/node';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { delivery, dial, head, jsonHead, type Line } from '../express/caller.ts';
import { BODY, gate, type Listening, listen, serve, signed, until, watchProcess } from '../express/rig.ts';
import { drip, guarded, outlast, plain, serveHardened } from './rig.ts';

let site: Listening | undefined;
let watched: ReturnType<typeof watchProcess>;
beforeEach(() => {
  watched = watchProcess();
});
afterEach(async () => {
  await site?.close();
  site = undefined;
  watched.stop();
  expect(watched.troubles).toEqual([]);
});

/** Reads the whole body and answers with it. */
const echo: RequestListener = (request, response) => {
  let text = '';
  request.on('data', (bytes) => {
    text += bytes;
  });
  request.once('end', () => response.end(`heard ${text}`));
};

/** How long an answer and the end of the connection took. */
async function timed(line: Line): Promise<{ readonly status: number; readonly ms: number }> {
  const begun = performance.now();
  const { status } = await line.answer();
  const ms = performance.now() - begun;
  await until(line.closed, 'the connection was closed', 1_000);
  return { status, ms };
}

describe('hardenServer: heads', () => {
  it('answers 408 to a head that drips in, at the limit, and closes, while others are served', async () => {
    site = await serveHardened(echo, { headersTimeoutMs: 400 });
    const line = await dial(site.port);
    drip(line, plain('GET', `/${'a'.repeat(2_000)}`));
    const other = await dial(site.port);
    other.write(plain());
    expect((await other.answer()).body).toBe('heard ');
    const { status, ms } = await timed(line);
    expect(status).toBe(408);
    expect(ms).toBeGreaterThan(300);
    expect(ms).toBeLessThan(2_000);
    other.hangUp();
  });

  it('answers 408 to a new connection that says nothing, and closes', async () => {
    site = await serveHardened(echo, { headersTimeoutMs: 200 });
    const { status, ms } = await timed(await dial(site.port));
    expect(status).toBe(408);
    expect(ms).toBeLessThan(2_000);
  });

  it('cuts the slow head of a second request on a kept connection', async () => {
    site = await serveHardened(echo, { headersTimeoutMs: 300 });
    const line = await dial(site.port);
    line.write(plain());
    expect((await line.answer()).status).toBe(200);
    const begun = performance.now();
    drip(line, plain('GET', `/${'a'.repeat(2_000)}`));
    const [, second] = await line.answers(2);
    expect(second?.status).toBe(408);
    expect(performance.now() - begun).toBeGreaterThan(200);
    expect(performance.now() - begun).toBeLessThan(2_000);
    await until(line.closed, 'the connection was closed');
  });

  it('limits the connections of a server that listens already', async () => {
    site = await serve(createServer(echo));
    const before = await dial(site.port);
    before.write(plain());
    await before.answer();
    hardenServer(site.server, { headersTimeoutMs: 200 });
    before.write(plain());
    await before.answers(2);
    drip(before, plain('GET', `/${'a'.repeat(2_000)}`));
    expect((await timed(await dial(site.port))).status).toBe(408);
    expect((await before.answers(3))[2]?.status).toBe(408);
  });

  it('leaves a connection alone while its handler works, and then serves the request that was pipelined behind', async () => {
    const held = gate();
    let seen = 0;
    site = await serveHardened(
      async (_request, response) => {
        if (seen++ === 0) await held.passed;
        response.end(`number ${seen}`);
      },
      { headersTimeoutMs: 100, requestTimeoutMs: 100, keepAliveTimeoutMs: 100 },
    );
    const line = await dial(site.port);
    line.write(plain() + plain());
    await until(() => seen === 2, 'both requests came');
    await outlast(site.port);
    await outlast(site.port);
    expect(line.received()).toBe('');
    held.open();
    expect((await line.answers(2)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it.each(['before', 'after'])(
    'leaves an upgraded connection alone, whose listener came %s the limits',
    async (when) => {
      const onUpgrade = (_request: unknown, socket: NodeJS.WritableStream & NodeJS.ReadableStream) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
        socket.pipe(socket);
      };
      site = await serveHardened(echo, { headersTimeoutMs: 100, keepAliveTimeoutMs: 100 }, (server) => {
        if (when === 'before') server.on('upgrade', onUpgrade);
      });
      if (when === 'after') site.server.on('upgrade', onUpgrade);
      const line = await dial(site.port);
      line.write(plain('GET', '/', 'Connection: Upgrade\r\nUpgrade: echo\r\n'));
      await until(() => line.received().includes('101'), 'the protocol was switched');
      await outlast(site.port);
      await outlast(site.port);
      line.write('still here');
      await until(() => line.received().endsWith('still here'), 'the echo came');
      line.hangUp();
    },
  );

  it('answers an upgrade like any request once the application no longer listens for upgrades', async () => {
    const onUpgrade = () => undefined;
    site = await serveHardened(echo, {}, (server) => server.on('upgrade', onUpgrade));
    site.server.off('upgrade', onUpgrade);
    const line = await dial(site.port);
    line.write(plain('GET', '/', 'Connection: Upgrade\r\nUpgrade: echo\r\n'));
    expect((await line.answer()).status).toBe(200);
    line.hangUp();
  });

  it('closes an idle connection at its limit, without an answer nobody asked for', async () => {
    site = await serveHardened(echo, { headersTimeoutMs: 5_000, keepAliveTimeoutMs: 100 });
    const line = await dial(site.port);
    line.write(plain());
    await line.answer();
    const begun = performance.now();
    await until(line.closed, 'the idle connection was closed', 4_000);
    expect(performance.now() - begun).toBeGreaterThan(50);
    expect(line.received()).not.toContain('408');
  });

  it('does not take an idle connection for a slow head', async () => {
    site = await serveHardened(echo, { headersTimeoutMs: 100, keepAliveTimeoutMs: 60_000 });
    const line = await dial(site.port);
    line.write(delivery({}, 'one'));
    expect((await line.answer()).body).toBe('heard one');
    await outlast(site.port);
    await outlast(site.port);
    line.write(delivery({}, 'two'));
    expect((await line.answers(2))[1]?.body).toBe('heard two');
    line.hangUp();
  });

  it('judges a delivery with a thousand headers by all of them, and refuses a head over Node’s 16 KiB', async () => {
    const guard = guarded();
    site = await serveHardened(guard.listener);
    const thousand = Array.from({ length: 1_000 }, (_, i) => [`x${i}`, 'y'] as const);
    const bytes = (headers: Readonly<Record<string, string>>) =>
      Buffer.from(
        head([...thousand, ['Content-Length', String(Buffer.byteLength(BODY))], ...Object.entries(headers)]) + BODY,
      );
    const genuine = await dial(site.port);
    genuine.write(bytes(await signed()));
    expect((await genuine.answer()).status).toBe(200);
    const forged = await dial(site.port);
    forged.write(bytes(await signed('another body')));
    expect((await forged.answer()).status).toBe(401);
    expect(guard.handled).toEqual([BODY]);
    const long = await dial(site.port);
    long.write(plain('POST', '/', `x: ${'y'.repeat(17_000)}\r\n`));
    expect((await timed(long)).status).toBe(431);
    genuine.hangUp();
    forged.hangUp();
  });
});

describe('hardenServer: libraries that put themselves in the place of every listener', () => {
  it.each([
    'removes them all at once',
    'adds itself and removes them one by one',
    'removes them all at once, the second to do so',
  ])('leaves long answers their time where one %s', async (how) => {
    const held = gate();
    site = await serveHardened(echo, { headersTimeoutMs: 100 });
    const { server } = site;
    const takeOver = () => {
      const replaced = server.listeners('request');
      const listener: RequestListener = async (request, response) => {
        if (request.url !== '/poll') for (const one of replaced) one.call(server, request, response);
        else await held.passed.then(() => response.end('polled'));
      };
      if (how.startsWith('removes')) server.removeAllListeners('request');
      server.on('request', listener);
      for (const one of replaced) server.off('request', one as RequestListener);
    };
    if (how.endsWith('to do so')) {
      server.prependListener('request', () => undefined);
      takeOver();
    }
    takeOver();
    const line = await dial(site.port);
    line.write(plain('GET', '/poll'));
    await outlast(site.port);
    await outlast(site.port);
    held.open();
    expect((await line.answer()).body).toBe('polled');
    // And what is passed on is counted once: the idle connection is watched again.
    line.write(delivery({}, 'one'));
    expect((await line.answers(2))[1]?.body).toBe('heard one');
    drip(line, plain('GET', `/${'a'.repeat(2_000)}`));
    expect((await line.answers(3))[2]?.status).toBe(408);
  });

  it('limits a body behind a request that one passes on late', async () => {
    site = await serveHardened(echo, { headersTimeoutMs: 100, requestTimeoutMs: 300 });
    const { server } = site;
    const replaced = server.listeners('request');
    server.removeAllListeners('request');
    const passOn: (() => void)[] = [];
    server.on('request', (request, response) => {
      passOn.unshift(() => {
        for (const one of replaced) one.call(server, request, response);
      });
      // The second first.
      if (passOn.length === 2) for (const next of passOn) next();
    });
    const line = await dial(site.port);
    line.write(plain());
    line.write(jsonHead({}, 1_000));
    await until(line.closed, 'the connection was closed', 3_000);
    expect(line.received()).toContain('heard');
  });

  it('removes no listener less than such a library does', async () => {
    site = await serveHardened(echo);
    const { server } = site;
    server.prependListener('request', () => undefined);
    server.prependListener('request', () => undefined);
    const [, , ours] = server.listeners('request');
    server.removeAllListeners('request');
    await Promise.resolve();
    expect(server.listeners('request').filter((one) => one !== ours)).toEqual([]);
  });

  it.each([
    ['answers itself', false],
    ['calls those it has replaced', true],
  ])('leaves requests that wait for a 100 Continue their time where one %s', async (_how, calls) => {
    const held = gate();
    const listener: RequestListener = async (request, response) => {
      request.resume();
      await held.passed;
      response.end('at last');
    };
    site = await serveHardened(listener, { headersTimeoutMs: 100 });
    const { server } = site;
    const replaced = server.listeners('checkContinue');
    server.removeAllListeners('checkContinue');
    server.on('checkContinue', (request, response) => {
      if (!calls) listener(request, response);
      else for (const one of replaced) one.call(server, request, response);
    });
    const line = await dial(site.port);
    line.write(
      head([
        ['Content-Length', '2'],
        ['Expect', '100-continue'],
      ]),
    );
    line.write('ab');
    await outlast(site.port);
    await outlast(site.port);
    held.open();
    expect((await line.answer()).body).toBe('at last');
    line.hangUp();
  });
});

describe('hardenServer: whole requests', () => {
  it('answers 408 to a body that drips in on a route without a guard, at the limit, and closes', async () => {
    let aborted = false;
    site = await serveHardened(
      (request, response) => {
        request.once('aborted', () => {
          aborted = true;
        });
        echo(request, response);
      },
      { requestTimeoutMs: 400 },
    );
    const line = await dial(site.port);
    line.write(jsonHead({}, 1_000));
    drip(line, 'a'.repeat(1_000));
    const { status, ms } = await timed(line);
    expect(status).toBe(408);
    expect(ms).toBeGreaterThan(300);
    expect(ms).toBeLessThan(2_000);
    await until(() => aborted, 'the route was told');
  });

  it('closes over a body that goes on dripping after its answer, and says no more', async () => {
    site = await serveHardened((_request, response) => response.end('enough'), { requestTimeoutMs: 300 });
    const line = await dial(site.port);
    line.write(jsonHead({}, 1_000));
    drip(line, 'a'.repeat(1_000));
    expect((await line.answer()).body).toBe('enough');
    await until(line.closed, 'the connection was closed', 3_000);
    expect(line.received()).not.toContain('408');
  });

  it('puts no 408 in the place of an answer that an earlier request still waits for', async () => {
    let seen = 0;
    site = await serveHardened(
      (request) => {
        seen++;
        request.resume();
      },
      { requestTimeoutMs: 200 },
    );
    const line = await dial(site.port);
    line.write(plain());
    line.write(jsonHead({}, 1_000));
    await until(() => seen === 2, 'both requests came');
    await until(line.closed, 'the connection was closed', 3_000);
    expect(line.received()).toBe('');
  });

  it('leaves the guard its own, shorter deadline and its record', async () => {
    const guard = guarded({ bodyTimeoutMs: 150 });
    site = await serveHardened(guard.listener);
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), 1_000));
    drip(line, 'a'.repeat(1_000));
    expect((await line.answer()).status).toBe(408);
    expect(guard.verdicts[0]?.reason).toBe('body-timeout');
    await until(line.closed, 'the connection was closed');
  });

  it('gives an application’s clientError listener its say, and closes what that leaves open', async () => {
    const codes: (string | undefined)[] = [];
    site = await serveHardened(echo, { headersTimeoutMs: 100 }, (server) =>
      server.on('clientError', (error: NodeJS.ErrnoException) => codes.push(error.code)),
    );
    const line = await dial(site.port);
    await until(line.closed, 'the connection was closed');
    expect(codes).toEqual(['ERR_HTTP_REQUEST_TIMEOUT']);
    expect(line.received()).toBe('');
  });

  it('keeps what listens for other expectations, and its time', async () => {
    const held = gate();
    site = await serveHardened(echo, { headersTimeoutMs: 100 }, (server) =>
      server.on('checkExpectation', async (_request, response) => {
        await held.passed;
        response.end('as expected');
      }),
    );
    const line = await dial(site.port);
    line.write(plain('GET', '/', 'Expect: the-unexpected\r\n'));
    await outlast(site.port);
    await outlast(site.port);
    held.open();
    expect((await line.answer()).body).toBe('as expected');
    line.hangUp();
  });
});

describe('hardenServer: TLS', () => {
  // A pre-shared key needs no certificate.
  const KEY = Buffer.from('test-key-test-key-test-key');
  const client = (to: number | { readonly path: string }): ConnectionOptions => ({
    ...(typeof to === 'number' ? { port: to, host: '127.0.0.1' } : to),
    ciphers: 'PSK',
    maxVersion: 'TLSv1.2',
    pskCallback: () => ({ identity: 'test', psk: KEY }),
    checkServerIdentity: () => undefined,
  });
  const createSecure = (listener: RequestListener) =>
    createHttpsServer({ ciphers: 'PSK', maxVersion: 'TLSv1.2', pskCallback: () => KEY }, listener);

  async function speak(to: number | { readonly path: string }) {
    const socket = connectTls(client(to));
    let received = '';
    let closed = false;
    socket.on('data', (bytes) => {
      received += bytes;
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      closed = true;
    });
    await once(socket, 'secureConnect');
    return { socket, received: () => received, closed: () => closed };
  }

  it('limits handshakes, heads and second heads, and serves the rest', async () => {
    const server = createSecure(echo);
    hardenServer(server, { headersTimeoutMs: 300 });
    site = await serve(server);
    const mute = connectTcp(site.port, '127.0.0.1');
    let bytes = 0;
    let muteClosed = false;
    mute.on('data', ({ length }) => {
      bytes += length;
    });
    mute.on('error', () => undefined);
    mute.once('close', () => {
      muteClosed = true;
    });
    const silent = await speak(site.port);
    const second = await speak(site.port);
    second.socket.write(plain());
    await until(() => second.received().includes('heard'), 'the first answer came');
    const slow = plain('GET', `/${'a'.repeat(2_000)}`);
    let at = 0;
    const timer = setInterval(() => second.socket.write(slow[at++] ?? ''), 15);
    await until(() => muteClosed, 'the connection that began no handshake was closed', 3_000);
    expect(bytes).toBe(0);
    await until(silent.closed, 'the silent connection was closed', 3_000);
    expect(silent.received()).toMatch(/^HTTP\/1\.1 408 /);
    await until(second.closed, 'the second head was cut', 3_000);
    clearInterval(timer);
    expect(second.received()).toContain('HTTP/1.1 408 ');
  });

  it('leaves the connections of a local socket alone while their handlers work', async () => {
    const held = gate();
    let seen = 0;
    const server = createSecure(async (_request, response) => {
      seen++;
      await held.passed;
      response.end('at last');
    });
    hardenServer(server, { headersTimeoutMs: 200 });
    const folder = await mkdtemp(join(tmpdir(), 'postern-'));
    const path = join(folder, 'https.sock');
    server.listen(path);
    await once(server, 'listening');
    try {
      const lines = await Promise.all([speak({ path }), speak({ path }), speak({ path })]);
      for (const line of lines) line.socket.write(plain());
      await until(() => seen === 3, 'all requests came');
      // The limit still holds for what can be told apart.
      const silent = await speak({ path });
      await until(silent.closed, 'a silent connection was closed', 3_000);
      expect(silent.received()).toMatch(/^HTTP\/1\.1 408 /);
      held.open();
      for (const line of lines) await until(() => line.received().endsWith('at last'), 'the answer came');
    } finally {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await rm(folder, { recursive: true });
    }
  });

  it('leaves a connection alone while its handler works', async () => {
    const held = gate();
    const server = createSecure(async (_request, response) => {
      await held.passed;
      response.end('at last');
    });
    hardenServer(server, { headersTimeoutMs: 200 });
    site = await serve(server);
    const line = await speak(site.port);
    line.socket.write(plain());
    for (let i = 0; i < 2; i++) {
      const silent = await speak(site.port);
      await until(silent.closed, 'a silent connection was closed');
    }
    held.open();
    await until(() => line.received().endsWith('at last'), 'the answer came');
    line.socket.destroy();
  });
});

describe('hardenServer: options', () => {
  it.each([
    ['an unknown option', { headerTimeoutMs: 1 }, 'unknown-option', 'hardenServer.headerTimeoutMs'],
    ['zero', { headersTimeoutMs: 0 }, 'invalid-limit', 'hardenServer.headersTimeoutMs'],
    ['a negative', { requestTimeoutMs: -1 }, 'invalid-limit', 'hardenServer.requestTimeoutMs'],
    ['no number', { keepAliveTimeoutMs: Number.NaN }, 'invalid-limit', 'hardenServer.keepAliveTimeoutMs'],
    ['infinity', { requestTimeoutMs: Number.POSITIVE_INFINITY }, 'invalid-limit', 'hardenServer.requestTimeoutMs'],
    ['a fraction', { requestTimeoutMs: 0.5 }, 'invalid-limit', 'hardenServer.requestTimeoutMs'],
    ['more than a timer can wait', { requestTimeoutMs: 2 ** 31 }, 'invalid-limit', 'hardenServer.requestTimeoutMs'],
    ['a text', { requestTimeoutMs: '1000' }, 'invalid-limit', 'hardenServer.requestTimeoutMs'],
    ['null', null, 'invalid-option', 'hardenServer'],
    [
      'a head that may take longer than its request',
      { headersTimeoutMs: 200, requestTimeoutMs: 100 },
      'invalid-limit',
      'hardenServer.headersTimeoutMs',
    ],
  ])('refuses %s by name, and changes nothing', (_what, options, code, option) => {
    const server = createServer();
    expect(() => hardenServer(server, options as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', code, option }),
    );
    expect(server.headersTimeout).toBe(60_000);
    hardenServer(server);
  });

  it.each([
    ['an Express app', express()],
    ['an HTTP/2 server', createHttp2Server()],
    ['nothing', undefined],
  ])('refuses %s in place of a server', (_what, server) => {
    expect(() => hardenServer(server as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', code: 'invalid-option', option: 'hardenServer.server' }),
    );
  });

  it('refuses a server that is hardened already', () => {
    const server = createServer();
    hardenServer(server);
    expect(() => hardenServer(server)).toThrow(/hardened already/);
  });

  it('shows its limits on the server, and keeps an idle limit that was set', () => {
    const server = createServer({ keepAliveTimeout: 65_000 });
    hardenServer(server);
    expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 });
    const without = createServer({ keepAliveTimeout: 0 });
    hardenServer(without, { requestTimeoutMs: 5_000 });
    expect(without).toMatchObject({ headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 5_000 });
  });

  it('leaves the guard as it is on a server without it', async () => {
    const guard = guarded();
    site = await listen(guard.listener as never);
    const line = await dial(site.port);
    line.write(delivery(await signed(), BODY));
    expect((await line.answer()).status).toBe(200);
    line.hangUp();
  });

  it('serves Node’s own client over a kept connection', async () => {
    site = await serveHardened(echo);
    const { port } = site;
    const ask = (body: string) =>
      new Promise<string>((resolve, reject) => {
        const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', headers: { expect: '100-continue' } });
        request.once('continue', () => request.end(body));
        request.once('error', reject);
        request.once('response', async (response) => {
          let text = '';
          for await (const bytes of response) text += bytes;
          resolve(text);
        });
        request.flushHeaders();
      });
    expect(await ask('one')).toBe('heard one');
    expect(await ask('two')).toBe('heard two');
  });
});
