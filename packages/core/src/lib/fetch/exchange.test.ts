import { describe, expect, it } from 'vitest';
import type { BodyFailure, BodyLimits } from '../exchange.ts';
import { fetchExchange } from './exchange.ts';

const URL_TEXT = 'https://shop.example/hooks/x?a=1&b=%20';

/** Limits that are wide, unless a test says otherwise; and what was held. */
function limits(given: Partial<BodyLimits> = {}): BodyLimits & { readonly held: number[] } {
  const held: number[] = [];
  return {
    held,
    maxBytes: 1_000,
    timeoutMs: 5_000,
    declaredBytes: undefined,
    hold(bytes) {
      held.push(bytes);
      return true;
    },
    ...given,
  };
}

function request(body: RequestInit['body'] | null, init: RequestInit = {}): Request {
  return new Request(URL_TEXT, { method: 'POST', body, duplex: 'half', ...init } as RequestInit);
}

const exchangeOf = (one: Request) => fetchExchange(one, undefined);
const read = (one: Request, given: Partial<BodyLimits> = {}) => exchangeOf(one).readBody(limits(given));
const text = (body: Uint8Array | BodyFailure) => ('failed' in body ? body.failed : new TextDecoder().decode(body));

/** A stream that gives these pieces, one a pull, and then ends as told. */
function streamOf(pieces: readonly unknown[], then: 'close' | 'error' | 'stay' = 'close') {
  const seen = { pulls: 0, cancelled: false };
  const stream = new ReadableStream(
    {
      pull(controller) {
        const piece = pieces[seen.pulls++];
        if (piece !== undefined) controller.enqueue(piece);
        else if (then === 'close') controller.close();
        else if (then === 'error') controller.error(new Error('the wire broke'));
        else return new Promise(() => {});
        return undefined;
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { seen, stream };
}

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('the head', () => {
  it('is the method, the target, the lines and the address', () => {
    const { head } = fetchExchange(request('x', { headers: { 'X-Signature': 'a', Accept: 'b' } }), '192.0.2.1');
    expect(head).toMatchObject({ method: 'POST', url: '/hooks/x?a=1&b=%20', peerAddress: '192.0.2.1' });
    expect(head.headers).toContainEqual(['x-signature', 'a']);
  });

  it('shows repeated lines as Headers does, joined', () => {
    const headers = new Headers([
      ['X-Signature', 'a'],
      ['x-signature', 'b'],
    ]);
    expect(exchangeOf(request('x', { headers })).head.headers).toContainEqual(['x-signature', 'a, b']);
  });

  it('is there without the body being touched', async () => {
    const { stream, seen } = streamOf([bytes(1)]);
    const one = request(stream);
    exchangeOf(one);
    await new Promise((resolve) => setImmediate(resolve));
    expect([seen.pulls, one.bodyUsed]).toEqual([0, false]);
  });
});

describe('a body', () => {
  it('is its bytes, whatever they are', async () => {
    const every = Uint8Array.from({ length: 256 }, (_, value) => value);
    expect(await read(request(every))).toEqual(every);
    expect(await read(request(streamOf([bytes(0xef, 0xbb, 0xbf, 0xc3), bytes(0x28, 0xff)]).stream))).toEqual(
      bytes(0xef, 0xbb, 0xbf, 0xc3, 0x28, 0xff),
    );
  });

  it('that is absent, empty, or made of empty pieces is no bytes', async () => {
    for (const body of [null, '', streamOf([]).stream, streamOf([bytes(), bytes()]).stream])
      expect(await read(request(body))).toEqual(bytes());
    expect(await read(new Request(URL_TEXT))).toEqual(bytes());
  });

  it('of a byte stream is read as others are', async () => {
    const stream = new ReadableStream({
      type: 'bytes',
      autoAllocateChunkSize: 4,
      pull(controller) {
        const view = controller.byobRequest?.view;
        if (!(view instanceof Uint8Array)) throw new Error('the reader gave no room');
        view.set([104, 105]);
        controller.byobRequest?.respond(2);
        controller.close();
      },
    });
    expect(text(await read(request(stream)))).toBe('hi');
  });

  it('in pieces of another realm’s classes, or in Buffers, is bytes all the same', async () => {
    const buffers = streamOf([Buffer.from('ab'), Buffer.from('xcx').subarray(1, 2)]);
    expect(text(await read(request(buffers.stream)))).toBe('abc');
    const { runInNewContext } = await import('node:vm');
    const foreign = runInNewContext('Uint8Array.of(104, 105)');
    expect(foreign).not.toBeInstanceOf(Uint8Array);
    const { body } = { body: streamOf([foreign, foreign]).stream };
    expect(text(await read(bare({ body })))).toBe('hihi');
  });

  it.each([
    ['text', 'abc'],
    ['an ArrayBuffer', new ArrayBuffer(3)],
    ['numbers of two bytes', Uint16Array.of(1, 2)],
    ['signed numbers', Int8Array.of(1, 2)],
    ['objects', { byteLength: Number.NaN }],
    ['null', null],
  ])('in pieces that are %s is our mistake, and counts for nothing', async (_, piece) => {
    const given = limits();
    const body = await exchangeOf(bare({ body: streamOf([piece]).stream })).readBody(given);
    expect(body).toMatchObject({ failed: 'misconfigured', detail: expect.stringContaining('Uint8Array') });
    expect(given.held).toEqual([]);
  });

  it('is counted piece by piece, each with its cost', async () => {
    const given = limits();
    await exchangeOf(request(streamOf([bytes(1), bytes(1, 2), bytes()]).stream)).readBody(given);
    expect(given.held).toEqual([513, 514, 512]);
  });

  it('of exactly the limit is whole, and one byte more is too large and read no further', async () => {
    expect(await read(request(streamOf([bytes(1, 2), bytes(3)]).stream), { maxBytes: 3 })).toEqual(bytes(1, 2, 3));
    const { stream, seen } = streamOf([bytes(1, 2), bytes(3, 4), bytes(5)]);
    expect(text(await read(request(stream), { maxBytes: 3 }))).toBe('body-too-large');
    expect(seen).toEqual({ pulls: 2, cancelled: false });
  });

  it('that must not be held is read no further', async () => {
    const { stream, seen } = streamOf([bytes(1), bytes(2), bytes(3)]);
    let room = 600;
    const hold = (size: number) => {
      room -= size;
      return room >= 0;
    };
    expect(text(await read(request(stream), { hold }))).toBe('overloaded');
    expect(seen.pulls).toBe(2);
  });

  it('without an end, in empty pieces that are always there, ends at what may be held', async () => {
    const stream = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array()) });
    let room = 100_000;
    const hold = (size: number) => {
      room -= size;
      return room >= 0;
    };
    expect(text(await read(request(stream), { hold }))).toBe('overloaded');
  });

  it('that does not come in time is given up, and what comes later is not read', async () => {
    let enqueue = () => {};
    let pulls = 0;
    const stream = new ReadableStream(
      {
        pull(controller) {
          pulls++;
          enqueue = () => controller.enqueue(bytes(1));
        },
      },
      { highWaterMark: 0 },
    );
    const one = request(stream);
    expect(text(await read(one, { timeoutMs: 10 }))).toBe('body-timeout');
    enqueue();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(pulls).toBe(1);
  });

  it('is given up in time also where a runtime keeps the lock of a reader that waits', async () => {
    const { stream } = streamOf([], 'stay');
    const reader = stream.getReader();
    const keeping = {
      read: () => reader.read(),
      cancel: () => reader.cancel(),
      releaseLock() {
        throw new TypeError('a read is under way');
      },
    };
    const body = { locked: false, getReader: () => keeping } as unknown as ReadableStream;
    expect(text(await read(bare({ body }), { timeoutMs: 10 }))).toBe('body-timeout');
  });

  it('whose stream breaks is incomplete', async () => {
    expect(text(await read(request(streamOf([bytes(1)], 'error').stream)))).toBe('body-incomplete');
    expect(text(await read(request(streamOf([], 'error').stream)))).toBe('body-incomplete');
  });

  it('shorter than its declared length is incomplete, a longer one is not the one that came', async () => {
    expect(text(await read(request('abc'), { declaredBytes: 4 }))).toBe('body-incomplete');
    expect(text(await read(request('abc'), { declaredBytes: 3 }))).toBe('abc');
    expect(await read(request('abc'), { declaredBytes: 2 })).toMatchObject({
      failed: 'misconfigured',
      detail: expect.stringContaining('longer than its declared length'),
    });
    expect(text(await read(request(null), { declaredBytes: 1 }))).toBe('body-incomplete');
  });

  it('that was read, or that somebody reads, is our mistake', async () => {
    const used = request('abc');
    await used.text();
    const locked = request('abc');
    locked.body?.getReader();
    const begun = request(streamOf([bytes(1), bytes(2)]).stream);
    const reader = begun.body?.getReader();
    await reader?.read();
    reader?.releaseLock();
    for (const one of [used, locked, begun]) expect(text(await read(one))).toBe('misconfigured');
  });
});

