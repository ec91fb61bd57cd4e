import { type FetchHandler, type WebhookOptions, webhook } from '@postern/core/fetch';
import type { Spoiling } from '@postern/testing';
import type { Configuration } from '../messages.ts';
import { type Home, type Keep, openHome } from './home.ts';

/** A guarded handler of the Fetch API, and its way home. */
export interface FetchGuard {
  readonly home: Home;
  readonly guarded: FetchHandler;
}

/** Guards with a configuration. @throws ConfigurationError for one that could not work */
export function guardFetch(url: string, configuration: Configuration, keep?: Keep): FetchGuard {
  const home = openHome(url, configuration, keep);
  const { spoilt } = configuration;
  // `allow` is none of the options that travel: it would need `clientAddress`.
  const handle = webhook(home.options as WebhookOptions, async (delivery) => {
    const handled = home.handle(delivery);
    // The handler goes on when the client has gone, and after its deadline.
    keep?.(handled.catch(() => undefined));
    const reply = await handled;
    return reply && new Response(reply.body ?? null, { status: reply.status, headers: reply.headers ?? {} });
  });
  return {
    home,
    async guarded(request) {
      if (spoilt !== null) await spoil(spoilt, request);
      return handle(request);
    },
  };
}

/** Reads the body before the guard, the way a person would. */
async function spoil(spoiling: Spoiling, request: Request): Promise<void> {
  if (spoiling === 'parsed') await request.json();
  else if (spoiling === 'consumed') await request.arrayBuffer();
  else await new Response(request.body?.pipeThrough(new DecompressionStream('gzip'))).text();
}
