// What sends a corpus over real sockets to real servers, and its own checks. What it finds is in wire-corpus.test.ts.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Capture, Delivery } from '@postern/core';
import type { Mount } from '@postern/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Case } from '../packages/cli/src/cases.ts';
import { listen } from './conformance/listen.ts';
import { mergeCarelessly } from './src/wire/merge-carelessly.ts';
import { mountNames } from './src/wire/mounts.ts';
import { readCases } from './src/wire/read-cases.ts';
import { runCase } from './src/wire/run-case.ts';
import { send } from './src/wire/send.ts';

const CORPUS = fileURLToPath(new URL('corpus/deliveries.dev.jsonl', import.meta.url));
const WIRE = fileURLToPath(new URL('bin/wire.mjs', import.meta.url));

let cases: readonly Case[];
beforeAll(async () => {
  cases = await readCases(CORPUS);
});

function caseOf(id: string): Case {
  const one = cases.find((candidate) => candidate.id === id);
  if (one === undefined) throw new Error(`the corpus has no ${id}`);
  return one;
}

it('knows the mounts by their files', () => {
  expect(mountNames()).toEqual(expect.arrayContaining(['express4', 'express5']));
  expect(mountNames()).not.toContain('listen');
  expect(mountNames()).not.toContain('conformance.test');
});

describe('the sender', () => {
  it('puts every byte on the wire as the case has it, and adds only Content-Length', async () => {
    const received = await receivedFrom({
      method: 'POST',
      url: '/hooks?a=%0d%0a',
      headers: [
        ['hOsT', 'hooks.example.test'],
        ['X-Twice', 'one'],
        ['X-Odd', '\xff\x80 é\ttab '],
        ['x-twice', 'two'],
        ['X-Empty', ''],
      ],
      body: Uint8Array.from([0, 13, 10, 255]),
    });
    expect(received.toString('latin1')).toBe(
      'POST /hooks?a=%0d%0a HTTP/1.1\r\nhOsT: hooks.example.test\r\nX-Twice: one\r\nX-Odd: \xff\x80 é\ttab \r\nx-twice: two\r\nX-Empty: \r\nContent-Length: 4\r\n\r\n\x00\r\n\xff',
    );
  });

  it('sends the path of a whole URL, adds Host where there is none, and frames a chunked body', async () => {
    const received = await receivedFrom({
      method: 'POST',
      url: 'https://example.test/hooks?a=b',
      headers: [['Transfer-Encoding', 'chunked']],
      body: Buffer.from('{}'),
    });
    expect(received.toString('latin1')).toMatch(
      /^POST \/hooks\?a=b HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\{\}\r\n0\r\n\r\n$/,
    );
  });

  it('takes the final answer, not an interim one, however it is cut into packets', async () => {
    const status = await answeredWith((socket) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 4');
      setImmediate(() => socket.write('01 Unauthorized\r\nContent-Length: 0\r\n\r\n'));
    });
    expect(status).toBe(401);
  });

  it('fails on an answer that is not HTTP, on none, and on a server that hangs', async () => {
    await expect(answeredWith((socket) => socket.write('HTTP/1.1 2OO OK\r\n\r\n'))).rejects.toThrow(/not HTTP/);
    await expect(answeredWith((socket) => socket.write('HTTP/1.1 200 OK\r\nno colon\r\n\r\n'))).rejects.toThrow(
      /not HTTP/,
    );
    await expect(answeredWith((socket) => socket.end())).rejects.toThrow(/without an answer/);
    await expect(answeredWith(() => undefined, 50)).rejects.toThrow(/no answer within 50 ms/);
  });
});

describe('the tool’s own checks', () => {
  it('fails a mount that runs the handler for whatever comes', async () => {
    const careless = mountOf(async (options, handler) =>
      listen((request, response) => {
        options.onVerdict?.({
          instance: 'x',
          at: 0,
          outcome: 'rejected',
          kind: 'forged',
          reason: 'bad-signature',
          authentic: false,
          provider: 'x',
          endpoint: 'x',
          method: 'POST',
          durationMs: 0,
        });
        handler({ json: () => ({}) } as unknown as Delivery);
        request.resume();
        response.end();
      }),
    );
    await expect(runCase(caseOf('stripe-ok-body-empty'), careless)).rejects.toThrow(/the handler ran 1 times/);
  });

  it('fails a mount that says yes to the caller and nothing to the record', async () => {
    const silent = mountOf(async () => listen((_request, response) => response.end()));
    await expect(runCase(caseOf('stripe-ok-body-empty'), silent)).rejects.toThrow(/the caller saw 200/);
  });

  it('merges as carelessly as it must, so that a poisoned body would show', () => {
    try {
      mergeCarelessly({}, JSON.parse('{"__proto__":{"posternPlanted":true}}'));
      expect(Reflect.get({}, 'posternPlanted')).toBe(true);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'posternPlanted');
    }
  });
});