describe('a client that goes away', () => {
  it('before the reading ends it, though the bytes are all there', async () => {
    const aborter = new AbortController();
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes(1));
        controller.close();
      },
    });
    aborter.abort();
    const exchange = exchangeOf(bare({ body: stream, signal: aborter.signal }));
    expect(text(await exchange.readBody(limits()))).toBe('body-incomplete');
    expect(exchange.isGone?.()).toBe(true);
  });

  it('during the reading ends it at once', async () => {
    const aborter = new AbortController();
    // As on hosts whose stream does not notice.
    const { stream, seen } = streamOf([bytes(1)], 'stay');
    const exchange = exchangeOf(bare({ body: stream, signal: aborter.signal }));
    const reading = exchange.readBody(limits());
    setImmediate(() => aborter.abort());
    expect(text(await reading)).toBe('body-incomplete');
    expect(seen.pulls).toBe(2);
  });

  it('after the reading is seen, and leaves no listener behind', async () => {
    const aborter = new AbortController();
    let listeners = 0;
    const { signal } = aborter;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...call: Parameters<typeof add>) => {
      listeners++;
      add(...call);
    };
    signal.removeEventListener = (...call: Parameters<typeof remove>) => {
      listeners--;
      remove(...call);
    };
    const exchange = exchangeOf(bare({ body: streamOf([bytes(1)]).stream, signal }));
    await exchange.readBody(limits());
    expect(listeners).toBe(0);
    expect(exchange.isGone?.()).toBe(false);
    aborter.abort();
    expect(exchange.isGone?.()).toBe(true);
  });

  it('cannot be noticed where a host gives no signal, and nothing breaks', async () => {
    const exchange = exchangeOf(bare({ body: streamOf([bytes(104, 105)]).stream, signal: undefined }));
    expect(text(await exchange.readBody(limits()))).toBe('hi');
    expect(exchange.isGone?.()).toBe(false);
  });
});

