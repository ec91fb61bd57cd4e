import { afterEach, describe, expect, it, vi } from 'vitest';
import { liasonpay } from '../providers/liasonpay.ts';
import { slack } from '../providers/slack.ts';
import type { BodyFailure, Exchange } from './exchange.ts';
import { createReceiver } from './receiver.ts';
import type { ReceiverOptions } from './receiver-options.ts';
import { SPENT, STRANGERS } from './secret-life/allowance.ts';
import { secretsFrom } from './secret-life/secrets-from.ts';
import { sign } from './sign.ts';
import type { Provider, RequestHead, VerdictRecord } from './types.ts';

const SECRET = 'test-secret-test-secret-test-secret';
const NOW_SECONDS = 1_767_225_600;
const PAID = '{"event_type":"payment.paid"}';

afterEach(() => vi.restoreAllMocks());

interface Sending {
  readonly provider?: Provider;
  readonly secret?: string;
  readonly text?: string;
  readonly late?: number;
  readonly head?: Partial<RequestHead>;
  readonly body?: Uint8Array | BodyFailure;
}

/** A receiver, what it was told of, and a way to send it something. */
function open(options: Partial<ReceiverOptions> = {}) {
  const records: VerdictRecord[] = [];
  const receiver = createReceiver({
    provider: liasonpay(),
    secrets: SECRET,
    now: () => NOW_SECONDS * 1000,
    onVerdict: (record) => records.push(record),
    ...options,
  });
  const exchange = async (sending: Sending = {}): Promise<Exchange> => {
    const { provider = options.provider ?? liasonpay(), secret = SECRET, text = PAID, late = 0 } = sending;
    const body = new TextEncoder().encode(text);
    const headers = Object.entries(await sign(provider, { secret, body, timestamp: NOW_SECONDS - late }));
    const head = { method: 'POST', url: '/', headers, peerAddress: '192.0.2.1', ...sending.head };
    return { head, readBody: async () => sending.body ?? body };
  };
  const send = async (sending: Sending = {}, handler = (): unknown => undefined) =>
    receiver.handle(await exchange(sending), handler);
  return { records, receiver, exchange, send, kinds: () => records.map(({ kind }) => kind) };
}

describe('the kind in a verdict record', () => {
  it('tells a genuine delivery from a repeat of it, finished or in flight', async () => {
    const { send, kinds } = open();
    let finish = (): void => undefined;
    const running = send({}, () => new Promise<void>((resolve) => (finish = resolve)));
    await expect.poll(kinds).toEqual(['genuine']);
    await send();
    finish();
    await running;
    await send();
    expect(kinds()).toEqual(['genuine', 'duplicate', 'duplicate']);
  });

  it('tells a forgery from what is authentic and stale, or from the future', async () => {
    const { send, records } = open();
    await send({ secret: 'other-test-secret-other-test-secret' });
    await send({ head: { headers: [] } });
    await send({ late: 4000 });
    await send({ late: -4000 });
    expect(records.map(({ kind, authentic }) => [kind, authentic])).toEqual([
      ['forged', false],
      ['forged', false],
      ['stale', true],
      ['stale', true],
    ]);
  });

  it('tells a handshake from a duplicate, though both are answered', async () => {
    const { send, records } = open({ provider: slack() });
    await send({ text: '{"type":"url_verification","challenge":"abc"}' });
    expect(records).toMatchObject([{ outcome: 'answered', kind: 'handshake' }]);
  });

  it('calls no authentic delivery forged, though its question cannot be answered', async () => {
    const { send, records } = open({ provider: slack() });
    await send({ text: `{"type":"url_verification","challenge":"${'a b'.repeat(900)}"}` });
    expect(records).toMatchObject([{ reason: 'unsupported-scheme', authentic: true, kind: 'misfit' }]);
  });

  it('tells from elsewhere, misfits and faults of our own apart', async () => {
    const { send, kinds } = open({ allow: ['192.0.2.0/24'] });
    await send({ head: { peerAddress: '198.51.100.1' } });
    await send({ head: { method: 'GET' } });
    await send({ body: { failed: 'body-timeout', detail: 'slow' } });
    await send({ body: { failed: 'misconfigured', detail: 'parsed' } });
    await send({ head: { peerAddress: undefined } });
    expect(kinds()).toEqual(['elsewhere', 'misfit', 'misfit', 'ours', 'ours']);
  });

  it('is elsewhere, and no fault of ours, for an address header that a stranger makes unreadable through a trusted proxy', async () => {
    const { send, records } = open({ allow: ['203.0.113.0/24'], trustProxy: '192.0.2.1' });
    const through = (...values: string[]) =>
      send({ head: { headers: values.map((value) => ['X-Forwarded-For', value] as const) } });
    // nginx puts the peer behind what came; other proxies add a line.
    await through('x, 198.51.100.7');
    await through(', 198.51.100.7');
    await through('x', '198.51.100.7');
    await through(`${'1.1.1.1, '.repeat(33)}198.51.100.7`);
    expect(records.map(({ kind, reason, status }) => `${kind} ${reason} ${status}`)).toEqual(
      Array.from({ length: 4 }, () => 'elsewhere source-not-allowed 403'),
    );
  });

  it('is a misfit, and no fault of ours, for a client that went before the guard, and took the address that an allowlist asks for', async () => {
    const { receiver, records } = open({ allow: ['203.0.113.0/24'] });
    const gone: Exchange = {
      head: { method: 'POST', url: '/', headers: [], peerAddress: undefined },
      readBody: async () => new Uint8Array(),
      isGone: () => true,
    };
    await receiver.handle(gone, () => undefined);
    await receiver.handle({ ...gone, isGone: () => false }, () => undefined);
    expect(records.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
      'misfit body-incomplete',
      'ours source-unknown',
    ]);
    // With an address, an allowlist judges it as it judges any other.
    await receiver.handle({ ...gone, head: { ...gone.head, peerAddress: '198.51.100.7' } }, () => undefined);
    expect(records.at(-1)?.reason).toBe('source-not-allowed');
  });

  it('is elsewhere, 503 and no reason for a warning of ours where strangers made up too many tenants to ask for one more', async () => {
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { send, records } = open({
      secrets: secretsFrom(async () => undefined, { tenant: (head) => head.header('x-tenant') }),
    });
    const { headers } = (await open().exchange()).head;
    const from = (tenant: string) => send({ head: { headers: [...headers, ['X-Tenant', tenant]] } });
    for (let i = 0; i < STRANGERS.atOnce + 50; i++) await from(`made-up-${i}`);
    expect(new Set(records.map(({ kind, reason, status }) => `${kind} ${reason} ${status}`))).toEqual(
      new Set(['forged bad-signature 401', 'elsewhere secret-unavailable 503']),
    );
    expect(records.at(-1)?.detail).toContain(SPENT);
    expect(emit).not.toHaveBeenCalled();
  });

  it('is ours, with the warning, where the function of secrets fails', async () => {
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { send, kinds } = open({ secrets: secretsFrom(() => Promise.reject(undefined)) });
    await send();
    expect(kinds()).toEqual(['ours']);
    expect(emit.mock.calls.map(([, options]) => options)).toContainEqual(
      expect.objectContaining({ code: 'POSTERN_MISCONFIGURED' }),
    );
  });

  it('is ours while the receiver drains', async () => {
    const { send, receiver, kinds } = open();
    await receiver.close();
    await send();
    expect(kinds()).toEqual(['ours']);
  });
});