describe('pnpm wire', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postern-wire-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('prints one JSON line a case, and exits with 0 when all were sent', async () => {
    const file = await fileOf(['stripe-ok-body-empty', 'github-cfg-no-secret', 'stripe-method-get'].map(rawCase), {
      provider: 'nobody',
      id: 'unknown',
    });
    const { code, stdout } = await wire(file, '--mount', 'express5', '--json');
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { id: 'stripe-ok-body-empty', mount: 'express5', outcome: 'accept', status: 200 },
      { id: 'github-cfg-no-secret', mount: 'express5', outcome: 'reject', reason: 'misconfigured', status: 500 },
      { id: 'stripe-method-get', mount: 'express5', outcome: 'reject', reason: 'method-not-allowed', status: 405 },
      { id: 'unknown', mount: 'express5', outcome: 'unknown-provider' },
    ]);
    expect(code).toBe(0);
  });

  it('tells a person what came out wrong on which mount, and exits with 1', async () => {
    const file = await fileOf([{ ...rawCase('stripe-ok-body-empty'), expect: 'reject', class: 'bad-signature' }]);
    const { code, stdout } = await wire(file, '--mount', 'express4', '--mount', 'express5');
    for (const name of ['express4', 'express5'])
      expect(stdout).toContain(`${name}  stripe-ok-body-empty: accept  200, expected reject bad-signature`);
    expect(stdout).toContain('2 sent, 0 failed, 2 wrong');
    expect(code).toBe(1);
    expect((await wire(file, '--mount', 'express5', '--json')).code).toBe(0);
  });

  it('exits with 1 when a line was not sent, and with 2 for misuse', async () => {
    const file = await fileOf([rawCase('stripe-ok-body-empty'), { id: 'half a case' }]);
    const cut = await wire(file, '--mount', 'express5', '--json');
    expect(cut).toMatchObject({ code: 1, stderr: expect.stringContaining('line 2') });
    expect(cut.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(await wire(file, '--mount', 'mount')).toMatchObject({ code: 2, stdout: '' });
    expect(await wire()).toMatchObject({ code: 2, stderr: expect.stringContaining('usage: pnpm wire') });
  });

  it('exits with 1 when something changed every object there is', async () => {
    const plant = `Object.defineProperty(Object.prototype, 'isAdmin', { value: true })`;
    const file = await fileOf([rawCase('stripe-ok-body-empty')]);
    const env = { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(plant)}` };
    const ended = await wireWith(env, file, '--mount', 'express5', '--json');
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('({}).isAdmin is there') });
  });

  async function fileOf(rows: readonly object[], override?: object): Promise<string> {
    const file = join(folder, `${Math.random()}.jsonl`);
    const lines = override === undefined ? rows : [...rows, { ...rows[0], ...override }];
    await writeFile(file, lines.map((row) => JSON.stringify(row)).join('\n'));
    return file;
  }
});

/** A case as its file has it. */
function rawCase(id: string): Record<string, unknown> {
  const { capture, now, provider, secrets, settings } = caseOf(id);
  const { method, url, headers, body } = capture;
  return {
    ...{ id, now, provider, secrets, settings },
    request: { method, url, headers, bodyBase64: Buffer.from(body).toString('base64') },
  };
}

function mountOf(serve: Mount['serve']): Mount {
  return { name: 'planted', serve };
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function wire(...args: string[]): Promise<Ended> {
  return wireWith(process.env, ...args);
}

function wireWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [WIRE, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** The bytes that a plain socket server gets of a request. */
async function receivedFrom(request: Capture): Promise<Buffer> {
  let received = Buffer.alloc(0);
  await answeredWith(
    (socket) => {
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        const end = received.indexOf('\r\n\r\n');
        const length = /Content-Length: (\d+)/.exec(received.toString('latin1'))?.[1];
        const whole =
          length === undefined ? received.includes('0\r\n\r\n', end) : received.length >= end + 4 + Number(length);
        if (end >= 0 && whole) socket.write('HTTP/1.1 204 No Content\r\n\r\n');
      });
    },
    5_000,
    request,
  );
  return received;
}

/** The status the sender reads from a socket server that behaves as told. */
async function answeredWith(
  behave: (socket: Socket) => unknown,
  deadlineMs = 5_000,
  request: Capture = { method: 'POST', url: '/', headers: [], body: new Uint8Array() },
): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    behave(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return (await send((server.address() as AddressInfo).port, request, deadlineMs)).status;
  } finally {
    server.close();
  }
}
