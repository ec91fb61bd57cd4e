// Deliveries that vendors publish in their documentation or in the tests of their own libraries, carried here whole.
import { type Capture, type HeaderLines, type Provider, sign, verify } from '@postern/core';
import { github, shopify, slack, standardWebhooks, stripe } from '@postern/core/providers';
import { beforeAll, describe, expect, it, vi } from 'vitest';

interface Vector {
  readonly name: string;
  readonly provider: Provider;
  readonly secret: string;
  readonly headers: HeaderLines;
  readonly body: string;
  /** The signed time and id, where the scheme signs them. */
  readonly timestamp?: number;
  readonly id?: string;
}

const VECTORS: readonly Vector[] = [
  {
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
    name: 'GitHub: the documentation’s "Hello, World!"',
    provider: github(),
    secret: "It's a Secret to Everybody",
    headers: [['X-Hub-Signature-256', 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17']],
    body: 'Hello, World!',
  },
  {
    // https://github.com/octokit/webhooks-methods.js/blob/main/test/verify.test.ts
    name: 'GitHub: octokit’s {"foo":"bar"}',
    provider: github(),
    secret: 'mysecret',
    headers: [['X-Hub-Signature-256', 'sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3']],
    body: '{"foo":"bar"}',
  },
  {
    // https://github.com/google/go-github/blob/master/github/messages_test.go
    name: 'GitHub: the legacy SHA-1 header',
    provider: github({ algorithm: 'sha1' }),
    secret: '0123456789abcdef',
    headers: [['X-Hub-Signature', 'sha1=126f2c800419c60137ce748d7672e77b65cf16d6']],
    body: '{"yo":true}',
  },
  {
    // https://docs.slack.dev/authentication/verifying-requests-from-slack#validating-a-request
    name: 'Slack: the documentation’s slash command',
    provider: slack(),
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    headers: [
      ['X-Slack-Request-Timestamp', '1531420618'],
      ['X-Slack-Signature', 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'],
    ],
    body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    timestamp: 1_531_420_618,
  },
  {
    // https://github.com/slack-go/slack/blob/master/security_test.go
    name: 'Slack: an event of slack-go’s tests',
    provider: slack(),
    secret: 'e6b19c573432dcc6b075501d51b51bb8',
    headers: [
      ['X-Slack-Signature', 'v0=adada4ed31709aef585c2580ca3267678c6a8eaeb7e0c1aca3ee57b656886b2c'],
      ['X-Slack-Request-Timestamp', '1531431954'],
    ],
    body: '{"token":"aF5ynEYQH0dFN9imlgcADxDB","team_id":"XXXXXXXXX","api_app_id":"YYYYYYYYY","event":{"type":"app_mention","user":"AAAAAAAAA","text":"<@EEEEEEEEE> hello world","client_msg_id":"477cc591-ch73-a14z-4db8-g0cd76321bec","ts":"1531431954.000073","channel":"TTTTTTTTT","event_ts":"1531431954.000073"},"type":"event_callback","event_id":"TvBP7LRED7","event_time":1531431954,"authed_users":["EEEEEEEEE"]}',
    timestamp: 1_531_431_954,
  },
  {
    // https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/javascript/src/webhook.test.ts ("sign function works")
    name: 'Standard Webhooks: the sign test of every official library',
    provider: standardWebhooks(),
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    headers: [
      ['webhook-id', 'msg_p5jXN8AQM9LWM0D4loKWxJek'],
      ['webhook-timestamp', '1614265330'],
      ['webhook-signature', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
    ],
    body: '{"test": 2432232314}',
    timestamp: 1_614_265_330,
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  },
  {
    // https://github.com/vapor-community/stripe-kit/blob/main/Tests/StripeKitTests/SignatureVerificationTests.swift
    name: 'Stripe: two v1, of which one is right (StripeKit’s tests; Stripe’s pages publish no whole example)',
    provider: stripe(),
    secret: 'SECRET',
    headers: [
      [
        'Stripe-Signature',
        't=123,v1=7b15c7edc2183ad5be71922cc180f70b1ce4c0925c45abb6b1676ad43cb79173,v1=911b8d64f1a89c73cec478d4ace90345a6c268f5f60892060ea1af531b4fe97c',
      ],
    ],
    body: '{"key":"value"}',
    timestamp: 123,
  },
  {
    // https://github.com/frain-dev/convoy/blob/main/pkg/verifier/verifier_test.go
    name: 'Shopify: Convoy’s verifier test (Shopify publishes no whole example)',
    provider: shopify(),
    secret: 'Convoy',
    headers: [['X-Shopify-Hmac-SHA256', '16FUVH58NeMcTIIOICN2UJOcPTTa4TbjCndXymGrtM8=']],
    body: 'Test Payload Body',
  },
];

beforeAll(() => {
  // Published examples use short secrets.
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});

describe.each(VECTORS)('$name', ({ provider, secret, headers, body, timestamp, id }) => {
  const bytes = new TextEncoder().encode(body);
  const capture: Capture = { method: 'POST', url: '/', headers, body: bytes };
  const options = { provider, secrets: secret, now: 'signed-time' } as const;

  it('is accepted', async () => {
    expect(await verify(capture, options)).toMatchObject({ outcome: 'accepted' });
  });

  it('is refused with one byte changed, and under another secret', async () => {
    const refused = { outcome: 'rejected', reason: 'bad-signature' };
    for (const at of [0, bytes.byteLength >> 1, bytes.byteLength - 1]) {
      const changed = bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
      expect(await verify({ ...capture, body: changed }, options)).toMatchObject(refused);
    }
    const other = 'whsec_dGVzdC1zZWNyZXQtZm9yLXZlbmRvci12ZWN0b3Jz';
    expect(await verify(capture, { ...options, secrets: other })).toMatchObject(refused);
  });

  it('is refused when the signed time, read five minutes later, is a second too old', async () => {
    if (timestamp === undefined) {
      expect(await verify(capture, { ...options, now: () => 8e15 })).toMatchObject({ outcome: 'accepted' });
      return;
    }
    const at = (offset: number) => verify(capture, { ...options, now: () => (timestamp + offset) * 1000 });
    expect(await at(300)).toMatchObject({ outcome: 'accepted' });
    expect(await at(301)).toMatchObject({ reason: 'stale' });
    expect(await at(-300)).toMatchObject({ outcome: 'accepted' });
    expect(await at(-301)).toMatchObject({ reason: 'future' });
  });

  it('is what sign makes of the same values', async () => {
    const made = await sign(provider, {
      secret,
      body: bytes,
      ...(timestamp === undefined ? {} : { timestamp }),
      ...(id === undefined ? {} : { id }),
    });
    for (const [name, value] of headers) {
      const ours = made[name.toLowerCase()] ?? 'no such header';
      // A published header with two signatures holds ours among them.
      for (const part of ours.split(/,(?=v1=)/)) expect(value).toContain(part);
    }
  });
});
