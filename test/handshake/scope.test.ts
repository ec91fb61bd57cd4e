// Fastify's scope guards the routes that it has: a handshake needs one for its method.
import { trello } from '@postern/core/providers/trello';
import { webhookScope } from '@postern/fastify';
import fastify from 'fastify';
import { expect, it } from 'vitest';

it('a route of a Fastify scope with all methods answers handshakes, and one without them is not found', async () => {
  const app = fastify();
  const options = {
    provider: trello({ publicUrl: 'https://example.com/hook' }),
    secrets: 'test-secret-test-secret-test-secret',
    onVerdict: () => {},
  };
  const never = () => {
    throw new Error('a handshake ran the handler');
  };
  await app.register(
    webhookScope(options, async (scope) => {
      scope.route({ method: ['POST', 'GET', 'HEAD', 'OPTIONS'], url: '/all', handler: never });
      scope.post('/post', never);
    }),
  );
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  try {
    for (const method of ['HEAD', 'GET']) {
      expect((await fetch(`${origin}/all`, { method })).status).toBe(200);
      expect((await fetch(`${origin}/post`, { method })).status).toBe(404);
    }
    expect((await fetch(`${origin}/all`, { method: 'OPTIONS' })).status).toBe(405);
  } finally {
    await app.close();
  }
});
