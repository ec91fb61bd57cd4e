// What runs inside the edge runtime: the host gives it a configuration, and then requests.

import type { FetchHandler } from '@postern/core/fetch';
import type { Configuration, Fault } from '../messages.ts';
import { guardFetch } from './fetch-guard.ts';
import { faultOf, type Home } from './home.ts';

interface FetchEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

declare const addEventListener: (type: 'fetch', listen: (event: FetchEvent) => void) => void;

/** What the host calls. */
export interface EdgeGuest {
  configure(url: string, configuration: Configuration): { home: Home } | { fault: Fault };
}

const guest: EdgeGuest = {
  configure(url, configuration) {
    try {
      const guard = guardFetch(url, configuration);
      guarded = guard.guarded;
      return { home: guard.home };
    } catch (error) {
      return { fault: faultOf(error) };
    }
  },
};
let guarded: FetchHandler = async () => new Response(null, { status: 500 });
Object.assign(globalThis, { guest });
addEventListener('fetch', (event) => event.respondWith(guarded(event.request)));
