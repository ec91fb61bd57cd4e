// Handshakes through a whole receiver, on the hostile case first.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { asana } from '../../providers/asana.ts';
import { azureEventGrid } from '../../providers/azure-event-grid.ts';
import { braintree } from '../../providers/braintree.ts';
import { cloudeventsWebhook } from '../../providers/cloudevents-webhook.ts';
import { discord } from '../../providers/discord.ts';
import { dropbox } from '../../providers/dropbox.ts';
import { front } from '../../providers/front.ts';
import { meta } from '../../providers/meta.ts';
import { microsoftGraph } from '../../providers/microsoft-graph.ts';
import { monday } from '../../providers/monday.ts';
import { notion } from '../../providers/notion.ts';
import { okta } from '../../providers/okta.ts';
import { qqBot } from '../../providers/qq-bot.ts';
import { slack } from '../../providers/slack.ts';
import { trello } from '../../providers/trello.ts';
import { x } from '../../providers/x.ts';
import { zoom } from '../../providers/zoom.ts';
import type { ClaimStore } from '../claims/contract.ts';
import type { BodyLimits } from '../exchange.ts';
import { createReceiver } from '../receiver.ts';
import type { ReceiverOptions } from '../receiver-options.ts';
import { defineProvider, type ProviderData } from '../scheme/define-provider.ts';
import type { HeaderLines } from '../scheme/header-reader.ts';
import { sign } from '../sign.ts';
import type { Answer, Provider, VerdictRecord } from '../types.ts';
import { assertVerified, verify } from '../verify.ts';

const SECRET = 'test-secret-for-unit-tests-only';
const NOW = 1_767_225_600;
const bytes = (text: string) => new TextEncoder().encode(text);

interface Sent {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: HeaderLines;
  readonly body?: string;
  /** Signed with it, over the body. */
  readonly signedWith?: string;
  readonly timestamp?: number;
}

/** A receiver that says what was asked of it: a store must not be, and a handler must not run. */
function open(provider: Provider, options: Partial<ReceiverOptions> = {}) {
  const verdicts: VerdictRecord[] = [];
  const seen = { claims: 0, runs: 0, reads: [] as BodyLimits[] };
  const store: ClaimStore = {
    claim: async () => {
      seen.claims++;
      return { claimed: true, attempt: 1, previouslyStarted: false };
    },
    complete: async () => true,
    release: async () => true,
  };
  const receiver = createReceiver({
    provider,
    secrets: SECRET,
    store,
    now: () => NOW * 1000,
    onVerdict: (record) => verdicts.push(record),
    onSettled: () => {},
    ...options,
  });
  async function send(sent: Sent): Promise<Answer> {
    const body = bytes(sent.body ?? '');
    const signed =
      sent.signedWith === undefined
        ? {}
        : await sign(provider, { secret: sent.signedWith, body, timestamp: sent.timestamp ?? NOW });
    return receiver.handle(
      {
        head: {
          method: sent.method ?? 'POST',
          url: sent.url ?? '/',
          headers: [...(sent.headers ?? []), ...Object.entries(signed)],
        },
        readBody: async (limits) => {
          seen.reads.push(limits);
          if (body.byteLength > limits.maxBytes) return { failed: 'body-too-large', detail: 'too long' };
          return body;
        },
      },
      () => {
        seen.runs++;
      },
    );
  }
  return { send, verdicts, seen };
}

const SLACK_QUESTION = '{"type":"url_verification","challenge":"abc-1"}';

