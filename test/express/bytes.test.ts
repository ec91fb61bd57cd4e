import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunk, delivery, dial, head, jsonHead, LAST_CHUNK, send } from './caller.ts';
import {
  BODY,
  NOW_SECONDS,
  OTHER_SECRET,
  SHAPES,
  type Site,
  type SiteSettings,
  signed,
  startSite,
  until,
  watchProcess,
} from './rig.ts';

/** What every refusal must look like to whoever is refused. */
const PROBLEM = {
  'content-type': 'application/problem+json',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

describe.each(SHAPES)('%s: bytes', (_name, express, form) => {
  let site: Site;
  let watched: ReturnType<typeof watchProcess>;

  async function start(settings: Omit<SiteSettings, 'express' | 'form'> = {}): Promise<Site> {
    site = await startSite({ express, form, ...settings });
    return site;
  }

  beforeEach(() => {
    watched = watchProcess();
  });
  afterEach(async () => {
    await site.close();
    watched.stop();
    expect(watched.troubles).toEqual([]);
  });

  /** Nothing ran, nothing was claimed, and the caller was told nothing but the status. */
  async function expectRefusal(bytes: string | Uint8Array, status: number, reason: string, claims = 0): Promise<void> {
    const answer = await send(site.port, bytes);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(PROBLEM);
    expect(Object.keys(JSON.parse(answer.body)).sort()).toEqual(['instance', 'status', 'title']);
    expect(answer.body).not.toContain(reason);
    expect(site.verdicts.at(-1)).toMatchObject({ outcome: 'rejected', reason, status });
    expect(JSON.parse(answer.body).instance).toBe(`urn:uuid:${site.verdicts.at(-1)?.instance}`);
    expect(site.started).toHaveLength(0);
    expect(site.claims()).toBe(claims);
    expect(site.store.stats().entries).toBe(0);
  }

  it('hands a genuine delivery to the route with the very bytes that were signed, and acknowledges it', async () => {
    await start();
    const answer = await send(site.port, delivery(await signed(), BODY));
    expect(answer.status).toBe(200);
    expect(site.started).toHaveLength(1);
    expect(Buffer.from(site.started[0]?.body ?? []).equals(Buffer.from(BODY))).toBe(true);
    expect(site.started[0]?.json()).toEqual({ event_type: 'payment.paid', amount: 25, payer: 'Zoë' });
    expect(site.started[0]).toMatchObject({ type: 'payment.paid', timestamp: NOW_SECONDS, attempt: 1 });
    await until(() => site.settled.length === 1, 'the run was settled');
    expect(site.settled[0]?.outcome).toBe('committed');
  });

  it('refuses a delivery whose body changed by one byte', async () => {
    await start();
    await expectRefusal(delivery(await signed(), BODY.replace('25.00', '26.00')), 401, 'bad-signature');
  });

  it('refuses a delivery that is signed with another secret', async () => {
    await start();
    await expectRefusal(delivery(await signed(BODY, NOW_SECONDS, OTHER_SECRET), BODY), 401, 'bad-signature');
  });

  it('refuses a delivery with no signature, and one whose signature is not one', async () => {
    await start();
    await expectRefusal(delivery({}, BODY), 401, 'missing-signature');
    await expectRefusal(
      delivery({ 'liasonpay-signature': `t=${NOW_SECONDS},v1=zz` }, BODY),
      401,
      'malformed-signature',
    );
  });

  it.each([
    [-301, 'stale'],
    [301, 'future'],
  ])('refuses a genuine delivery signed %i seconds from now as %s', async (offset, reason) => {
    await start();
    // Of an authentic stale one the store is asked whether it is the retry of an unfinished run; it leaves no key there.
    const asked = reason === 'stale' ? 1 : 0;
    await expectRefusal(delivery(await signed(BODY, NOW_SECONDS + offset), BODY), 401, reason, asked);
    expect(site.verdicts.at(-1)).toMatchObject({ authentic: true, skewSeconds: -offset });
  });

  it.each([-300, 300])('takes a genuine delivery signed %i seconds from now', async (offset) => {
    await start();
    expect((await send(site.port, delivery(await signed(BODY, NOW_SECONDS + offset), BODY))).status).toBe(200);
  });

  it('refuses two signature headers, equal ones too, though Node would show the first or both joined', async () => {
    await start();
    const headers = await signed();
    const [[name, value] = ['', '']] = Object.entries(headers);
    await expectRefusal(delivery(headers, BODY, [[name.toUpperCase(), value]]), 401, 'duplicate-header');
    await expectRefusal(delivery({ [name]: 'x' }, BODY, [[name, value]]), 401, 'duplicate-header');
  });

  it('takes a chunked body', async () => {
    await start();
    const line = await dial(site.port);
    line.write(head([['Transfer-Encoding', 'chunked'], ...Object.entries(await signed())]));
    for (const part of [BODY.slice(0, 1), BODY.slice(1, 30), BODY.slice(30)]) line.write(chunk(part));
    line.write(LAST_CHUNK);
    expect((await line.answer()).status).toBe(200);
    expect(Buffer.from(site.started[0]?.body ?? []).toString()).toBe(BODY);
  });

  it('takes a body that arrives split inside a UTF-8 character', async () => {
    await start();
    const bytes = Buffer.from(BODY);
    const cut = bytes.indexOf('ë') + 1;
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), bytes.byteLength));
    line.write(bytes.subarray(0, cut));
    await until(() => site.sockets[0]?.bytesRead === line.socket.bytesWritten, 'the first part arrived');
    line.write(bytes.subarray(cut));
    expect((await line.answer()).status).toBe(200);
    expect(site.started[0]?.text()).toBe(BODY);
  });

  it.each([
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x80, 0xc3, 0x28, 0x7d])],
    ['NUL bytes', Buffer.from([0, 0, 0x7b, 0, 0x7d, 0])],
    ['a BOM', Buffer.from('\ufeff{"a":1}')],
    ['every byte there is', Buffer.from(Array.from({ length: 256 }, (_, index) => index))],
    ['replacement patterns', Buffer.from('{"a":"$\' $& $` {body} {timestamp} $$"}')],
    ['nothing at all', Buffer.alloc(0)],
  ])('verifies %s as the bytes they are', async (_what, bytes) => {
    await start();
    expect((await send(site.port, delivery(await signed(bytes), bytes))).status).toBe(200);
    expect(Buffer.from(site.started[0]?.body ?? [1]).equals(bytes)).toBe(true);
  });

  it('takes an empty body that declares no length', async () => {
    await start();
    expect((await send(site.port, head(Object.entries(await signed(''))))).status).toBe(200);
    expect(site.started[0]?.body.byteLength).toBe(0);
  });

  it('verifies a gzip body over the bytes on the wire, and does not inflate it', async () => {
    const { gzipSync } = await import('node:zlib');
    await start();
    const bytes = gzipSync(BODY);
    const answer = await send(site.port, delivery(await signed(bytes), bytes, [['Content-Encoding', 'gzip']]));
    expect(answer.status).toBe(200);
    expect(Buffer.from(site.started[0]?.body ?? []).equals(bytes)).toBe(true);
    await expectRefusalAfter(delivery(await signed(BODY), bytes, [['Content-Encoding', 'gzip']]), 'bad-signature');
  });

  async function expectRefusalAfter(bytes: Uint8Array, reason: string): Promise<void> {
    const before = site.started.length;
    expect((await send(site.port, bytes)).status).toBe(401);
    expect(site.verdicts.at(-1)?.reason).toBe(reason);
    expect(site.started).toHaveLength(before);
  }

  it.each([
    ['absent', undefined],
    ['text/plain', 'text/plain; charset=iso-8859-1'],
    ['multipart', 'multipart/form-data; boundary=x'],
    ['nonsense', ';;;==/'],
    ['JSON in an unknown charset', 'application/json; charset=klingon'],
  ])('does not mind a Content-Type that is %s', async (_what, type) => {
    await start();
    const lines: [string, string][] = [['Content-Length', String(Buffer.byteLength(BODY))]];
    if (type !== undefined) lines.push(['Content-Type', type]);
    const answer = await send(site.port, head([...lines, ...Object.entries(await signed())]) + BODY);
    expect(answer.status).toBe(200);
  });

  it('reads a form body from the verified bytes', async () => {
    const fields: (string | null)[] = [];
    await start({
      route: (delivery) => {
        fields.push(delivery.form().get('reference'), delivery.form().get('note'));
      },
    });
    const body = 'reference=A%26B&note=caf%C3%A9+au+lait';
    const answer = await send(
      site.port,
      head([
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['Content-Length', String(body.length)],
        ...Object.entries(await signed(body)),
      ]) + body,
    );
    expect(answer.status).toBe(200);
    expect(fields).toEqual(['A&B', 'café au lait']);
  });

  it('refuses a peer outside the allowlist', async () => {
    await start({ options: { allow: ['192.0.2.0/24'] } });
    await expectRefusal(delivery(await signed(), BODY), 403, 'source-not-allowed');
  });

  it('acknowledges a repeat of finished work without the route', async () => {
    await start();
    const bytes = delivery(await signed(), BODY);
    expect((await send(site.port, bytes)).status).toBe(200);
    await until(() => site.settled.length === 1, 'the first run was settled');
    const again = await send(site.port, bytes);
    expect(again).toMatchObject({ status: 200, body: '' });
    expect(site.started).toHaveLength(1);
    expect(site.verdicts.at(-1)?.outcome).toBe('answered');
  });
});
