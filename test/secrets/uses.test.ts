// How each secret is used, asked of what `webhook()` gives in every framework.
import type { AddressInfo } from 'node:net';
import { type Mounted, type ReceiverOptions, sign } from '@postern/core';
import { webhook as fetchWebhook } from '@postern/core/fetch';
import { webhook as nodeWebhook } from '@postern/core/node';
import { liasonpay } from '@postern/core/providers';
import { webhook as expressWebhook } from '@postern/express';
import { webhook as fastifyWebhook, type WebhookPlugin, webhookScope } from '@postern/fastify';
import { webhook as routeWebhook } from '@postern/next';
import { webhook as pagesWebhook } from '@postern/next/pages';
import express from 'express';
import fastify from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { listen } from '../conformance/listen.ts';

const OLD = 'old-test-secret-old-test-secret-old';
const NEW = 'new-test-secret-new-test-secret-new';
const provider = liasonpay();
const body = '{"event_type":"payment.paid"}';

const options = {
  provider,
  secrets: [
    { id: 'old', value: OLD },
    { id: 'new', value: NEW },
  ],
  onVerdict: () => undefined,
} satisfies ReceiverOptions;

/** Posts a delivery that was signed with the old secret. */
type Post = () => Promise<{ readonly status: number }>;
const headers = () => sign(provider, { secret: OLD, body });
const postTo = (port: number) => async () =>
  fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: await headers(), body });
const request = async () =>
  new Request('https://shop.example/hook', { method: 'POST', headers: await headers(), body });

const closing: (() => unknown)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

async function served(handle: Parameters<typeof listen>[0]): Promise<Post> {
  const server = await listen(handle);
  closing.push(server.close);
  return postTo(server.port);
}

async function registered(plugin: WebhookPlugin): Promise<Post> {
  const app = fastify({ forceCloseConnections: true });
  closing.push(() => app.close());
  await app.register(plugin);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return postTo((app.server.address() as AddressInfo).port);
}

const MOUNTS: Readonly<Record<string, () => Promise<readonly [Pick<Mounted, 'secrets'>, Post]>>> = {
  'Express, the handler form': async () => {
    const guard = expressWebhook(options, () => undefined);
    return [guard, await served(express().post('/', guard))];
  },
  'Express, the middleware form': async () => {
    const guard = expressWebhook(options);
    return [guard, await served(express().post('/', guard, (_request, response) => void response.end()))];
  },
  'Fastify, one path': async () => {
    const guard = fastifyWebhook(options, () => undefined);
    return [guard, await registered(guard)];
  },
  'Fastify, a scope': async () => {
    const guard = webhookScope(options, async (scope) => {
      scope.post('/', async () => '');
    });
    return [guard, await registered(guard)];
  },
  'node:http': async () => {
    const guard = nodeWebhook(options, () => undefined);
    return [guard, await served(guard)];
  },
  'a Request': async () => {
    const guard = fetchWebhook(options, () => undefined);
    return [guard, async () => guard(await request())];
  },
  'Next.js, the App Router': async () => {
    const guard = routeWebhook(options, () => undefined);
    return [guard, async () => guard((await request()) as never, { params: Promise.resolve({}) })];
  },
  'Next.js, the Pages Router': async () => {
    const guard = pagesWebhook(options, () => undefined);
    return [guard, await served((req, res) => void guard(req as never, res as never))];
  },
};

it.each(Object.keys(MOUNTS))('tells which secret is still in use: %s', async (name) => {
  const [guard, post] = (await MOUNTS[name]?.()) ?? [];
  expect((await post?.())?.status).toBe(200);
  const uses = guard?.secrets() ?? [];
  expect(uses.map(({ id, deliveries }) => [id, deliveries])).toEqual([
    ['old', 1],
    ['new', 0],
  ]);
  expect(uses[0]?.lastUsedAt).toBeGreaterThan(0);
  expect(JSON.stringify(uses)).not.toContain('test-secret');
});
