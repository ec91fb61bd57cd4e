import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { canBeSent, discard, isResponse, toResponse } from './response.ts';

describe('an answer', () => {
  const answer = { status: 401, headers: { 'content-type': 'application/problem+json' }, body: '{}' };

  it('becomes a response with its status, headers and body', async () => {
    const response = toResponse(answer, false);
    expect([response.status, [...response.headers], await response.text()]).toEqual([
      401,
      [['content-type', 'application/problem+json']],
      '{}',
    ]);
  });

  it('ends the connection where it must', () => {
    expect(toResponse(answer, true).headers.get('connection')).toBe('close');
  });

  it('has no body with a 204', async () => {
    for (const body of ['', 'none']) {
      const response = toResponse({ status: 204, headers: {}, body }, false);
      expect([response.status, response.body]).toEqual([204, null]);
    }
  });

  it('without a body has no content type of its own', () => {
    for (const status of [200, 204])
      expect(toResponse({ status, headers: {}, body: '' }, false).headers.get('content-type')).toBeNull();
  });
});

describe('a response', () => {
  it('is told from other things', () => {
    expect([new Response(), Response.error(), new Response('x', { status: 500 })].every(isResponse)).toBe(true);
    const rows = { status: 200, headers: {}, body: [], data: 1 };
    for (const other of [undefined, null, 200, 'x', {}, [], rows, new Request('https://shop.example/'), Response])
      expect(isResponse(other)).toBe(false);
  });

  it('can be sent unless it is an error, used, or being read', async () => {
    expect(canBeSent(new Response('x'))).toBe(true);
    expect(canBeSent(new Response(null, { status: 204 }))).toBe(true);
    expect(canBeSent(Response.error())).toBe(false);
    const used = new Response('x');
    await used.text();
    expect(canBeSent(used)).toBe(false);
    const locked = new Response('x');
    locked.body?.getReader();
    expect(canBeSent(locked)).toBe(false);
  });

  it('of a library that has streams of its own can neither be sent nor ended, and breaks nothing', () => {
    const body = Readable.from(['x']);
    const foreign = { status: 200, headers: {}, body, bodyUsed: false, arrayBuffer: async () => new ArrayBuffer(0) };
    expect([isResponse(foreign), canBeSent(foreign as unknown as Response)]).toEqual([true, false]);
    discard(foreign as unknown as Response);
    expect(body.destroyed).toBe(false);
  });

  it('that is discarded has its body ended, and nothing else breaks', async () => {
    const troubles: unknown[] = [];
    const note = (trouble: unknown) => troubles.push(trouble);
    process.on('unhandledRejection', note);
    let reason: unknown = 'not cancelled';
    const stream = new ReadableStream({
      cancel() {
        reason = 'cancelled';
        throw new Error('the source minds');
      },
    });
    discard(new Response(stream));
    discard(new Response(null, { status: 204 }));
    const locked = new Response('x');
    locked.body?.getReader();
    discard(locked);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect([reason, troubles]).toEqual(['cancelled', []]);
  });
});
