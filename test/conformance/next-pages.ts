import type { Mount } from '@postern/testing';
import { openProductionSite } from '../next/mount-server.ts';

const site = await openProductionSite();

/** Next.js, the Pages Router, built for production. */
export const mount: Mount = {
  name: 'next-pages',
  serve: (options, handler) => site.serve('/api/guarded', options, handler),
  spoilt: {
    parsed: (options, handler) => site.serve('/api/parsed', options, handler),
    inflated: (options, handler) => site.serve('/api/inflated', options, handler),
    consumed: (options, handler) => site.serve('/api/consumed', options, handler),
  },
};
