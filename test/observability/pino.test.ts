// The logging of examples/observability-pino, with real pino writing to real files, some of which cannot be written.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transport } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  logDeliveries,
  loggerTo,
  type OpenLog,
  openLog,
} from '../../examples/observability-pino/src/log-deliveries.ts';
import { type Mounted, OTHER_SECRET, parcel, type Site, startSite } from './rig.ts';

const INFO = 30;
const WARN = 40;
const ERROR = 50;

let folder: string;
let site: Site | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-pino-'));
});
afterEach(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  readonly level: number;
  readonly webhook: string;
  readonly instance: string;
  readonly [field: string]: unknown;
}

function linesOf(file: string): readonly Line[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** A log to a file of this test. */
function fileLog(): OpenLog & { readonly file: string } {
  const file = join(folder, 'webhooks.log');
  return { file, ...openLog({ to: file, onLost: (error) => expect.fail(String(error)) }) };
}

describe('the log', () => {
  it('has each delivery at the level of its kind, and is joined to the caller’s answer by the instance', async () => {
    const log = fileLog();
    const hooks = logDeliveries(log.logger);
    class PrivateFailure extends Error {}
    const down = () => Promise.reject(new RangeError('redis://user:hunter22@host'));
    site = await startSite(
      { options: hooks },
      {
        path: '/failing',
        options: hooks,
        handler: () => {
          throw new PrivateFailure('of Zoë Testperson');
        },
      },
      {
        path: '/storeless',
        options: {
          ...hooks,
          store: { claim: down, complete: down, release: down },
        },
      },
    );
    const genuine = await parcel();
    const answers = [
      await site.send(genuine),
      await site.send(genuine),
      await site.send(await parcel({ secret: OTHER_SECRET })),
      await site.send({ body: '{}' }),
      await site.send(await parcel({ timestamp: 1_500_000_000 })),
      await site.send({ method: 'GET' }),
      await site.send({ path: '/storeless', ...(await parcel()) }),
      await site.send({ path: '/failing', ...(await parcel()) }),
    ];
    await log.close();
    const lines = linesOf(log.file);
    expect(lines.map(({ webhook, level, reason, outcome }) => [webhook, level, reason ?? outcome])).toEqual([
      ['genuine', INFO, 'accepted'],
      ['settled', INFO, 'committed'],
      ['duplicate', INFO, 'answered'],
      ['forged', WARN, 'bad-signature'],
      ['forged', WARN, 'missing-signature'],
      ['stale', WARN, 'stale'],
      ['misfit', WARN, 'method-not-allowed'],
      ['ours', ERROR, 'store-unavailable'],
      ['genuine', INFO, 'accepted'],
      ['settled', ERROR, 'handler-failed'],
    ]);
    for (const { status, text } of answers.filter((one) => one.status >= 400)) {
      const { instance } = JSON.parse(text) as { instance: string };
      const mine = lines.filter((line) => `urn:uuid:${line.instance}` === instance);
      expect(mine.length, text).toBeGreaterThan(0);
      expect(mine[0]?.webhook === 'genuine' || mine[0]?.status === status, text).toBe(true);
    }
    expect(lines.map(({ error }) => error).filter(Boolean)).toEqual(['RangeError', 'PrivateFailure']);
    expect(readFileSync(log.file, 'utf8')).not.toMatch(/Zoë|hunter22/);
    expect(statSync(log.file).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['an error that calls itself a secret', Object.assign(new Error('x'), { name: 'sk_live_0123' }), 'Error'],
    ['an error whose class does', Object.assign(new Error('x'), { constructor: { name: 'a secret' } }), 'Error'],
    ['an error without a class', Object.assign(Object.setPrototypeOf(new Error('x'), null), {}), 'object'],
    ['a text', 'sk_live_0123', 'string'],
    ['an object', { secret: 'sk_live_0123' }, 'object'],
    ['an error with a cause', new TypeError('x', { cause: new Error('sk_live_0123') }), 'TypeError'],
  ])('says of %s no more than what it is', async (_, thrown, shown) => {
    const log = fileLog();
    site = await startSite({
      options: logDeliveries(log.logger),
      handler: () => {
        throw thrown;
      },
    });
    expect((await site.send(await parcel())).status).toBe(503);
    await log.close();
    expect(linesOf(log.file).at(-1)).toMatchObject({ webhook: 'settled', error: shown });
    expect(readFileSync(log.file, 'utf8')).not.toMatch(/sk_live|a secret/);
  });

  it('goes on in a new file when the old one was moved away', async () => {
    const log = fileLog();
    site = await startSite({ options: logDeliveries(log.logger) });
    await site.send(await parcel());
    await expect.poll(() => linesOf(log.file).length).toBe(2);
    renameSync(log.file, `${log.file}.1`);
    log.reopen();
    await expect.poll(() => statSync(log.file, { throwIfNoEntry: false })?.size).toBe(0);
    await site.send(await parcel());
    await log.close();
    expect([linesOf(`${log.file}.1`).length, linesOf(log.file).length]).toEqual([2, 2]);
  });
});

describe('a log that fails', () => {
  /** Deliveries at once: every second one is forged. All are to be answered, and each genuine one handled once. */
  async function deliver(options: NonNullable<Mounted['options']>, length = 20): Promise<void> {
    const handled: unknown[] = [];
    site = await startSite({ options, handler: (delivery) => void handled.push(delivery.json<{ n: number }>().n) });
    const parcels = await Promise.all(
      Array.from({ length }, (_, index) => parcel(index % 2 === 0 ? {} : { secret: OTHER_SECRET })),
    );
    const { send } = site;
    const answers = await Promise.all(parcels.map((one) => send(one)));
    expect(answers.map(({ status }) => status)).toEqual(parcels.map((_, index) => (index % 2 === 0 ? 200 : 401)));
    expect(new Set(handled).size).toBe(length / 2);
    expect(handled.length).toBe(length / 2);
  }

  async function warningsWhile(act: () => Promise<void>): Promise<readonly unknown[]> {
    const codes: unknown[] = [];
    const hear = (warning: Error) => void codes.push(Reflect.get(warning, 'code'));
    process.on('warning', hear);
    try {
      await act();
      await new Promise(setImmediate);
    } finally {
      process.off('warning', hear);
    }
    return codes;
  }

  it('because the disk is full harms no delivery, and does not end the process', async () => {
    const lost: Error[] = [];
    const log = openLog({ to: '/dev/full', onLost: (error) => void lost.push(error) });
    await deliver(logDeliveries(log.logger));
    await expect.poll(() => lost.length).toBeGreaterThan(0);
    expect(lost[0]).toMatchObject({ code: 'ENOSPC' });
    await log.close();
  });

  it('by throwing harms no delivery, and the process is warned', async () => {
    const logger = loggerTo({
      write() {
        throw new Error('no log today');
      },
    });
    expect(await warningsWhile(() => deliver(logDeliveries(logger)))).toContain('POSTERN_HOOK');
  });

  it('by blocking for 100 ms at each line harms no delivery', async () => {
    const cell = new Int32Array(new SharedArrayBuffer(4));
    let lines = 0;
    const logger = loggerTo({
      write() {
        lines += 1;
        Atomics.wait(cell, 0, 0, 100);
      },
    });
    await deliver(logDeliveries(logger), 8);
    expect(lines).toBe(12);
  });

  it('by rejecting, natively or not, harms no delivery, and rejects nowhere else', async () => {
    const unhandled: unknown[] = [];
    const hear = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', hear);
    try {
      for (const later of [
        () => Promise.reject(new Error('no log today')),
        // A promise of another library.
        // biome-ignore lint/suspicious/noThenProperty: it is one
        () => ({ then: (_: unknown, reject: (error: Error) => void) => reject(new Error('no log today')) }),
      ]) {
        const codes = await warningsWhile(async () => {
          await deliver({ onVerdict: later as () => void, onSettled: later as () => void });
          await site?.close();
        });
        expect(codes).toContain('POSTERN_HOOK');
      }
      await new Promise(setImmediate);
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', hear);
    }
  });

  it('by a worker that dies harms no delivery', async () => {
    // pino's transports are threads of their own: this one ends at its first line.
    const file = join(folder, 'dying.mjs');
    writeFileSync(
      file,
      `import { Writable } from 'node:stream';
       export default () => new Writable({ write() { process.exit(1); } });`,
    );
    const stream = transport({ target: file });
    const errors: unknown[] = [];
    stream.on('error', (error: unknown) => void errors.push(error));
    await once(stream, 'ready');
    await deliver(logDeliveries(loggerTo(stream)));
    await expect.poll(() => errors.length).toBeGreaterThan(0);
  });
});
