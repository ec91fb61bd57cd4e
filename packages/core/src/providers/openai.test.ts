import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { createReceiver } from '../lib/receiver.ts';
import { verify } from '../lib/verify.ts';
import { openai } from './openai.ts';
import { standardWebhooks } from './standard-webhooks.ts';

const TEXT = 'test secret with an é, not base64';
const BODY = '{"type":"response.completed"}';
const MAC = createHmac('sha256', TEXT).update(`wh_test.1767225600.${BODY}`).digest('base64');

const judge = (provider: ReturnType<typeof openai>, secrets: string, signature: string) => {
  const headers: [string, string][] = [
    ['webhook-id', 'wh_test'],
    ['webhook-timestamp', '1767225600'],
    ['webhook-signature', signature],
  ];
  const capture = { method: 'POST', url: '/', headers, body: new TextEncoder().encode(BODY) };
  return verify(capture, { provider, secrets, now: 'signed-time' });
};

it('uses a secret without whsec_ as text, where Standard Webhooks would decode it', async () => {
  expect(await judge(openai(), TEXT, `v1,${MAC}`)).toMatchObject({ outcome: 'accepted' });
  const base64 = Buffer.from(TEXT).toString('base64');
  expect(await judge(openai(), `whsec_${base64}`, `v1,${MAC}`)).toMatchObject({ outcome: 'accepted' });
  expect(await judge(openai(), base64, `v1,${MAC}`)).toMatchObject({ reason: 'bad-signature' });
});

it('passes over a signature that is none beside one that is, and refuses it alone', async () => {
  expect(await judge(openai(), TEXT, `v1,$$$ v1,${MAC}`)).toMatchObject({ outcome: 'accepted' });
  expect(await judge(openai(), TEXT, 'v1,$$$')).toMatchObject({ reason: 'malformed-signature' });
  const strict = `whsec_${Buffer.from(TEXT).toString('base64')}`;
  expect(await judge(standardWebhooks(), strict, `v1,$$$ v1,${MAC}`)).toMatchObject({ reason: 'malformed-signature' });
});

it('refuses an API key in the place of the secret', () => {
  const secrets = 'sk-test-not-a-real-key-000000000000';
  expect(() => createReceiver({ provider: openai(), secrets })).toThrow(
    expect.objectContaining({ code: 'wrong-kind-secret' }),
  );
});
