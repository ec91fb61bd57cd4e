import { createServer, IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { keepRawBody } from '@postern/express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunk, delivery, dial, head, jsonHead, LAST_CHUNK, type Lines, send } from './caller.ts';
import {
  BODY,
  gate,
  SHAPES,
  type Site,
  type SiteSettings,
  serve,
  signed,
  startSite,
  until,
  watchProcess,
  watchWarnings,
} from './rig.ts';

/** A request as middleware sees it, with the two properties that hosts and parsers put there. */
type Passed = IncomingMessage & { body?: unknown; rawBody?: unknown };

const FORM = 'event_type=payment.paid&amount=25.00';

describe.each(SHAPES)('%s: what stands before and after the guard', (_name, express, form) => {
  let site: Site;
  let watched: ReturnType<typeof watchProcess>;
  let spoken: ReturnType<typeof watchWarnings>;

  async function start(settings: Omit<SiteSettings, 'express' | 'form'> = {}): Promise<Site> {
    site = await startSite({ express, form, ...settings });
    return site;
  }

  beforeEach(() => {
    watched = watchProcess();
    spoken = watchWarnings();
  });
  afterEach(async () => {
    await site.close();
    watched.stop();
    spoken.stop();
    expect(watched.troubles).toEqual([]);
  });

  async function sendText(body: string | Uint8Array, type: string, more: Lines = []): Promise<number> {
    const bytes = Buffer.from(body);
    const lines: Lines = [
      ['Content-Type', type],
      ['Content-Length', String(bytes.byteLength)],
      ...Object.entries(await signed(bytes)),
      ...more,
    ];
    return (await send(site.port, Buffer.concat([Buffer.from(head(lines)), bytes]))).status;
  }

  /** 500 at once, one warning that says why and what to do, and nothing ran. */
  async function expectMisconfigured(body: string | Uint8Array, type: string, words: RegExp, more: Lines = []) {
    const began = performance.now();
    expect(await sendText(body, type, more)).toBe(500);
    expect(await sendText(body, type, more)).toBe(500);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(site.verdicts.map(({ reason }) => reason)).toEqual(['misconfigured', 'misconfigured']);
    expect(site.started).toHaveLength(0);
    expect(site.claims()).toBe(0);
    await until(() => spoken.warnings.length > 0, 'a warning was spoken');
    expect(spoken.warnings).toHaveLength(1);
    const [warning] = spoken.warnings;
    expect(warning?.code).toBe('POSTERN_MISCONFIGURED');
    expect(warning?.message).toMatch(words);
    // The remedy, and where to read on.
    expect(warning?.message).toMatch(/Mount the guard|keep a Buffer/);
    expect(warning?.detail).toMatch(/^https:\/\/.+#reasons$/);
  }

  const json = express.json();
  it.each<[string, () => ReturnType<typeof express.json>, string, string]>([
    ['express.json()', () => json, 'application/json', BODY],
    ['express.urlencoded()', () => express.urlencoded({ extended: true }), 'application/x-www-form-urlencoded', FORM],
    ['express.text()', () => express.text({ type: '*/*' }), 'text/plain', BODY],
  ])('answers misconfigured, with cause and remedy, behind %s', async (_what, parser, type, body) => {
    await start({ before: (app) => void app.use(parser()) });
    await expectMisconfigured(body, type, /body parser .*parsed the body before the guard/);
  });

  it('answers misconfigured behind express.json() for an empty object and for an empty body too', async () => {
    await start({ before: (app) => void app.use(express.json()) });
    expect(await sendText('{}', 'application/json')).toBe(500);
    expect(await sendText('[]', 'application/json')).toBe(500);
    expect(await sendText('', 'application/json')).toBe(500);
    expect(site.verdicts.map(({ reason }) => reason)).toEqual(['misconfigured', 'misconfigured', 'misconfigured']);
    expect(site.started).toHaveLength(0);
  });

  it('answers misconfigured when something read the stream and kept nothing, and does not hang', async () => {
    await start({
      before: (app) =>
        void app.use((request, _response, next) => {
          request.resume().on('end', () => next());
        }),
    });
    await expectMisconfigured(BODY, 'application/json', /something read the request.s stream before the guard/);
  });

  it('answers misconfigured when something read only a part of the stream', async () => {
    await start({
      before: (app) =>
        void app.use((request, _response, next) => {
          request.once('data', () => {
            request.pause();
            next();
          });
        }),
    });
    await expectMisconfigured(BODY, 'application/json', /something read the request.s stream before the guard/);
  });

  it('answers misconfigured when something set the encoding of the stream, and is none the worse for it', async () => {
    await start({
      options: { maxHeldBytes: 2_000_000 },
      before: (app) =>
        void app.use((request, _response, next) => {
          if (request.headers['x-spoil'] !== undefined) request.setEncoding('utf8');
          next();
        }),
    });
    await expectMisconfigured(BODY, 'application/json', /encoding/, [['X-Spoil', 'yes']]);
    expect(await sendText(BODY, 'application/json')).toBe(200);
  });

  it.each<[string, unknown]>([
    ['text', BODY],
    ['an object', { a: 1 }],
    ['null', null],
  ])('answers misconfigured for a rawBody that is %s', async (_what, rawBody) => {
    await start({
      before: (app) =>
        void app.use((request: Passed, _response, next) => {
          request.rawBody = rawBody;
          next();
        }),
    });
    await expectMisconfigured(BODY, 'application/json', /rawBody is not bytes/);
  });

  it('answers misconfigured for a body that express.raw() inflated, and for one that express.json() inflated for keepRawBody', async () => {
    await start({
      before: (app) => {
        app.use(express.raw({ type: 'application/json' }));
        app.use(express.json({ type: 'application/x-json', verify: keepRawBody }));
      },
    });
    const bytes = gzipSync(BODY);
    await expectMisconfigured(bytes, 'application/json', /Content-Encoding: gzip and was inflated/, [
      ['Content-Encoding', 'gzip'],
    ]);
    expect(await sendText(bytes, 'application/x-json', [['Content-Encoding', 'gzip']])).toBe(500);
    expect(site.verdicts.at(-1)?.reason).toBe('misconfigured');
  });

  it('uses the bytes of express.raw(), empty ones too', async () => {
    await start({ before: (app) => void app.use(express.raw({ type: '*/*' })) });
    expect(await sendText(BODY, 'application/json')).toBe(200);
    expect(await sendText(Buffer.alloc(0), 'application/json')).toBe(200);
    expect(site.started.map((delivery) => delivery.body.byteLength)).toEqual([Buffer.byteLength(BODY), 0]);
  });

  it('uses the bytes that keepRawBody kept beside express.json() and express.urlencoded()', async () => {
    await start({
      before: (app) => {
        app.use(express.json({ verify: keepRawBody }));
        app.use(express.urlencoded({ extended: true, verify: keepRawBody }));
      },
    });
    expect(await sendText(BODY, 'application/json')).toBe(200);
    expect(await sendText(FORM, 'application/x-www-form-urlencoded')).toBe(200);
    expect(site.started.map((delivery) => delivery.text())).toEqual([BODY, FORM]);
  });

  it('holds kept bytes to the limit too', async () => {
    await start({
      options: { maxBodyBytes: 100 },
      before: (app) => void app.use(express.raw({ type: '*/*' })),
    });
    const body = 'a'.repeat(101);
    const lines: Lines = [
      ['Transfer-Encoding', 'chunked'],
      ['Content-Type', 'application/json'],
      ...Object.entries(await signed(body)),
    ];
    const answer = await send(
      site.port,
      Buffer.concat([Buffer.from(head(lines)), chunk(body), Buffer.from(LAST_CHUNK)]),
    );
    expect(answer.status).toBe(413);
    expect(site.started).toHaveLength(0);
  });

  it('uses the rawBody of a host that consumed the stream', async () => {
    await start({
      before: (app) =>
        void app.use(async (request: Passed, _response: unknown, next: () => void) => {
          request.rawBody = await buffer(request);
          request.body = JSON.parse(String(request.rawBody));
          next();
        }),
    });
    expect(await sendText(BODY, 'application/json')).toBe(200);
    expect(site.started[0]?.text()).toBe(BODY);
  });

  it('uses the rawBody of a host that left the stream alone, and the connection goes on', async () => {
    const bytes = Buffer.from(BODY);
    await start({
      before: (app) =>
        void app.use((request: Passed, _response, next) => {
          request.rawBody = new Uint8Array(bytes);
          next();
        }),
    });
    const line = await dial(site.port);
    const request = delivery(await signed(), BODY);
    line.write(request);
    expect((await line.answer()).status).toBe(200);
    await until(() => site.settled.length === 1, 'the run was settled');
    line.write(request);
    expect((await line.answers(2)).map(({ status }) => status)).toEqual([200, 200]);
    expect(site.started).toHaveLength(1);
  });

  it('reads the stream of a request whose body is set though nobody read it', async () => {
    const bodies: unknown[] = [{}, { addedBy: 'a middleware' }, null, '', 'text'];
    await start({
      before: (app) =>
        void app.use((request: Passed, _response, next) => {
          request.body = bodies[Number(request.headers['x-body'])];
          next();
        }),
    });
    for (const index of bodies.keys())
      expect(await sendText(`{"n":${index}}`, 'application/json', [['X-Body', String(index)]])).toBe(200);
    expect(site.started.map((delivery) => delivery.text())).toEqual(bodies.map((_, index) => `{"n":${index}}`));
  });

  it('takes deliveries that a parser before it passed by', async () => {
    await start({
      before: (app) => {
        app.use(express.json());
        app.use(express.urlencoded({ extended: true }));
      },
    });
    expect(await sendText(BODY, 'application/cloudevents+json')).toBe(200);
    expect(site.started).toHaveLength(1);
  });

  it('reads a stream that something paused, or listened to, before it', async () => {
    let heard = 0;
    await start({
      options: { bodyTimeoutMs: 2_000 },
      before: (app) => {
        app.use((request, _response, next) => {
          request.pause();
          next();
        });
        app.use((request, _response, next) => {
          request.on('data', (chunk: Uint8Array) => {
            heard += chunk.byteLength;
          });
          next();
        });
      },
    });
    expect(await sendText(BODY, 'application/json')).toBe(200);
    expect(heard).toBe(Buffer.byteLength(BODY));
  });

  it('reads a stream that comes to it late, after a middleware that waited', async () => {
    await start({
      before: (app) =>
        void app.use((_request, _response, next) => {
          setImmediate(() => setImmediate(next));
        }),
    });
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), Buffer.byteLength(BODY)) + BODY);
    expect((await line.answer()).status).toBe(200);
  });

  describe('behind a host that reads requests and passes on ones of its own making', () => {
    it.each<[string, (bytes: Buffer) => { readonly stream: Buffer; readonly more: object }, number]>([
      ['with a stream', (bytes) => ({ stream: bytes, more: {} }), 200],
      ['with a stream and a parsed body', (bytes) => ({ stream: bytes, more: { body: { parsed: true } } }), 200],
      ['with the bytes in rawBody', (bytes) => ({ stream: Buffer.alloc(0), more: { rawBody: bytes } }), 200],
      ['with the bytes in body', (bytes) => ({ stream: Buffer.alloc(0), more: { body: bytes } }), 200],
      ['with a parsed body alone', () => ({ stream: Buffer.alloc(0), more: { body: { parsed: true } } }), 500],
    ])('answers as it should %s', async (_what, pass, status) => {
      await start();
      const host = createServer(async (outer, response) => {
        const { stream, more } = pass(await buffer(outer));
        const { method, url, headers, rawHeaders } = outer;
        const request = Object.assign(new IncomingMessage(outer.socket), { method, url, headers, rawHeaders, ...more });
        request.complete = true;
        request.push(stream);
        request.push(null);
        site.server.emit('request', request, response);
      });
      const { port, close } = await serve(host);
      try {
        expect((await send(port, delivery(await signed(), BODY))).status).toBe(status);
        expect(site.started.map((delivery) => delivery.text())).toEqual(status === 200 ? [BODY] : []);
        if (status === 500) expect(site.verdicts[0]?.reason).toBe('misconfigured');
      } finally {
        await close();
      }
    });
  });

  it('does not call it a mistake of the app when the client went away before the guard was reached', async () => {
    const { passed, open } = gate();
    await start({
      before: (app) =>
        void app.use((_request, _response, next) => {
          void passed.then(() => next());
        }),
    });
    const line = await dial(site.port);
    line.write(delivery(await signed(), BODY));
    await until(() => (site.sockets[0]?.bytesRead ?? 0) > 100, 'the server read the delivery');
    line.hangUp();
    await until(() => site.sockets[0]?.destroyed === true, 'the server noticed');
    open();
    await until(() => site.verdicts.length === 1, 'a verdict was recorded');
    expect(site.verdicts[0]?.reason).toBe('body-incomplete');
    expect(spoken.warnings).toEqual([]);
    expect(site.started).toHaveLength(0);
  });

  it('judges the delivery and tells nothing when a refused one had been parsed', async () => {
    await start({ before: (app) => void app.use(express.json()) });
    // A head that is refused anyway needs no body, and so no warning.
    expect((await send(site.port, delivery({}, BODY))).status).toBe(401);
    expect(site.verdicts[0]?.reason).toBe('missing-signature');
  });
});

