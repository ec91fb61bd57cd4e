// The program that Deno runs: `deno run deno.ts URL`.

import { announce, createControl } from './control.ts';
import { guardFetch } from './fetch-guard.ts';

declare const Deno: {
  readonly args: readonly string[];
  serve(
    options: {
      readonly hostname: string;
      readonly port: number;
      readonly signal?: AbortSignal;
      onListen(): void;
    },
    handler: (request: Request) => Promise<Response>,
  ): { readonly addr: { readonly port: number } };
};

const [url = ''] = Deno.args;
const place = { hostname: '127.0.0.1', port: 0, onListen() {} };

const control = createControl((configuration) => {
  const { home, guarded } = guardFetch(url, configuration);
  const stop = new AbortController();
  const server = Deno.serve({ ...place, signal: stop.signal }, guarded);
  return { home, port: server.addr.port, close: async () => stop.abort() };
});
announce(Deno.serve(place, control).addr.port);
