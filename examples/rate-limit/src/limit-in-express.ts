import type { Request } from 'express';
import { type RateLimitRequestHandler, rateLimit } from 'express-rate-limit';
import type { Forgeries } from './count-forgeries.ts';

/**
 * Answers 429, before the body is read, whoever has sent `limit` forgeries within the window: mount it before the guard.
 *
 * `express-rate-limit` counts each request when it comes and may take it off again when it ends: a burst of honest deliveries would be refused
 * half-way. So its store only looks here, and the verdicts count.
 */
export function limitForgeries(
  forgeries: Forgeries,
  settings: {
    readonly limit: number;
    /** The client's address, as the receiver sees it. */
    readonly addressOf: (request: Request) => string;
  },
): RateLimitRequestHandler {
  return rateLimit({
    limit: settings.limit,
    keyGenerator: (request) => settings.addressOf(request),
    store: {
      // The one at hand stands for one hit, as in any store: so it is refused once `limit` have been counted.
      increment: (address) => {
        const { hits, forgottenInMs } = forgeries.of(address);
        return { totalHits: hits + 1, resetTime: new Date(Date.now() + forgottenInMs) };
      },
      decrement: () => undefined,
      resetKey: () => undefined,
    },
    // A limiter that fails limits nobody: the guard stands behind it.
    passOnStoreError: true,
    // Headers would tell a stranger how many are left.
    standardHeaders: false,
    legacyHeaders: false,
    handler: (request, response) => {
      const { forgottenInMs } = forgeries.of(settings.addressOf(request));
      response
        .status(429)
        .set({ 'Retry-After': String(Math.ceil(forgottenInMs / 1000)), Connection: 'close' })
        .type('application/problem+json')
        .send('{"title":"Too Many Requests","status":429}');
    },
  });
}