describe('the connection is ended', () => {
  const declared = (length: number) => ({ headers: { 'content-length': String(length) } });
  it('when a refused body is long, or nobody knows how long; a short one is left to the host', () => {
    expect(exchangeOf(request(streamOf([]).stream)).mustClose()).toBe(true);
    expect(exchangeOf(request(streamOf([]).stream, declared(65_537))).mustClose()).toBe(true);
    expect(exchangeOf(request(streamOf([]).stream, { headers: { 'content-length': 'x' } })).mustClose()).toBe(true);
    expect(exchangeOf(request(streamOf([]).stream, declared(65_536))).mustClose()).toBe(false);
    expect(exchangeOf(request(null)).mustClose()).toBe(false);
  });

  it('when a reading was given up, however little was declared, and not when it went well', async () => {
    const slow = exchangeOf(request(streamOf([], 'stay').stream, declared(3)));
    await slow.readBody(limits({ timeoutMs: 5 }));
    expect(slow.mustClose()).toBe(true);
    const whole = exchangeOf(request(streamOf([bytes(1, 2, 3)]).stream));
    await whole.readBody(limits());
    expect(whole.mustClose()).toBe(false);
  });
});

/** A request as a host might make it that is not Node: only what is read of it. */
function bare(parts: { readonly body: ReadableStream; readonly signal?: AbortSignal | undefined }): Request {
  const { signal } = 'signal' in parts ? parts : new AbortController();
  return {
    method: 'POST',
    url: URL_TEXT,
    headers: new Headers(),
    bodyUsed: false,
    body: parts.body,
    signal,
  } as unknown as Request;
}
