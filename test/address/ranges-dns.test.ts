// Addresses by name: from a DNS server on loopback that is slow, silent, wrong, empty and changed.
import { Resolver } from 'node:dns/promises';
import { type HostsOptions, hostsFrom } from '@postern/core/outbound';
import { payfast } from '@postern/core/providers/payfast';
import { stripe } from '@postern/core/providers/stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type NameAnswer, type NameServer, startNames } from './names.ts';
import { openWith } from './receiving.ts';

const HOUR = 3_600_000;
const NAMES = ['www.vendor.example', 'out.vendor.example'] as const;
const [WWW, OUT] = NAMES;
let server: NameServer;
let known: Record<string, NameAnswer>;

const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
beforeAll(async () => {
  server = await startNames((name) => known[name] ?? 'NXDOMAIN');
});
afterAll(() => {
  warnings.mockRestore();
  return server.close();
});
beforeEach(() => {
  server.asked.length = 0;
  known = { [WWW]: { addresses: ['203.0.113.1', '2001:db8::1'] }, [OUT]: { addresses: ['203.0.113.2'] } };
});

const open = (options: HostsOptions = {}, names: readonly string[] = NAMES) =>
  openWith({ allow: [hostsFrom(names, { resolver: server.resolver, random: () => 0, timeoutMs: 1000, ...options })] });

