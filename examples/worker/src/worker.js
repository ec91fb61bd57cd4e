import { webhook } from '@postern/core/fetch';
import { standardWebhooks } from '@postern/core/providers/standard-webhooks';

/** @typedef {{ WEBHOOK_SECRET: string }} Env what wrangler.toml and `wrangler secret put` give the Worker */

/** @type {((request: Request) => Promise<Response>) | undefined} */
let guard;

/**
 * Made once, at the first request: the secret is in `env`, which is not there before.
 *
 * @param {Env} env
 */
function makeGuard(env) {
  return webhook(
    {
      provider: standardWebhooks(),
      secrets: { id: 'WEBHOOK_SECRET', value: env.WEBHOOK_SECRET },
      onVerdict: (record) => log('verdict', record),
      onSettled: (record) => log('settled', record),
    },
    // Throwing, or a Response other than 2xx, gives the event back: the sender tries again.
    async (delivery) => {
      log('event', { id: delivery.id, type: delivery.type, attempt: delivery.attempt });
    },
  );
}

// biome-ignore lint/style/noDefaultExport: the form that Workers ask for.
export default {
  /**
   * @param {Request} request
   * @param {Env} env
   */
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/healthz') return Response.json({ status: 'ok' });
    if (pathname !== '/webhooks/standard') return new Response('not found\n', { status: 404 });
    guard ??= makeGuard(env);
    return guard(request);
  },
};

/**
 * One JSON object a line, for `wrangler tail`.
 *
 * @param {'verdict' | 'settled' | 'event'} kind
 * @param {object} record
 */
function log(kind, record) {
  // What a handler or a store threw may hold anything: its name and message are enough here.
  const { error, ...rest } = /** @type {{ error?: unknown }} */ (record);
  console.log(JSON.stringify({ log: kind, ...rest, error: error && String(error) }));
}
