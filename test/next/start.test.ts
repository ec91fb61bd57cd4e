// Both routers and both runtimes, as `next build` and `next start` make them, over raw sockets.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { github } from '@postern/core/providers/github';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPLICATION } from './application.ts';
import {
  ask,
  chunk,
  dial,
  head,
  LAST_CHUNK,
  type Letter,
  type Lines,
  letter,
  post,
  type Running,
  SECRET,
  start,
  until,
} from './running.ts';
import { buildSite } from './site.ts';

let folder: string;
let site: Running;
beforeAll(async () => {
  // No secret is set for the build: that it succeeds is part of what is shown.
  folder = await buildSite(APPLICATION);
  site = await start(folder, {
    LIASONPAY_WEBHOOK_SECRET: SECRET,
    GITHUB_WEBHOOK_SECRET: SECRET,
  });
}, 180_000);
afterAll(() => site?.close());

describe.each([
  ['the App Router', 'node', '/webhooks/node'],
  ['the App Router on Edge', 'edge', '/webhooks/edge'],
  ['the Pages Router', 'pages', '/api/pages'],
])('%s', (_name, endpoint, path) => {
  /** Sends a delivery, and waits for what is seen of it. */
  async function play(one: Letter, ...expected: readonly string[]) {
    const before = site.sightings(endpoint).length;
    const answer = await post(site.port, path, one);
    const seen = () => site.sightings(endpoint).slice(before);
    await until(() => seen().length >= expected.length, `${endpoint} saw ${expected.join()}`);
    expect(seen().map(({ saw }) => saw)).toEqual(expected);
    return { answer, seen: seen() };
  }
  const done = ['accepted', 'run', 'committed'];

  it('runs the handler of a genuine delivery over the very bytes that were signed', async () => {
    const bytes = Buffer.from([...Buffer.from('return Zoë '), 0xff, 0xfe, 0x00, 0x0d, 0x0a]);
    const { answer, seen } = await play(await letter(bytes), ...done);
    expect(answer.status).toBe(200);
    expect(seen[1]?.body).toBe(bytes.toString('latin1'));
  });

  it('refuses a forged delivery, and tells its sender nothing', async () => {
    const { answer } = await play(
      await letter('return forged', 'other-test-secret-other-test-secret'),
      'bad-signature',
    );
    expect(answer).toMatchObject({ status: 401, headers: { 'content-type': 'application/problem+json' } });
    expect(Object.keys(JSON.parse(answer.body)).sort()).toEqual(['instance', 'status', 'title']);
  });

  it('acknowledges a replay without the handler', async () => {
    const one = await letter('return replayed');
    await play(one, ...done);
    const { answer } = await play(one, 'answered');
    expect(answer.status).toBe(200);
  });

  it('runs the handler again for the retry of a delivery that it failed', async () => {
    const one = await letter('fail-first');
    const { answer } = await play(one, 'accepted', 'run', 'released');
    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect((await play(one, ...done)).answer.status).toBe(200);
  });

  it('sends what the handler answers by itself, once the event is committed', async () => {
    const { answer } = await play(await letter('answer'), ...done);
    expect(answer).toMatchObject({ status: 202, headers: { 'x-own': 'yes' }, body: 'by itself' });
  });

  it('sends the JSON of Next’s own helper', async () => {
    const { answer } = await play(await letter('json'), ...done);
    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.body)).toEqual({ path });
  });

  it('sends a streamed answer whole', async () => {
    const { answer } = await play(await letter('stream'), ...done);
    expect(answer).toMatchObject({ status: 200, body: 'one two three' });
  });

  it.each([
    ['declines', 'decline', 409],
    ['redirects', 'move', 307],
  ])('gives the event back when the handler %s', async (_what, does, status) => {
    const { answer } = await play(await letter(does), 'accepted', 'run', 'released');
    expect(answer.status).toBe(status);
  });

  it('verifies a compressed body as it came on the wire', async () => {
    const bytes = gzipSync('return compressed');
    const { seen } = await play(await letter(bytes, SECRET, [['Content-Encoding', 'gzip']]), ...done);
    expect(seen[1]?.body).toBe(bytes.toString('latin1'));
  });

  it('takes a form as bytes', async () => {
    const { lines, body } = await letter('return=1&amount=25.00&payer=Zo%C3%AB');
    const form = lines.map(
      ([name, value]) => [name, name === 'Content-Type' ? 'application/x-www-form-urlencoded' : value] as const,
    );
    const { seen } = await play({ lines: form, body }, ...done);
    expect(seen[1]?.body).toBe('return=1&amount=25.00&payer=Zo%C3%AB');
  });

  it.each(['GET', 'HEAD'])('refuses %s with 405 and Allow', async (method) => {
    const before = site.sightings(endpoint).length;
    const line = await dial(site.port);
    line.write(head([['Connection', 'close']], method, path));
    await until(() => line.closed(), 'the answer has come');
    expect(line.received()).toMatch(/^HTTP\/1\.1 405 [\s\S]*\r\nallow: POST\r\n/i);
    await until(() => site.sightings(endpoint).length > before, 'there is a record');
    expect(site.sightings(endpoint).at(-1)?.saw).toBe('method-not-allowed');
  });

  it('refuses PUT', async () => {
    expect((await ask(site.port, 'PUT', path, [['Content-Length', '0']])).status).toBe(405);
  });

  /** Sends what is refused before it has ended, and then its end. On Edge, `next start` passes no answer on before that: the record is there at once all the same. */
  async function interrupt(lines: Lines, sent: string | Uint8Array, end: string | Uint8Array, reason: string) {
    const before = site.sightings(endpoint).length;
    const line = await dial(site.port);
    line.write(head(lines, 'POST', path));
    line.write(sent);
    await until(() => site.sightings(endpoint).length > before, 'there is a record');
    expect(site.sightings(endpoint).at(-1)?.saw).toBe(reason);
    if (endpoint === 'edge') {
      expect(line.received()).toBe('');
      line.write(end);
    }
    const { status } = await line.answer();
    return { status, line };
  }

  it('refuses a body that declares more than the limit, before any of it was sent', async () => {
    const { lines } = await letter('x');
    const declared: Lines = [['Content-Length', '100001'], ...lines];
    const { status, line } = await interrupt(declared, '', Buffer.alloc(100_001), 'body-too-large');
    expect(status).toBe(413);
    line.hangUp();
  });

  it('refuses a chunked body that runs over the limit, before its end, and closes the connection', async () => {
    const { lines } = await letter('x');
    const chunked: Lines = [['Transfer-Encoding', 'chunked'], ...lines];
    const { status, line } = await interrupt(chunked, chunk(Buffer.alloc(150_000)), LAST_CHUNK, 'body-too-large');
    expect(status).toBe(413);
    await until(() => line.closed(), 'the connection has closed', 3_000);
  });

  it('refuses a body that does not arrive in time', async () => {
    const { lines } = await letter('x'.repeat(100));
    const { status, line } = await interrupt(
      [['Content-Length', '100'], ...lines],
      'x',
      'x'.repeat(99),
      'body-timeout',
    );
    expect(status).toBe(408);
    line.hangUp();
  });

  it('does not run a delivery whose client went away, and takes its retry', async () => {
    const one = await letter('return after all');
    const before = site.sightings(endpoint).length;
    const line = await dial(site.port);
    line.write(head([['Content-Length', String(one.body.byteLength)], ...one.lines], 'POST', path));
    line.write(one.body.subarray(0, 4));
    // When this is answered, the server has what was sent before it.
    await ask(site.port, 'GET', '/nowhere');
    line.hangUp();
    await until(() => site.sightings(endpoint).length > before, 'there is a record');
    expect(
      site
        .sightings(endpoint)
        .slice(before)
        .map(({ saw }) => saw),
    ).toEqual(['body-incomplete']);
    expect((await play(one, ...done)).answer.status).toBe(200);
  });
});

