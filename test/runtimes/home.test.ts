// The way home, without a runtime at its other end: the guest's part runs in this process.
import { type Delivery, type ReceiverOptions, type SettledRecord, sign, type VerdictRecord } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import type { MountHandler } from '@postern/testing';
import { afterEach, expect, it } from 'vitest';
import { guardFetch } from './guest/fetch-guard.ts';
import { type Home, openHome } from './handler-home.ts';

const secrets = 'test-secret-test-secret-test-secret';
const now = 1_767_225_600_000;
const homes: Home[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await home.close();
});

/** Sends one delivery through a guest. Resolves to the answer's status and to everything that came home. */
async function play(body: string | Uint8Array, handler: MountHandler, options: Partial<ReceiverOptions> = {}) {
  const home = await openHome();
  homes.push(home);
  const verdicts: VerdictRecord[] = [];
  const settled: SettledRecord[] = [];
  const hooks = {
    onVerdict: (record: VerdictRecord) => void verdicts.push(record),
    onSettled: (record: SettledRecord) => void settled.push(record),
  };
  const resident = home.expect(7, { provider: liasonpay(), secrets, ...hooks }, handler);
  const guard = guardFetch(home.url, {
    ...{ id: 7, provider: 'liasonpay', settings: {}, secrets, now, spoilt: null },
    options: options as Record<string, never>,
  });
  const headers = await sign(liasonpay(), { secret: secrets, body, timestamp: now / 1000 });
  const response = await guard.guarded(new Request('http://127.0.0.1/', { method: 'POST', headers, body }));
  await resident.arrived(guard.home.sent());
  return {
    status: response.status,
    body: await response.text(),
    verdicts: verdicts.map(({ outcome }) => outcome),
    settled: settled.map(({ outcome, reason }) => reason ?? outcome),
  };
}

it('gives the handler the very bytes, and what the delivery’s methods gave or threw', async () => {
  const deliveries: Delivery[] = [];
  const keep: MountHandler = (delivery) => void deliveries.push(delivery);
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  expect(await play(bytes, keep)).toMatchObject({ status: 200, verdicts: ['accepted'], settled: ['committed'] });
  await play('{"event_type":"paid","__proto__":{}}', keep);
  await play('a=1&a=%C3%AB', keep);
  const [binary, poisoned, form] = deliveries;
  expect(Array.from(binary?.body ?? [])).toEqual(Array.from(bytes));
  expect(() => binary?.text()).toThrow(expect.objectContaining({ code: 'invalid-payload' }));
  expect(() => poisoned?.json()).toThrow(expect.objectContaining({ code: 'invalid-payload' }));
  expect(poisoned?.text()).toContain('__proto__');
  expect(form?.form().getAll('a')).toEqual(['1', 'ë']);
  expect(form).toMatchObject({ provider: 'liasonpay', timestamp: now / 1000, attempt: 1, previouslyStarted: false });
});

it('sends the handler’s own answer, and gives an event back whose handler threw or said fail()', async () => {
  expect(await play('{}', () => ({ status: 422, body: 'no' }))).toMatchObject({ status: 422, body: 'no' });
  const thrown = await play('{}', () => {
    throw new Error('test');
  });
  expect(thrown).toMatchObject({ status: 503, settled: ['handler-failed'] });
  const failed = await play('{}', (delivery) => {
    delivery.fail();
    return { status: 200 };
  });
  expect(failed).toMatchObject({ status: 503, settled: ['handler-failed'] });
});

it('acknowledges while the handler goes on', async () => {
  let finish = () => {};
  const finished = new Promise<undefined>((resolve) => {
    finish = () => resolve(undefined);
  });
  const early = await play('{}', (delivery) => {
    delivery.acknowledge();
    return finished;
  });
  expect(early).toMatchObject({ status: 200, settled: ['committed'] });
  finish();
});

it('aborts the handler’s signal at its deadline', async () => {
  const aborted: boolean[] = [];
  const late = await play(
    '{}',
    ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted.push(signal.aborted);
          resolve(undefined);
        });
      }),
    { handlerTimeoutMs: 50 },
  );
  expect(late).toMatchObject({ status: 503, settled: ['handler-timeout'] });
  expect(aborted).toEqual([true]);
});
