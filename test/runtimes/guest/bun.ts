// The program that Bun runs: `bun bun.ts URL`.

import { announce, createControl } from './control.ts';
import { guardFetch } from './fetch-guard.ts';

declare const Bun: {
  serve(options: {
    readonly hostname: string;
    readonly port: number;
    readonly fetch: (request: Request) => Promise<Response>;
  }): { readonly port: number; stop(force: boolean): Promise<void> };
};

const [, , url = ''] = process.argv;
const place = { hostname: '127.0.0.1', port: 0 };

const control = createControl((configuration) => {
  const { home, guarded } = guardFetch(url, configuration);
  const server = Bun.serve({ ...place, fetch: guarded });
  return { home, port: server.port, close: () => server.stop(true) };
});
announce(Bun.serve({ ...place, fetch: control }).port);
