import { afterEach, describe, expect, it, vi } from 'vitest';
import { createOutbound, createResolver } from './client-web.ts';

const sent: { url: string; init: RequestInit }[] = [];
const request = { url: 'https://api.vendor.example/a', hosts: ['api.vendor.example'], timeoutMs: 1000, maxBytes: 10 };

/** The runtime's fetch. */
function answerWith(make: (init: RequestInit) => Response | Promise<Response>): void {
  sent.length = 0;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    sent.push({ url, init });
    return make(init);
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the client of edge runtimes', () => {
  it('asks the host that is named, without following where it is sent on', async () => {
    answerWith(() => new Response('hello', { status: 201, headers: { 'x-one': '1', 'set-cookie': 'a=b' } }));
    const answer = await createOutbound()({ ...request, method: 'POST', body: '{}' });
    expect(answer).toMatchObject({ ok: true, status: 201, headers: { 'x-one': '1' } });
    expect(answer.ok && Object.keys(answer.headers)).not.toContain('set-cookie');
    expect(sent).toMatchObject([{ url: request.url, init: { method: 'POST', body: '{}', redirect: 'manual' } }]);
    answerWith(() => new Response(null, { status: 302, headers: { location: 'https://127.0.0.1/' } }));
    expect(await createOutbound()(request)).toEqual({ ok: false, failure: 'redirected' });
  });

  it('asks nobody where the URL is not one of the hosts', async () => {
    answerWith(() => new Response('hello'));
    expect(await createOutbound()({ ...request, url: 'https://api.vendor.example@evil.example/' })).toEqual({
      ok: false,
      failure: 'refused-url',
    });
    expect(sent).toEqual([]);
  });

  it('takes no more bytes than it was told to, and waits no longer', async () => {
    answerWith(() => new Response('01234567890'));
    expect(await createOutbound()(request)).toEqual({ ok: false, failure: 'too-large' });
    answerWith(
      ({ signal }) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    expect(await createOutbound()({ ...request, timeoutMs: 20 })).toMatchObject({ ok: false, failure: 'timeout' });
    answerWith(() => Promise.reject(new TypeError('fetch failed')));
    expect(await createOutbound()(request)).toMatchObject({ ok: false, failure: 'network' });
  });

  it('refuses at start-up what a runtime without sockets cannot do', () => {
    const route = { address: '127.0.0.1', port: 443 };
    expect(() => createOutbound({ routes: { 'api.vendor.example': route } })).toThrow(/no sockets/);
    expect(() => createOutbound({ resolve: async () => [] })).toThrow(/no sockets/);
  });
});

it('has no resolver to give, so that whoever needs one says so at start-up', () => {
  expect(createResolver).toBeUndefined();
});