describe('a route of the App Router', () => {
  it('hands its dynamic segments to the handler, typed', async () => {
    const answer = await post(site.port, '/tenants/acme?of=query', await letter('dynamic'));
    expect(JSON.parse(answer.body)).toEqual({ tenant: 'ACME', search: 'query' });
  });

  it('hands on a catch-all segment, and takes an annotation for neither', async () => {
    const answer = await post(site.port, '/any/one/two', await letter('catch-all'));
    expect(JSON.parse(answer.body)).toEqual({ rest: ['one', 'two'] });
  });

  it.each(['node', 'edge'])('runs what the handler gave to after(), on %s', async (endpoint) => {
    expect((await post(site.port, `/webhooks/${endpoint}`, await letter('after'))).status).toBe(200);
    await until(() => site.sightings(endpoint).some(({ saw }) => saw === 'after'), 'it ran');
  });

  it('takes redirect(), which throws, for a failure', async () => {
    expect((await post(site.port, '/webhooks/node', await letter('throw-redirect'))).status).toBe(503);
    await until(() => site.sightings('node').at(-1)?.saw === 'released', 'the event was given back');
  });

  it('asks clientAddress for the address that allow is held against', async () => {
    const { lines, body } = await letter('addresses');
    const from = (address: string) =>
      post(site.port, '/addresses', { lines: [...lines, ['X-Host-Address', address]], body });
    expect((await from('198.51.100.1')).status).toBe(403);
    expect((await from('192.0.2.1')).status).toBe(200);
    expect((await post(site.port, '/addresses', { lines, body })).status).toBe(403);
  });

  it('is untouched by whoever reads a copy of the request first', async () => {
    expect((await post(site.port, '/copied', await letter('{"a":1}'))).status).toBe(200);
  });

  it('answers 500 when something read the body first, and says what', async () => {
    expect((await post(site.port, '/read-first', await letter('{"a":1}'))).status).toBe(500);
    await until(() => site.sightings('read-first').length > 0, 'there is a record');
    const [{ saw, detail } = {}, ...more] = site.sightings('read-first');
    expect(saw).toBe('misconfigured');
    expect(detail).toContain('request.json()');
    expect(more).toEqual([]);
  });
});

