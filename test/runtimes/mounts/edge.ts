import { FETCH_DIFFERENCES } from '../differences.ts';
import { remoteMount } from '../remote-mount.ts';

/** The edge runtime of Vercel, on Node.js 24: the fetch door and the crypto of the web. */
export const mount = remoteMount({
  name: 'edge',
  version: async ({ binary }) => [
    ...[binary('node24/bin/node'), '--print'],
    `require(${JSON.stringify(binary('edge-runtime/package.json'))}).version`,
  ],
  async command({ binary, bundle, folder }, home) {
    const guest = await bundle('edge.ts', { conditions: ['edge-light'], format: 'iife' });
    return [binary('node24/bin/node'), `${folder}/guest/edge-host.ts`, home, guest, binary('')];
  },
  spoilt: ['parsed', 'consumed'],
  differences: {
    ...FETCH_DIFFERENCES,
    'spoilt-inflated': {
      why: 'the edge runtime has no DecompressionStream: nothing can inflate a body before the guard',
      sees: { impossible: true },
    },
  },
});
