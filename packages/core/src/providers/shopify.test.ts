import { describe, expect, it } from 'vitest';
import { createReceiver } from '../lib/receiver.ts';
import { shopify } from './shopify.ts';

describe('shopify', () => {
  it.each(['shpat_0123456789abcdef', 'shpca_0123456789abcdef', 'shppa_0123456789abcdef'])(
    'refuses the access token %s as a signing secret',
    (secrets) => {
      expect(() => createReceiver({ provider: shopify(), secrets })).toThrow(
        expect.objectContaining({ code: 'wrong-kind-secret' }),
      );
    },
  );

  it('takes a client secret with or without its prefix as it stands', () => {
    createReceiver({ provider: shopify(), secrets: 'shpss_0123456789abcdef0123456789abcdef' });
    createReceiver({ provider: shopify(), secrets: '0123456789abcdef0123456789abcdef' });
  });

  it('has no settings, no time and no signed id', () => {
    expect(() => shopify({ toleranceSeconds: 300 } as never)).toThrow(
      expect.objectContaining({ code: 'unknown-option', option: 'shopify.toleranceSeconds' }),
    );
    expect(shopify()).toMatchObject({ eventId: undefined, tolerance: undefined });
  });
});
