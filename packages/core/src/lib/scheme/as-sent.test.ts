import { describe, expect, it } from 'vitest';
import { createReceiver } from '../receiver.ts';
import type { ReceiverOptions } from '../receiver-options.ts';
import type { Scheme } from './scheme.ts';
import { basic } from './basic.ts';
import { defineProvider } from './define-provider.ts';
import { none } from './none.ts';
import { staticToken } from './static-token.ts';

const SECRET = 'user:test-password-test-password-test';

describe.each<[string, Scheme, Pick<ReceiverOptions, 'secrets' | 'allow'>, readonly (readonly [string, string])[]]>([
  ['none', none(), { secrets: [], allow: ['192.0.2.7'] }, []],
  ['basic', basic(), { secrets: SECRET }, [['authorization', `Basic ${btoa(SECRET)}`]]],
  ['static token', staticToken({ token: { header: 'x-token' } }), { secrets: SECRET }, [['x-token', SECRET]]],
])('%s covers nothing', (_, scheme, options, headers) => {
  const receiver = () =>
    createReceiver({
      provider: defineProvider({ name: 'acme', scheme, methods: ['GET', 'POST'] }),
      onVerdict: () => undefined,
      ...options,
    });

  async function play(requests: readonly (readonly [method: string, url: string, body: string])[]): Promise<string[]> {
    const { handle } = receiver();
    const runs: string[] = [];
    for (const [method, url, body] of requests) {
      const { status } = await handle(
        {
          head: { method, url, peerAddress: '192.0.2.7', headers },
          readBody: async () => new TextEncoder().encode(body),
        },
        () => void runs.push(`${url} ${body}`),
      );
      expect(status).toBe(200);
    }
    return runs;
  }

  it('so notices that differ in their query alone are different events, and each is handled', async () => {
    expect(
      await play([
        ['GET', '/ipn?order=1', ''],
        ['GET', '/ipn?order=2', ''],
        ['GET', '/ipn?order=1', ''],
        ['GET', '/ipn', ''],
      ]),
    ).toEqual(['/ipn?order=1 ', '/ipn?order=2 ', '/ipn ']);
  });

  it('and a border between query and body cannot be moved', async () => {
    expect(
      await play([
        ['POST', '/ipn?a', 'bc'],
        ['POST', '/ipn?ab', 'c'],
        ['POST', '/ipn?ab', 'c'],
      ]),
    ).toHaveLength(2);
  });
});
