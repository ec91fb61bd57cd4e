import { describe, expect, it } from 'vitest';
import { createReceiver } from '../receiver.ts';
import { verify } from '../verify.ts';
import { defineProvider } from './define-provider.ts';
import { none } from './none.ts';

const provider = defineProvider({ name: 'acme', scheme: none() });

describe('none', () => {
  it('is refused at start-up unless the addresses are named', () => {
    expect(() => createReceiver({ provider, secrets: [] })).toThrow(
      expect.objectContaining({ code: 'missing-option', option: 'allow' }),
    );
    createReceiver({ provider, secrets: [], allow: ['192.0.2.0/24'] });
  });

  it('says of a delivery that nothing of it is covered', async () => {
    const capture = { method: 'POST', url: '/', headers: [], body: new TextEncoder().encode('{}') };
    expect(await verify(capture, { provider, secrets: [] })).toMatchObject({
      outcome: 'accepted',
      delivery: { id: undefined, covers: { body: false, timestamp: false, id: false, type: false } },
    });
  });
});
