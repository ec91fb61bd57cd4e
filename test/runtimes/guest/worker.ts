// The Worker that workerd runs: one entrypoint is guarded, the other is the control door.

import { waitUntil } from 'cloudflare:workers';
import type { FetchHandler } from '@postern/core/fetch';
import { createControl } from './control.ts';
import { guardFetch } from './fetch-guard.ts';

interface Environment {
  /** Where the test's process listens. */
  readonly HOME: string;
}

let guarded: FetchHandler = async () => new Response(null, { status: 500 });
let url = '';

const control = createControl((configuration) => {
  const guard = guardFetch(url, configuration, waitUntil);
  guarded = guard.guarded;
  return { home: guard.home, port: 0, close: async () => undefined };
});

export const door = {
  fetch(request: Request, { HOME }: Environment): Promise<Response> {
    url = HOME;
    return control(request);
  },
};

export const worker = {
  fetch(request: Request): Promise<Response> {
    const answer = guarded(request);
    // The run is settled though the client has gone.
    waitUntil(answer);
    return answer;
  },
};
