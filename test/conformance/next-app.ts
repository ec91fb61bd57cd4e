import type { Mount } from '@postern/testing';
import { openProductionSite } from '../next/mount-server.ts';

const site = await openProductionSite();

/** Next.js, the App Router, built for production. */
export const mount: Mount = {
  name: 'next-app',
  serve: (options, handler) => site.serve('/app/guarded', options, handler),
  spoilt: {
    parsed: (options, handler) => site.serve('/app/parsed', options, handler),
    consumed: (options, handler) => site.serve('/app/consumed', options, handler),
  },
  differences: {
    'signature-twice': {
      why: 'the Headers of a Request join repeated lines, and a joined signature is not of the form',
      sees: { verdicts: ['malformed-signature'] },
    },
    'spoilt-inflated': {
      why: 'nothing before a route handler can put other bytes in the place of those that came',
      sees: { impossible: true },
    },
  },
};