describe('a route of the Pages Router', () => {
  it.each(['parsed', 'sized'])(
    'answers 500 when Next parsed the body (%s), and names the line that is missing',
    async (endpoint) => {
      expect((await post(site.port, `/api/${endpoint}`, await letter('{"a":1}'))).status).toBe(500);
      await until(() => site.sightings(endpoint).length > 0, 'there is a record');
      const [{ saw, detail } = {}, ...more] = site.sightings(endpoint);
      expect(saw).toBe('misconfigured');
      expect(detail).toContain('export const config = { api: { bodyParser: false } };');
      expect(more).toEqual([]);
    },
  );
});

describe('an option that could not work', () => {
  it('refuses every request of a Pages Router route, which no build loads, and is printed by its name', async () => {
    expect((await post(site.port, '/api/wrong', await letter('wrong'))).status).toBe(500);
    await until(() => site.printed().includes('toleranceSeconds'), 'it was printed');
    expect(site.sightings('wrong')).toEqual([]);
  });
});

describe('a secret', () => {
  it.each([
    ['unset', '/unset'],
    ['pages-unset', '/api/unset'],
  ])(
    'that is not set refuses every delivery with 500, and the record names the variable (%s)',
    async (endpoint, path) => {
      expect((await post(site.port, path, await letter('unset'))).status).toBe(500);
      await until(() => site.sightings(endpoint).length > 0, 'there is a record');
      expect(site.sightings(endpoint)).toMatchObject([
        { saw: 'misconfigured', detail: expect.stringContaining('POSTERN_TEST_UNSET_SECRET') },
      ]);
    },
  );
});

describe.each([
  ['App Router', '/webhooks/github'],
  ['Pages Router', '/api/webhooks/github'],
])('the example, %s', (_router, path) => {
  const event = (secret: string) =>
    letter(`{"zen":"${path}","repository":{"full_name":"octo/cat"}}`, secret, [], github());

  it('takes a genuine event and refuses a forged one', async () => {
    expect((await post(site.port, path, await event(SECRET))).status).toBe(200);
    expect((await post(site.port, path, await event('other-test-secret-other-test-secret'))).status).toBe(401);
  });

  it('refuses the placeholder of .env.example at the first delivery, by the name of its variable', async () => {
    const template = readFileSync(new URL('../../examples/next-github/.env.example', import.meta.url), 'utf8');
    const [, name = '', value = ''] = /^(\w+)=(.+)$/m.exec(template) ?? [];
    const fresh = await start(folder, { [name]: value });
    try {
      expect((await post(fresh.port, path, await event(SECRET))).status).toBe(500);
      await until(() => fresh.printed().includes(`${name}: this is a placeholder`), 'it was printed');
    } finally {
      await fresh.close();
    }
  });
});

describe('a proxy', () => {
  it('that redirects to a login page keeps deliveries from the route: the sender sees 307, and there is no record', async () => {
    const answer = await post(site.port, '/swallowed', await letter('swallowed'));
    expect(answer).toMatchObject({ status: 307, headers: { location: expect.stringMatching(/\/login$/) } });
    expect(site.sightings('swallowed')).toEqual([]);
  });

  it('leaves alone the routes that its matcher excludes, as the README writes it', async () => {
    expect((await ask(site.port, 'GET', '/office/desk')).status).toBe(307);
    expect((await post(site.port, '/office/webhooks/excluded', await letter('excluded'))).status).toBe(200);
  });

  it('that lets everything through gains nobody anything', async () => {
    const forged = await letter('passed', 'other-test-secret-other-test-secret');
    expect((await post(site.port, '/passed', forged)).status).toBe(401);
    const genuine = await letter('passed');
    // A header by which middleware of some versions could be passed by.
    const skipping: Letter = {
      ...forged,
      lines: [...forged.lines, ['x-middleware-subrequest', 'middleware:middleware']],
    };
    expect((await post(site.port, '/passed', skipping)).status).toBe(401);
    expect((await post(site.port, '/passed', genuine)).status).toBe(200);
    await until(() => site.sightings('passed').some(({ saw }) => saw === 'committed'), 'the genuine one ran');
    expect(site.sightings('passed').filter(({ saw }) => saw === 'run')).toHaveLength(1);
  });
});
