import rateLimit, { type FastifyRateLimitStore } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Forgeries } from './count-forgeries.ts';

/**
 * Answers 429, before the body is read, whoever has sent `limit` forgeries within the window: call it in the scope in which the guard is then
 * registered, since the hooks of a route would come after those of the guard.
 *
 * `@fastify/rate-limit` counts each request that it sees; here its store only looks, and the verdicts count.
 */
export async function limitForgeries(
  scope: FastifyInstance,
  forgeries: Forgeries,
  settings: {
    readonly limit: number;
    /** The client's address, as the receiver sees it. */
    readonly addressOf: (request: FastifyRequest) => string;
  },
): Promise<void> {
  class Store implements FastifyRateLimitStore {
    incr(address: string, tell: (error: Error | null, result?: { current: number; ttl: number }) => void): void {
      try {
        const { hits, forgottenInMs } = forgeries.of(address);
        // The one at hand stands for one hit, as in any store: so it is refused once `limit` have been counted.
        tell(null, { current: hits + 1, ttl: forgottenInMs });
      } catch (error) {
        tell(error as Error);
      }
    }
    child(): FastifyRateLimitStore {
      return this;
    }
  }
  const hidden = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };
  await scope.register(rateLimit, {
    global: false,
    max: settings.limit,
    keyGenerator: settings.addressOf,
    store: Store,
    // A limiter that fails limits nobody: the guard stands behind it.
    skipOnError: true,
    // Headers would tell a stranger how many are left.
    addHeadersOnExceeding: hidden,
    addHeaders: hidden,
    errorResponseBuilder: () => Object.assign(new Error('Too Many Requests'), { statusCode: 429 }),
  });
  scope.addHook('onRequest', scope.rateLimit());
}
