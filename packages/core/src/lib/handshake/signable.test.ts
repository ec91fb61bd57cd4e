import { describe, expect, it } from 'vitest';
import { braintree } from '../../providers/braintree.ts';
import { qqBot } from '../../providers/qq-bot.ts';
import { x } from '../../providers/x.ts';
import { memoryStore } from '../claims/memory-store.ts';
import { createReceiver } from '../receiver.ts';
import type { HeaderLines } from '../scheme/header-reader.ts';
import { sign } from '../sign.ts';
import type { Provider, VerdictRecord } from '../types.ts';
import { verifySignature } from '../verify-signature.ts';

const SECRET = 'test-secret-for-unit-tests-only!';
const NOW = 1_767_225_600;
const CHALLENGES = ['true', 'null', '1000000', 'a=1', 'abcdef0123456789abcdef', 'x'.repeat(128)];

interface Request {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: HeaderLines;
  readonly body?: string;
}

function open(provider: Provider) {
  const store = memoryStore({ now: () => NOW * 1000 });
  const verdicts: VerdictRecord[] = [];
  let runs = 0;
  const receiver = createReceiver({
    provider,
    secrets: SECRET,
    store,
    now: () => NOW * 1000,
    onVerdict: (record) => verdicts.push(record),
  });
  const send = ({ method = 'POST', url = '/', headers = [], body = '' }: Request) =>
    receiver.handle(
      { head: { method, url, headers }, readBody: async () => new TextEncoder().encode(body) },
      () => void runs++,
    );
  return { send, seen: () => ({ runs, entries: store.stats().entries, reason: verdicts.at(-1)?.reason }) };
}

/** For each: what a stranger asks for, and what he makes of the answer. */
const ORACLES: readonly [Provider, (challenge: string) => Request, (challenge: string, answer: string) => Request][] = [
  [
    x(),
    (challenge) => ({ method: 'GET', url: `/?crc_token=${encodeURIComponent(challenge)}` }),
    (body, answer) => ({
      body,
      headers: [['x-twitter-webhooks-signature', JSON.parse(answer).response_token]],
    }),
  ],
  [
    qqBot(),
    (plain_token) => ({ body: JSON.stringify({ op: 13, d: { event_ts: String(NOW), plain_token } }) }),
    (body, answer) => ({
      body,
      headers: [
        ['x-signature-ed25519', JSON.parse(answer).signature],
        ['x-signature-timestamp', String(NOW)],
      ],
    }),
  ],
  [
    braintree({ publicKey: 'pubkey' }),
    (challenge) => ({ method: 'GET', url: `/?bt_challenge=${encodeURIComponent(challenge)}` }),
    (bt_payload, bt_signature) => ({ body: new URLSearchParams({ bt_payload, bt_signature }).toString() }),
  ],
];

describe.each(ORACLES)('%o', (provider, ask, use) => {
  it('takes no challenge that it has signed for a stranger for a delivery', async () => {
    const { send, seen } = open(provider);
    let signed = 0;
    for (const challenge of CHALLENGES) {
      const { status, body } = await send(ask(challenge));
      if (status !== 200) continue;
      signed++;
      const request = use(challenge, String(body));
      expect((await send(request)).status).toBe(401);
      expect(seen()).toEqual({ runs: 0, entries: 0, reason: 'bad-signature' });
      const bytes = new TextEncoder().encode(request.body);
      const { headers = [] } = request;
      expect(await verifySignature({ headers, body: bytes }, { provider, secrets: SECRET })).toMatchObject({
        verified: false,
      });
    }
    expect(signed).toBeGreaterThan(0);
  });
});

describe.each([x(), qqBot()])('$name', (provider) => {
  it('takes what is no challenge', async () => {
    const { send, seen } = open(provider);
    for (const body of ['{}', '[1]', '"true"', `${'x'.repeat(128)}x`, 'a b', '']) {
      const headers = await sign(provider, { secret: SECRET, body, timestamp: NOW });
      expect((await send({ body, headers: Object.entries(headers) })).status, body).toBe(200);
    }
    expect(seen().runs).toBe(6);
  });
});