const MIDDLEWARE_SHAPES = SHAPES.filter(([, , form]) => form === 'middleware');

describe.each(MIDDLEWARE_SHAPES)('%s: parsers between the guard and the route', (_name, express, form) => {
  it.each<[string, () => ReturnType<typeof express.json>, string, string]>([
    ['express.json()', () => express.json(), 'application/json', BODY],
    ['express.urlencoded()', () => express.urlencoded({ extended: true }), 'application/x-www-form-urlencoded', FORM],
    ['express.text()', () => express.text({ type: '*/*' }), 'text/plain', BODY],
    ['express.raw()', () => express.raw({ type: '*/*' }), 'application/octet-stream', BODY],
  ])('does not hang with %s after it', async (_what, parser, type, body) => {
    for (const rawBody of [false, true]) {
      const site = await startSite({
        express,
        form,
        between: [parser()],
        before: (app) =>
          void app.use((request: Passed, _response, next) => {
            if (rawBody) request.rawBody = Buffer.from(body);
            next();
          }),
      });
      const lines: Lines = [
        ['Content-Type', type],
        ['Content-Length', String(Buffer.byteLength(body))],
        ...Object.entries(await signed(body)),
      ];
      try {
        expect((await send(site.port, head(lines) + body)).status).toBe(200);
        expect(site.started[0]?.text()).toBe(body);
      } finally {
        await site.close();
      }
    }
  });
});
