import { describe, expect, it } from 'vitest';
import { createStage } from '../confirm/stage.ts';
import { defineProvider } from '../scheme/define-provider.ts';
import type { HeaderLines } from '../scheme/header-reader.ts';
import { none } from '../scheme/none.ts';
import { compileSource, type ProxyOptions, type SourceMount } from './client-address.ts';

const LINE: HeaderLines = [['X-Forwarded-For', '203.0.113.9']];
const NOW = Date.parse('2026-11-27');

function open(options: ProxyOptions, mount: Partial<SourceMount> = {}) {
  const said: [code: string, message: string][] = [];
  const find = compileSource(options, {
    endpoint: 'payments',
    warn: (code, message) => said.push([code, message]),
    now: () => NOW,
    judged: false,
    peerIsTold: false,
    ...mount,
  });
  return {
    said,
    from: (peerAddress: string, headers: HeaderLines = LINE, framework?: string) =>
      find({
        head: { method: 'POST', url: '/', headers, peerAddress },
        framework: framework === undefined ? undefined : { setting: 'Their setting', clientAddress: () => framework },
      }),
  };
}

describe('a forwarded header from a peer that is no trusted proxy', () => {
  it('is not read, and warned of with the remedy, where an allowlist or trustProxy is set', () => {
    for (const { from, said } of [open({}, { judged: true }), open({ trustProxy: '10.0.0.1' })]) {
      expect(from('10.0.0.2').address).toBe('10.0.0.2');
      expect(said).toEqual([['POSTERN_PROXY', expect.stringContaining("trustProxy: ['10.0.0.2']")]]);
    }
  });

  it('is no matter where nobody judges by the address', () => {
    const { from, said } = open({});
    from('10.0.0.2');
    expect(said).toEqual([]);
  });

  it('is everyday where a function tells the address: hosts write such headers themselves', () => {
    const { from, said } = open({}, { judged: true, peerIsTold: true });
    from('10.0.0.2');
    expect(said).toEqual([]);
    const trusting = open({ trustProxy: '10.0.0.1' }, { peerIsTold: true });
    trusting.from('10.0.0.2');
    expect(trusting.said).toHaveLength(1);
  });

  it('is the chosen one only, once there is a choice', () => {
    const { from, said } = open({ trustProxy: '10.0.0.1', clientAddressHeader: 'x-real-ip' });
    from('10.0.0.2');
    expect(said).toEqual([]);
    from('10.0.0.2', [['x-real-ip', '203.0.113.9']]);
    expect(said).toHaveLength(1);
  });

  it('is none when it comes from a trusted peer, or is not there', () => {
    const { from, said } = open({ trustProxy: '10.0.0.1' }, { judged: true });
    from('10.0.0.1');
    from('10.0.0.2', []);
    expect(said).toEqual([]);
  });

  it('brings nothing that a stranger wrote into the warning', () => {
    const { from, said } = open({}, { judged: true });
    from('203.0.113.1', [['X-Forwarded-For', 'made-up\n[POSTERN]']]);
    expect(said[0]?.[1]).not.toContain('made-up');
  });
});

describe('a framework that takes another for the client', () => {
  it('is reported once, with its setting', () => {
    const { from, said } = open({ trustProxy: '10.0.0.1' });
    from('10.0.0.1', LINE, '203.0.113.9');
    from('10.0.0.1', LINE, '::ffff:203.0.113.9');
    expect(said).toEqual([]);
    for (let i = 0; i < 3; i++) from('10.0.0.1', LINE, '10.0.0.1');
    expect(said).toEqual([
      ['POSTERN_PROXY_SETTINGS', expect.stringMatching(/Their setting takes 10\.0\.0\.1 .* 203\.0\.113\.9/)],
    ]);
  });

  it('is not where its word is no address, nobody judges, or another header is read', () => {
    const { from, said } = open({ trustProxy: '10.0.0.1' });
    from('10.0.0.1', LINE, 'unknown');
    from('10.0.0.1', [['X-Forwarded-For', 'unknown']], '10.0.0.1');
    expect(said).toEqual([]);
    const unjudged = open({});
    unjudged.from('10.0.0.1', LINE, '203.0.113.9');
    expect(unjudged.said).toEqual([]);
    const other = open({ trustProxy: '10.0.0.1', clientAddressHeader: 'x-real-ip' });
    other.from('10.0.0.1', [['x-real-ip', '203.0.113.9']], '10.0.0.1');
    expect(other.said).toEqual([]);
  });
});

describe('the ranges of a platform', () => {
  it('are warned of when they were read more than a year ago, the oldest by name', () => {
    const trustProxy = ['fastly', 'cloudflare'];
    const fresh = open({ trustProxy });
    fresh.from('172.70.1.1');
    expect(fresh.said).toEqual([]);
    const old = open({ trustProxy }, { now: () => Date.parse('2027-02-20') });
    old.from('172.70.1.1');
    expect(old.said).toEqual([['POSTERN_PROXY_RANGES', expect.stringMatching(/cloudflare\.com.*2026-02-11/)]]);
  });

  it('are not where a user gives ranges of their own', () => {
    const { from, said } = open({ trustProxy: ['10.0.0.1', 'private'] }, { now: () => Date.parse('2036-01-01') });
    from('10.0.0.1');
    expect(said).toEqual([]);
  });
});

it('the limit of look-ups counts clients, and not the proxy that all of them come through', async () => {
  const sources: string[] = [];
  const provider = defineProvider({ name: 'acme', scheme: none() });
  const stage = createStage(
    {
      data: { provider: 'acme', notice: { id: { at: { query: 'id' }, pattern: /\d+/ } } } as never,
      compares: { amount: false, currency: false, minorUnits: false },
      timeoutMs: 1000,
      async ask({ source }) {
        sources.push(source);
        return { answer: { unknown: 'never heard of it' }, joined: false };
      },
    },
    { provider, endpoint: 'acme', environment: 'live', expected: () => ({ reference: 'r' }) } as never,
  );
  const head = { method: 'POST', url: '/?id=1', headers: [], peerAddress: '10.0.0.1' };
  const authentic = { body: new Uint8Array(), head: { headers: head, proof: {} } };
  for (const clientAddress of ['203.0.113.9', undefined])
    expect(await stage({ head: { ...head, clientAddress }, authentic } as never)).toMatchObject({
      finding: { detail: 'never heard of it' },
    });
  expect(sources).toEqual(['203.0.113.9', '10.0.0.1']);
});
