import { describe, expect, it } from 'vitest';
import { createResolver } from '../outbound/client.ts';
import type { HostResolver } from '../outbound/request.ts';
import { defineProvider } from '../scheme/define-provider.ts';
import { none } from '../scheme/none.ts';
import { hostsFrom } from './hosts-from.ts';
import type { RangeMeans } from './sources.ts';

const means: RangeMeans = {
  option: 'allow',
  provider: defineProvider({ name: 'acme', scheme: none({}) }),
  clock: () => 0,
  warn: () => undefined,
};
const noData = () => Promise.reject(Object.assign(new Error('no data'), { code: 'ENODATA' }));

function resolver(four: HostResolver['resolve4'], six: HostResolver['resolve6'] = noData): HostResolver {
  return { resolve4: four, resolve6: six };
}

async function lookedUp(from: HostResolver, address: string): Promise<boolean | string> {
  const [list] = hostsFrom(['www.acme.example'], { resolver: from }).open(means);
  await list?.renew();
  const current = list?.current();
  return current === undefined || 'lacking' in current ? (current?.lacking ?? 'nothing') : current.allows(address);
}

describe('hostsFrom, with a resolver of one’s own', () => {
  it('takes the addresses of one family where the other has none', async () => {
    const four = resolver(async () => [{ address: '203.0.113.1', ttl: 60 }]);
    expect(await lookedUp(four, '203.0.113.1')).toBe(true);
    expect(await lookedUp(four, '203.0.113.2')).toBe(false);
    expect(
      await lookedUp(
        resolver(noData, async () => [{ address: '2001:db8::1', ttl: 60 }]),
        '2001:db8::1',
      ),
    ).toBe(true);
  });

  it('takes no answer where one family could not be asked: half of a name is not the name', async () => {
    const broken = () => Promise.reject(Object.assign(new Error('secret detail'), { code: 'ESERVFAIL' }));
    const said = await lookedUp(
      resolver(async () => [{ address: '203.0.113.1', ttl: 60 }], broken),
      '203.0.113.1',
    );
    expect(said).toMatch(/^the addresses of www\.acme\.example could not be got.*ESERVFAIL$/);
    expect(said).not.toContain('secret');
  });

  it('takes what a resolver makes up for no answer', async () => {
    for (const address of [
      '10.0.0.1',
      '127.0.0.1',
      '0.0.0.0',
      'fe80::1',
      'fd00::1',
      '::ffff:10.0.0.1',
      'localhost',
      '',
    ])
      expect(
        await lookedUp(
          resolver(async () => [{ address, ttl: 60 }]),
          address,
        ),
        address,
      ).toMatch(/private or local address/);
  });

  it('keeps an answer that says no time to live', async () => {
    const untimed = resolver(async () => [{ address: '203.0.113.1' } as never]);
    expect(await lookedUp(untimed, '203.0.113.1')).toBe(true);
  });

  it('needs one only where the runtime shows no names', () => {
    const make = () => hostsFrom(['www.acme.example']);
    if (createResolver !== undefined) expect(make).not.toThrow();
    else expect(make).toThrow(expect.objectContaining({ code: 'missing-option', option: 'hostsFrom.resolver' }));
  });
});