describe('a receiver that looks its senders up', () => {
  it('asks nothing when it is made, and each name once for both families', async () => {
    const { deliver } = open();
    expect(server.asked).toEqual([]);
    const from = ['203.0.113.1', '203.0.113.2', '2001:db8::1', '::ffff:203.0.113.1', '203.0.113.3', '2001:db8::2'];
    expect(await Promise.all(from.map((address) => deliver(address)))).toEqual([
      ...Array(4).fill('accepted'),
      ...Array(2).fill('source-not-allowed 403'),
    ]);
    expect([...server.asked].sort()).toEqual(NAMES.flatMap((name) => [`A ${name}`, `AAAA ${name}`]).sort());
  });

  it.each([
    ['is not found', 'NXDOMAIN'],
    ['has no address', { addresses: [] }],
    ['cannot be looked up', 'SERVFAIL'],
    ['is met with silence', 'silence'],
    ['is met with garbage', 'garbage'],
    ['is blocked by an answer of loopback', { addresses: ['127.0.0.1'] }],
    ['is blocked by an answer of nowhere', { addresses: ['0.0.0.0'] }],
    ['is blocked in IPv6', { addresses: ['::1'] }],
    ['leads to a private network', { addresses: ['203.0.113.1', '10.0.0.5'] }],
    ['leads to where clouds keep credentials', { addresses: ['169.254.169.254'] }],
    ['leads to a private network in IPv6 clothes', { addresses: ['203.0.113.1', '::ffff:a00:5'] }],
  ] as [string, NameAnswer][])(
    'keeps the last good answer for a name that %s, and lets nobody else in',
    async (_, bad) => {
      const { deliver, clock, records } = open({}, [WWW]);
      const good = known[WWW] as NameAnswer;
      known[WWW] = bad;
      for (const address of ['203.0.113.1', '127.0.0.1', '10.0.0.5', '::1', '0.0.0.0'])
        expect(await deliver(address)).toBe('source-unavailable 503');
      expect(records.at(-1)?.detail).toMatch(/^the addresses of www\.vendor\.example could not be got/);
      known[WWW] = good;
      clock.now += 60_000;
      expect(await deliver('203.0.113.1')).toBe('accepted');
      known[WWW] = bad;
      clock.now += HOUR;
      expect(await deliver('203.0.113.1')).toBe('accepted');
      expect(await deliver('10.0.0.5')).toBe('source-not-allowed 403');
      expect(await deliver('203.0.113.1')).toBe('accepted');
    },
  );

  it('a name that is gone does not take the others with it', async () => {
    known[OUT] = 'NXDOMAIN';
    const { deliver } = open();
    expect(await deliver('203.0.113.1')).toBe('accepted');
    // It may have been the other name's: its sender is asked to try again.
    expect(await deliver('203.0.113.2')).toBe('source-unavailable 503');
  });

  it('looks a name up again when its time to live is over, but not more often than once a minute', async () => {
    known[WWW] = { addresses: ['203.0.113.1'], ttl: 300 };
    const { deliver, clock } = open({}, [WWW]);
    await deliver('203.0.113.1');
    known[WWW] = { addresses: ['203.0.113.9'], ttl: 0 };
    clock.now += 299_000;
    expect(await deliver('203.0.113.1')).toBe('accepted');
    expect(server.asked).toHaveLength(2);
    clock.now += 1000;
    await deliver('203.0.113.1');
    await expect.poll(() => deliver('203.0.113.9')).toBe('accepted');
    expect(await deliver('203.0.113.1')).toBe('source-not-allowed 403');
    expect(server.asked).toHaveLength(4);
    clock.now += 59_999;
    await deliver('203.0.113.9');
    expect(server.asked).toHaveLength(4);
    clock.now += 1;
    await deliver('203.0.113.9');
    await expect.poll(() => server.asked.length).toBe(6);
  });

  it('looks a name up for an address it does not know, though its answer could still be kept', async () => {
    known[WWW] = { addresses: ['203.0.113.1'], ttl: 86_400 };
    const { deliver, clock } = open({}, [WWW]);
    await deliver('203.0.113.1');
    known[WWW] = { addresses: ['203.0.113.9'], ttl: 86_400 };
    expect(await deliver('203.0.113.9')).toBe('source-not-allowed 403');
    clock.now += HOUR / 24;
    expect(await deliver('203.0.113.9')).toBe('accepted');
  });

  it('takes many addresses, and answers that come over one family only', async () => {
    const addresses = Array.from({ length: 25 }, (_, i) => `203.0.113.${i + 1}`);
    known = { [WWW]: { addresses }, [OUT]: { addresses: ['2001:db8::25'] } };
    const { deliver } = open();
    expect(await Promise.all(['203.0.113.25', '2001:db8::25'].map((one) => deliver(one)))).toEqual(
      Array(2).fill('accepted'),
    );
  });

  it("takes the names of the provider's data, where it has any", async () => {
    const { hosts = [] } = payfast().addresses ?? {};
    known = Object.fromEntries(hosts.map((name, index) => [name, { addresses: [`203.0.113.${index + 1}`] }]));
    const source = hostsFrom('provider', { resolver: server.resolver });
    const { deliver } = openWith({ provider: payfast(), secrets: 'a-passphrase-of-payfast', allow: source });
    // Its address is right, and a delivery of GitHub's is none of its own.
    expect(await deliver('203.0.113.1')).toMatch(/^missing-signature 401/);
    expect(await deliver('203.0.113.99')).toBe('source-not-allowed 403');
    expect(server.asked.filter((one) => one.startsWith('A '))).toHaveLength(hosts.length);
    expect(() => openWith({ provider: stripe(), allow: ['192.0.2.1', source] })).toThrow(
      expect.objectContaining({ code: 'invalid-option', option: 'allow[1]' }),
    );
    expect(() => openWith({ provider: payfast(), secrets: 'a-passphrase-of-payfast', allow: 'provider' })).toThrow(
      "hostsFrom('provider')",
    );
  });

  it.each([
    ['no name', []],
    ['text', WWW],
    ['a URL', ['https://www.vendor.example']],
    ['an address', ['203.0.113.1']],
    ['a number of an address', ['2130706433']],
    ['a wildcard', ['*.vendor.example']],
    ['a port', ['www.vendor.example:443']],
    ['one label', ['localhost']],
    ['a dot at the end', ['www.vendor.example.']],
    ['too many', Array.from({ length: 17 }, (_, i) => `n${i}.vendor.example`)],
  ])('refuses %s at start-up', (_, names) => {
    expect(() => hostsFrom(names as string[])).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });

  it('refuses options that could not work', () => {
    expect(() => hostsFrom([WWW], { resolver: {} as never })).toThrow('hostsFrom.resolver');
    expect(() => hostsFrom([WWW], { resolve: () => [] } as never)).toThrow('resolver');
    expect(() => hostsFrom([WWW], { refreshMinutes: 0 })).toThrow('minutes');
  });

  it('asks the DNS servers of the system where no resolver is given', async () => {
    const asked = vi
      .spyOn(Resolver.prototype, 'resolve4')
      .mockResolvedValue([{ address: '203.0.113.1', ttl: 60 }] as never);
    const other = vi
      .spyOn(Resolver.prototype, 'resolve6')
      .mockRejectedValue(Object.assign(new Error(), { code: 'ENODATA' }));
    const { deliver } = openWith({ allow: [hostsFrom([WWW])] });
    expect(await deliver('203.0.113.1')).toBe('accepted');
    expect(asked).toHaveBeenCalledWith(WWW, { ttl: true });
    asked.mockRestore();
    other.mockRestore();
  });
});