describe('a signed handshake', () => {
  it('is refused without its signature, and with a forged, stale or stranger’s one', async () => {
    const { send, seen, verdicts } = open(slack());
    const answers = [
      await send({ body: SLACK_QUESTION }),
      await send({ body: SLACK_QUESTION, signedWith: 'another-secret-of-somebody-else' }),
      await send({ body: SLACK_QUESTION, signedWith: SECRET, timestamp: NOW - 301 }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    for (const { body } of answers) expect(body).not.toContain('abc-1');
    expect(verdicts.map(({ reason }) => reason)).toEqual(['missing-signature', 'bad-signature', 'stale']);
    expect(seen.runs).toBe(0);
  });

  it('is answered when it is genuine, without the handler and without a claim, and recorded', async () => {
    const { send, seen, verdicts } = open(slack());
    expect(await send({ body: SLACK_QUESTION, signedWith: SECRET })).toEqual({
      status: 200,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
      body: 'abc-1',
    });
    expect(seen).toMatchObject({ runs: 0, claims: 0 });
    expect(verdicts).toEqual([
      expect.objectContaining({ outcome: 'answered', status: 200, authentic: true, secretId: 'secret-1' }),
    ]);
    // What is no handshake is a delivery.
    expect((await send({ body: '{"type":"event_callback"}', signedWith: SECRET })).status).toBe(200);
    expect(seen).toMatchObject({ runs: 1, claims: 1 });
  });

  it.each([
    ['a line end', 'a\\r\\nset-cookie: x'],
    ['markup', '<script>alert(1)</script>'],
    ['a quotation mark', 'a\\"b'],
    ['a blank', 'a b'],
    ['a letter that is not ASCII', 'é'],
    ['nothing', ''],
  ])('is refused with a challenge that holds %s, though it is signed', async (_, challenge) => {
    const { send, verdicts, seen } = open(slack());
    const { status } = await send({
      body: `{"type":"url_verification","challenge":"${challenge}"}`,
      signedWith: SECRET,
    });
    expect({ status, reason: verdicts[0]?.reason }).toEqual({ status: 401, reason: 'unsupported-scheme' });
    expect(seen.runs).toBe(0);
  });

  it('repeats 512 characters and not one more', async () => {
    const { send } = open(slack());
    const ask = (length: number) =>
      send({ body: `{"type":"url_verification","challenge":"${'a'.repeat(length)}"}`, signedWith: SECRET });
    expect((await ask(512)).body).toHaveLength(512);
    expect((await ask(513)).status).toBe(401);
  });

  it('answers Discord’s PING with JSON, and an unsigned PING with 401', async () => {
    const provider = discord();
    expect(
      (
        await open(provider, { secrets: '3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29' }).send({
          body: '{"type":1}',
        })
      ).status,
    ).toBe(401);
  });

  it('is never answered to a header alone, where the request is signed: Front', async () => {
    const { send } = open(front());
    const headers: HeaderLines = [['x-front-challenge', 'abc']];
    expect((await send({ headers, body: '{"type":"sync"}' })).status).toBe(401);
    const { body } = await send({ headers, body: '{"type":"sync"}', signedWith: SECRET });
    expect(body).toBe('{"challenge":"abc"}');
  });

  it('asks Event Grid for its token before it validates a subscription', async () => {
    const provider = azureEventGrid({ tenantId: '00000000-0000-4000-8000-000000000000', audience: 'api://test' });
    const { send, verdicts } = open(provider, {
      secrets: { id: 'k', value: JSON.stringify({ kty: 'RSA', n: `${'u'.repeat(342)}w`, e: 'AQAB', kid: 'k' }) },
    });
    const body =
      '[{"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{"validationCode":"512d38b6"}}]';
    expect((await send({ body })).status).toBe(401);
    expect(verdicts[0]?.reason).toBe('missing-signature');
  });
});

describe('an answer that only the holder of the secret can write', () => {
  const mac = (text: string, encoding: 'hex' | 'base64') => createHmac('sha256', SECRET).update(text).digest(encoding);

  it('is Zoom’s, for a signed question only', async () => {
    const { send } = open(zoom());
    const body = '{"event":"endpoint.url_validation","payload":{"plainToken":"qgg8"}}';
    expect((await send({ body })).status).toBe(401);
    expect(JSON.parse((await send({ body, signedWith: SECRET })).body)).toEqual({
      plainToken: 'qgg8',
      encryptedToken: mac('qgg8', 'hex'),
    });
  });

  it('is X’s, for anybody who asks', async () => {
    const { send } = open(x());
    const { body } = await send({ method: 'GET', url: '/?crc_token=abc' });
    expect(body).toBe(`{"response_token":"sha256=${mac('abc', 'base64')}"}`);
  });

  it('signs no event for a stranger who asks for its body as a challenge', async () => {
    const event = '{"tweet_create_events":[]}';
    const { send } = open(x());
    for (const token of [event, `[${event}]`, 'a:b', 'a b', 'a\nb', 'x'.repeat(129), '%ff', '']) {
      const answer = await send({
        method: 'GET',
        url: `/?crc_token=${token === '%ff' ? token : encodeURIComponent(token)}`,
      });
      expect(answer.status).toBeGreaterThanOrEqual(401);
      expect(answer.body).not.toContain(mac(token, 'base64'));
    }
    const qq = open(qqBot(), { secrets: 'DG5g3B4j9X2KOErG' });
    const body = JSON.stringify({ op: 13, d: { event_ts: String(NOW), plain_token: '{"op":0}' } });
    expect(await qq.send({ body })).toMatchObject({ status: 401 });
    // Zoom’s signed content has colons, and a plain token has none.
    const asked = `{"event":"endpoint.url_validation","payload":{"plainToken":"v0:${NOW}:1"}}`;
    expect(await open(zoom()).send({ body: asked, signedWith: SECRET })).toMatchObject({ status: 401 });
  });

  it('signs no payload of Braintree’s, which is base64, and no challenge could be', async () => {
    const { send } = open(braintree({ publicKey: 'integration_public_key' }));
    const ask = (challenge: string) => send({ method: 'GET', url: `/?bt_challenge=${encodeURIComponent(challenge)}` });
    for (const payload of [
      'PG5vdGlmaWNhdGlvbj48L25vdGlmaWNhdGlvbj4=',
      'ABCDEF0123456789ABCDEF',
      'a'.repeat(19),
      'a'.repeat(33),
    ])
      expect((await ask(payload)).status).toBe(401);
    expect((await ask('a'.repeat(20))).body).toMatch(/^integration_public_key\|[0-9a-f]{40}$/);
  });

  it('needs the secret itself: a public key is said to be too little', async () => {
    const { send, verdicts } = open(qqBot(), {
      secrets: 'd7c362fe78aef81ff23287b493628b5db02a3c4fe30b215e4d19609b5d76673a',
    });
    expect(await send({ body: '{"op":13,"d":{"event_ts":"1","plain_token":"a"}}' })).toMatchObject({ status: 500 });
    expect(verdicts[0]).toMatchObject({ reason: 'misconfigured', detail: expect.stringContaining('public key') });
  });

  it('is made with the first secret in force', async () => {
    const { send } = open(x(), {
      secrets: [
        { id: 'old', value: 'old-secret-that-is-over-now', notAfter: '2025-01-01' },
        { id: 'new', value: SECRET },
      ],
    });
    expect((await send({ method: 'GET', url: '/?crc_token=abc' })).body).toContain(mac('abc', 'base64'));
  });
});

describe('a QQ bot’s app secret', () => {
  it('verifies what it signs, as its public half does, and refuses everything else', async () => {
    const provider = qqBot();
    const body = bytes('{"op":0}');
    const headers = Object.entries(
      await sign(provider, { secret: 'naOC0ocQE3shWLAfffVLB1rhYPG7', body, timestamp: NOW }),
    );
    const capture = { method: 'POST', url: '/', headers, body };
    const judge = (secrets: string, changed = body) =>
      verify({ ...capture, body: changed }, { provider, secrets, now: 'signed-time' });
    expect(await judge('naOC0ocQE3shWLAfffVLB1rhYPG7')).toMatchObject({ outcome: 'accepted' });
    expect(await judge('d7c362fe78aef81ff23287b493628b5db02a3c4fe30b215e4d19609b5d76673a')).toMatchObject({
      outcome: 'accepted',
    });
    expect(await judge('naOC0ocQE3shWLAfffVLB1rhYPG8')).toMatchObject({ reason: 'bad-signature' });
    expect(await judge('naOC0ocQE3shWLAfffVLB1rhYPG7', bytes('{"op":1}'))).toMatchObject({ reason: 'bad-signature' });
  });

  it.each([
    ['', 'blank-secret'],
    ['  ', 'blank-secret'],
    ['abcdefgh\n', 'padded-secret'],
  ])('%j is refused at start-up', (secrets, code) => {
    expect(() => open(qqBot(), { secrets })).toThrow(expect.objectContaining({ code }));
  });
});

describe('a verify token', () => {
  const url = (token: string) => `/?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${token}`;

  it('lets the challenge be repeated only where it is the agreed one', async () => {
    const { send, verdicts } = open(meta({ verifyToken: 'meatyhamhock' }));
    expect(await send({ method: 'GET', url: url('meatyhamhock') })).toMatchObject({ status: 200, body: '1158201444' });
    for (const wrong of ['meatyhamhoc', 'meatyhamhockk', 'MEATYHAMHOCK', SECRET, '%00'])
      expect((await send({ method: 'GET', url: url(wrong) })).status).toBe(401);
    expect((await send({ method: 'GET', url: '/?hub.mode=subscribe&hub.challenge=1' })).status).toBe(401);
    expect((await send({ method: 'GET', url: `${url('meatyhamhock')}&hub.verify_token=x` })).status).toBe(401);
    expect(verdicts.map(({ reason }) => reason).slice(1)).toEqual([
      ...Array.from({ length: 5 }, () => 'bad-signature'),
      'missing-signature',
      'missing-signature',
    ]);
    expect(JSON.stringify(verdicts)).not.toContain('meaty');
  });

  it('must be configured: without one the handshake is refused, and the record says how', async () => {
    for (const settings of [{}, { verifyToken: '' }]) {
      const { send, verdicts } = open(meta(settings));
      for (const token of ['', 'undefined', SECRET])
        expect((await send({ method: 'GET', url: url(token) })).status).toBe(500);
      expect(verdicts[0]).toMatchObject({
        reason: 'misconfigured',
        detail: expect.stringContaining('meta.verifyToken'),
      });
    }
  });
});

describe('an unsigned handshake', () => {
  it('is answered with the body unread where its head says it all', async () => {
    const { send, seen, verdicts } = open(dropbox());
    expect(await send({ method: 'GET', url: '/?challenge=abc' })).toMatchObject({ status: 200, body: 'abc' });
    expect(seen).toEqual({ claims: 0, runs: 0, reads: [] });
    expect(verdicts).toEqual([expect.objectContaining({ outcome: 'answered', authentic: false, method: 'GET' })]);
  });

  it.each([
    ['GET', '/'],
    ['GET', '/?challenge='],
    ['GET', '/?challenge=a&challenge=b'],
    ['GET', '/?Challenge=a'],
    ['HEAD', '/?challenge=a'],
    ['OPTIONS', '/?challenge=a'],
    ['PUT', '/?challenge=a'],
    ['get', '/?challenge=a'],
  ])('does not open its method to anything else: %s %s is 405', async (method, url) => {
    const { send, seen } = open(dropbox());
    expect(await send({ method, url })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect(seen.reads).toEqual([]);
  });

  it('makes no delivery pass: a POST with a challenge is still to be signed', async () => {
    const { send, seen } = open(dropbox());
    expect((await send({ url: '/?challenge=abc', body: '{"challenge":"abc"}' })).status).toBe(401);
    expect(seen.runs).toBe(0);
  });

  it('with a wrong proof is refused: one that is there must be right', async () => {
    const { send, verdicts } = open(okta());
    const ask = (...headers: HeaderLines) =>
      send({ method: 'GET', headers: [['x-okta-verification-challenge', 'abc'], ...headers] });
    expect((await ask()).body).toBe('{"verification":"abc"}');
    expect((await ask(['authorization', SECRET])).body).toBe('{"verification":"abc"}');
    expect((await ask(['authorization', 'guess'])).status).toBe(401);
    expect((await ask(['authorization', SECRET], ['authorization', 'guess'])).status).toBe(401);
    expect((await ask(['x-okta-verification-challenge', 'def'])).status).toBe(405);
    expect(verdicts.map(({ reason }) => reason)).toEqual([
      undefined,
      undefined,
      'bad-signature',
      'duplicate-header',
      'method-not-allowed',
    ]);
  });

  it('in a body is looked for in a small one only', async () => {
    const { send, seen } = open(monday({ publicUrl: 'https://example.com/' }));
    expect((await send({ body: '{"challenge":"abc"}' })).body).toBe('{"challenge":"abc"}');
    const padded = (length: number) => `{"challenge":"abc"}${' '.repeat(length)}`;
    expect((await send({ body: padded(16_384) })).status).toBe(401);
    expect((await send({ body: padded(16_384), headers: [['content-length', '16403']] })).status).toBe(401);
    expect(seen.reads.map(({ maxBytes }) => maxBytes)).toEqual([16_384, 16_384]);
    for (const body of [
      '{"event":{}}',
      'challenge=abc',
      '{"challenge":{}}',
      '{"challenge":"abc"',
      '{"__proto__":{"challenge":"abc"}}',
    ])
      expect((await send({ body })).status).toBe(401);
  });

  it('lends nothing to a signed one of the same provider', async () => {
    const { send } = open(
      defineProvider({
        name: 'acme',
        scheme: dropbox().scheme,
        handshake: [
          { method: 'POST', marks: [{ json: 'open' }], unsigned: true, text: { json: 'open' } },
          { method: 'POST', marks: [{ json: 'signed' }], text: { json: 'signed' } },
        ],
      }),
    );
    expect((await send({ body: '{"open":"abc"}' })).body).toBe('abc');
    expect((await send({ body: '{"signed":"abc"}' })).status).toBe(401);
    expect((await send({ body: '{"signed":"abc"}', signedWith: SECRET })).body).toBe('abc');
  });

  it('keeps to the allowlist', async () => {
    const { send } = open(dropbox(), { allow: ['192.0.2.1/32'] });
    expect((await send({ method: 'GET', url: '/?challenge=abc' })).status).toBe(403);
  });

  it('is a HEAD or a GET of nothing, for Trello', async () => {
    const { send, seen } = open(trello({ publicUrl: 'https://example.com/' }));
    for (const method of ['HEAD', 'GET'])
      expect(await send({ method })).toEqual({ status: 200, headers: {}, body: '' });
    expect((await send({ method: 'OPTIONS' })).status).toBe(405);
    expect(seen.runs).toBe(0);
  });

  it('may be a sentence where the vendor writes one, and markup never', async () => {
    const { send } = open(microsoftGraph());
    const ask = (token: string) => send({ url: `/?validationToken=${encodeURIComponent(token)}` });
    expect((await ask('Validation: testing, please')).body).toBe('Validation: testing, please');
    for (const token of ['<img src=x>', 'a"b', 'a\r\nb', '&lt;', "'"]) expect((await ask(token)).status).toBe(401);
  });
});

describe('a sender who asks whether it may send', () => {
  const ask = (origin: string) => ({
    method: 'OPTIONS',
    headers: [['WebHook-Request-Origin', origin] as const, ['WebHook-Request-Rate', '120'] as const],
  });

  it('is told yes only where it is named', async () => {
    const { send, verdicts } = open(cloudeventsWebhook({ allowedOrigins: ['events.example.com'] }));
    expect(await send(ask('Events.example.com'))).toEqual({
      status: 200,
      headers: { 'webhook-allowed-origin': 'Events.example.com', 'webhook-allowed-rate': '120', allow: 'POST' },
      body: '',
    });
    for (const origin of ['evil.example', 'events.example.com.evil.example', 'sub.events.example.com', '*', 'a\r\nb'])
      expect(await send(ask(origin))).toMatchObject({ status: 403 });
    expect(verdicts[1]).toMatchObject({
      reason: 'source-not-allowed',
      detail: expect.stringContaining('allowedOrigins'),
    });
    expect((await send({ method: 'OPTIONS', headers: [['origin', 'https://events.example.com']] })).status).toBe(405);
  });

  it('is told no where nobody is named', async () => {
    expect((await open(cloudeventsWebhook()).send(ask('events.example.com'))).status).toBe(403);
  });
});

describe('a secret that a handshake hands over', () => {
  const HANDED = 'b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81';
  const headers: HeaderLines = [['X-Hook-Secret', HANDED]];

  it('is refused where nothing keeps it, and the record says what to give', async () => {
    const { send, verdicts } = open(asana());
    const answer = await send({ headers });
    expect(answer).toMatchObject({ status: 500 });
    expect(answer.headers).not.toHaveProperty('x-hook-secret');
    expect(verdicts[0]).toMatchObject({ reason: 'misconfigured', detail: expect.stringContaining('secretStore') });
  });

  it('is refused where nobody expects one: a stranger’s secret would sign everything', async () => {
    for (const save of [() => false, async () => false, () => undefined, () => 1]) {
      const { send, verdicts } = open(asana(), { secretStore: { save: save as () => boolean } });
      expect((await send({ headers })).status).toBe(401);
      expect(verdicts[0]?.reason).toBe('unconfirmed');
    }
  });

  it('is refused for now where the store fails, and its error is for the operator alone', async () => {
    for (const save of [
      () => Promise.reject(new Error('hunter2')),
      () => {
        throw new Error('hunter2');
      },
    ]) {
      const { send, verdicts } = open(asana(), { secretStore: { save } });
      const answer = await send({ headers });
      expect(answer.status).toBe(503);
      expect(answer.body).not.toContain('hunter2');
      expect(verdicts[0]?.error).toMatchObject({ message: 'hunter2' });
    }
  });

  it('is kept, and from then on verifies the deliveries of its webhook', async () => {
    const kept = new Map<string, string>();
    const { send, seen, verdicts } = open(asana(), {
      secrets: [],
      secretStore: {
        save(secret, { url }) {
          if (kept.has(url)) return false;
          kept.set(url, secret);
          return true;
        },
        load: async ({ url }) =>
          [...kept].filter(([key]) => key === url).map(([id, value]) => ({ id: `asana${id}`, value })),
      },
    });
    expect((await send({ url: '/one', body: '{}', signedWith: HANDED })).status).toBe(503);
    expect(await send({ url: '/one', headers })).toMatchObject({ status: 200, headers: { 'x-hook-secret': HANDED } });
    // A second one, of somebody else's, changes nothing.
    expect((await send({ url: '/one', headers: [['x-hook-secret', 'a'.repeat(64)]] })).status).toBe(401);
    expect((await send({ url: '/one', body: '{}', signedWith: HANDED })).status).toBe(200);
    expect((await send({ url: '/one', body: '{}', signedWith: 'a'.repeat(64) })).status).toBe(401);
    expect((await send({ url: '/two', body: '{}', signedWith: HANDED })).status).toBe(503);
    expect(seen.runs).toBe(1);
    expect(verdicts.map(({ reason, secretId }) => reason ?? secretId)).toEqual([
      'secret-unavailable',
      undefined,
      'unconfirmed',
      'asana/one',
      'bad-signature',
      'secret-unavailable',
    ]);
    expect(JSON.stringify(verdicts)).not.toContain(HANDED);
  });

  it('may stand in the body, as Notion’s', async () => {
    const kept: string[] = [];
    const { send } = open(notion(), {
      secrets: [],
      secretStore: { save: (secret): boolean => kept.push(secret) === 1 },
    });
    expect(await send({ body: '{"verification_token":"secret_abc"}' })).toEqual({ status: 200, headers: {}, body: '' });
    expect((await send({ body: '{"verification_token":"secret_def"}' })).status).toBe(401);
    expect((await send({ body: '{"verification_token":"a\\r\\nb"}' })).status).toBe(401);
    expect(kept).toEqual(['secret_abc', 'secret_def']);
  });

  it('answers 503 while its store gives no answer, or something else than secrets', async () => {
    for (const load of [
      () => Promise.reject(new Error('down')),
      async () => 'x' as never,
      () => [{ id: 'a', value: '' }],
    ]) {
      const { send, verdicts } = open(asana(), { secretStore: { save: () => true, load } });
      expect((await send({ body: '{}', signedWith: SECRET })).status).toBe(503);
      expect(verdicts[0]?.reason).toBe('secret-unavailable');
    }
  });

  const keeps = () => true;
  it.each<[unknown]>([[{}], [{ save: 1 }], [{ save: keeps, load: 1 }], [{ save: keeps, keep: 1 }], ['x']])(
    'needs a store that can keep it: %j is refused at start-up',
    (secretStore) => {
      expect(() => open(asana(), { secretStore: secretStore as never })).toThrow(
        expect.objectContaining({ name: 'ConfigurationError' }),
      );
    },
  );

  it('does not do without secrets where there is no store', () => {
    expect(() => open(asana(), { secrets: [] })).toThrow(expect.objectContaining({ code: 'missing-secret' }));
  });
});

describe('verify', () => {
  it('says what a handshake is answered with, and assertVerified that it holds no delivery', async () => {
    const capture = { method: 'GET', url: '/?challenge=abc', headers: [], body: bytes('') };
    expect(await verify(capture, { provider: dropbox(), secrets: SECRET })).toMatchObject({
      outcome: 'answered',
      response: { status: 200, body: 'abc' },
    });
    await expect(assertVerified(capture, { provider: dropbox(), secrets: SECRET })).rejects.toMatchObject({
      code: 'handshake',
    });
    expect(await verify({ ...capture, url: '/' }, { provider: dropbox(), secrets: SECRET })).toMatchObject({
      reason: 'method-not-allowed',
    });
    const question = { method: 'POST', url: '/', headers: [], body: bytes('{"challenge":"abc"}') };
    const options = { provider: monday({ publicUrl: 'https://example.com/' }), secrets: SECRET };
    expect(await verify(question, options)).toMatchObject({ outcome: 'answered' });
    expect(
      await verify({ ...question, body: bytes(`{"challenge":"abc"}${' '.repeat(16_384)}`) }, options),
    ).toMatchObject({ reason: 'missing-signature' });
  });
});

describe('a provider’s handshake', () => {
  const define = (handshake: ProviderData['handshake']) =>
    defineProvider({ name: 'acme', scheme: dropbox().scheme, ...(handshake && { handshake }) });

  it.each([
    [{ method: 'PUT' }, 'provider.handshake[0].method'],
    [{ method: 'POST' }, 'provider.handshake[0].marks'],
    [{ method: 'POST', marks: [] }, 'provider.handshake[0].marks'],
    [{ method: 'GET', marks: [{ json: 'challenge' }] }, 'provider.handshake[0].marks'],
    [{ method: 'GET', marks: [{ query: '' }] }, 'provider.handshake[0].marks[0]'],
    [{ method: 'HEAD', text: 'x' }, 'provider.handshake[0]'],
    [{ method: 'GET', text: 'x', json: {} }, 'provider.handshake[0].json'],
    [{ method: 'GET', status: 204, json: {} }, 'provider.handshake[0]'],
    [{ method: 'GET', status: 302 }, 'provider.handshake[0].status'],
    [{ method: 'GET', text: { signed: [{ query: 'a' }], encoding: 'base32' } }, 'provider.handshake[0].text.encoding'],
    [{ method: 'GET', text: { signed: [{ query: '' }], encoding: 'hex' } }, 'provider.handshake[0].text.signed'],
  ])('is refused where it could not work: %j', (handshake, option) => {
    expect(() => define(handshake as never)).toThrow(expect.objectContaining({ code: 'invalid-provider', option }));
  });

  it('is a list, or one, or none', () => {
    expect(define(undefined).handshakes).toEqual([]);
    expect(define({ method: 'HEAD', unsigned: true }).handshakes).toHaveLength(1);
    expect(Object.isFrozen(define([{ method: 'HEAD' }]).handshakes)).toBe(true);
  });
});
