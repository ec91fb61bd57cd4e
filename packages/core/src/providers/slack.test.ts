import { describe, expect, it } from 'vitest';
import { createReceiver } from '../lib/receiver.ts';
import { sign } from '../lib/sign.ts';
import type { Capture } from '../lib/types.ts';
import { verify } from '../lib/verify.ts';
import { slack } from './slack.ts';

const SECRET = 'test-secret-for-unit-tests-only';

describe('slack', () => {
  it.each(['xoxb-0123456789-abc', 'xoxp-0123456789-abc', 'xapp-1-A0-0123456789', 'xoxe.xoxp-1-0123456789'])(
    'refuses the token %s as a signing secret',
    (secrets) => {
      expect(() => createReceiver({ provider: slack(), secrets })).toThrow(
        expect.objectContaining({ code: 'wrong-kind-secret' }),
      );
    },
  );

  it('pins the version: v1 is not read, however it was signed', async () => {
    const body = new TextEncoder().encode('{"event_id":"Ev1"}');
    const headers = await sign(slack(), { secret: SECRET, body });
    const signature = headers['x-slack-signature'] ?? '';
    const capture = (value: string): Capture => ({
      method: 'POST',
      url: '/',
      headers: Object.entries({ ...headers, 'x-slack-signature': value }),
      body,
    });
    const options = { provider: slack(), secrets: SECRET };
    expect(await verify(capture(signature), options)).toMatchObject({ outcome: 'accepted', delivery: { id: 'Ev1' } });
    expect(await verify(capture(signature.replace('v0=', 'v1=')), options)).toMatchObject({
      reason: 'malformed-signature',
    });
  });

  it('finds no event id in a form, and passes it on as one', async () => {
    const body = new TextEncoder().encode('command=%2Fweather&text=94070');
    const headers = Object.entries(await sign(slack(), { secret: SECRET, body }));
    const verdict = await verify({ method: 'POST', url: '/', headers, body }, { provider: slack(), secrets: SECRET });
    if (verdict.outcome !== 'accepted') throw new Error('it was refused');
    expect(verdict.delivery.id).toBeUndefined();
    expect(verdict.delivery.form().get('command')).toBe('/weather');
  });

  it.each([0, Number.NaN, '300'])('refuses a tolerance of %j', (toleranceSeconds) => {
    expect(() => slack({ toleranceSeconds: toleranceSeconds as number })).toThrow(
      expect.objectContaining({ code: 'invalid-tolerance' }),
    );
  });
});
