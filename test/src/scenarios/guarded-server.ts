import { setTimeout as sleep } from 'node:timers/promises';
import { type ClaimStore, isConfigurationError, type Secrets } from '@postern/core';
import { webhook } from '@postern/express';
import express, { type Express } from 'express';
import { listen } from '../../conformance/listen.ts';
import type { Order } from './place.ts';
import type { Plan } from './scenario.ts';
import { makeProvider, type Setup } from './setup.ts';

/** One server of a scenario. */
interface GuardedServer {
  readonly port: number;
  prepare(order: Order): void;
  close(): Promise<void>;
}

/** What a server is built on. */
interface Foundations {
  readonly setup: Setup;
  readonly store: ClaimStore;
  /** Told when a handler begins, before it does anything. */
  readonly onStart: (callerPort: number) => void;
  /** Ends the process of the server as no process wants to end. */
  readonly crash: () => void;
}

/** The outcomes are what is looked at: without these, warnings would tell of every refusal. */
const UNHEARD = { onVerdict: () => undefined, onSettled: () => undefined };

/** Serves one route with Express, and does in its handler what it was told to do for each caller. */
export async function serveGuarded({ setup, store, onStart, crash }: Foundations): Promise<GuardedServer> {
  const provider = makeProvider(setup);
  const plans = new Map<number, Plan>();
  let nowMs = 0;
  let made = '';
  let app: Express | undefined;

  function build(secrets: Order['secrets']): Express | undefined {
    try {
      const owned = setup.tenant === undefined ? secrets : ownBy(setup.tenant, secrets);
      const options = { ...setup.options, provider, secrets: owned, store, now: () => nowMs, ...UNHEARD };
      const guard = webhook(options, async (_delivery, { socket }) => {
        const callerPort = socket.remotePort ?? 0;
        onStart(callerPort);
        await follow(plans.get(callerPort) ?? { does: 'ok' }, crash);
      });
      return express().all(/.*/, guard);
    } catch (error) {
      if (isConfigurationError(error)) return undefined;
      throw error;
    }
  }

  const server = await listen((request, response) => {
    if (app !== undefined) return app(request, response);
    request.resume();
    return response.writeHead(500).end();
  });
  return {
    port: server.port,
    prepare(order) {
      nowMs = order.nowMs;
      plans.set(order.callerPort, order.plan);
      const wanted = JSON.stringify(order.secrets);
      if (wanted !== made) app = build(order.secrets);
      made = wanted;
    },
    close: () => server.close(),
  };
}

/** Secrets of one tenant, but for those that name another. */
function ownBy(tenant: string, secrets: Secrets): Secrets {
  return [secrets]
    .flat()
    .map((secret, at) =>
      typeof secret === 'string' ? { id: `secret-${at + 1}`, value: secret, tenant } : { tenant, ...secret },
    ) as Secrets;
}

async function follow(plan: Plan, crash: () => void): Promise<void> {
  if (plan.does === 'throw') throw new Error('this handler was told to throw');
  if (plan.does === 'hang') await sleep(plan.ms);
  if (plan.does === 'crash') {
    crash();
    // The process takes a moment to die, and its handler must not end well meanwhile.
    await new Promise(() => undefined);
  }
}
