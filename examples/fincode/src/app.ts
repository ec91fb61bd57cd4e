import { fromEnv } from '@postern/core';
import type { Credential } from '@postern/core/confirm';
import type { Outbound } from '@postern/core/outbound';
import { webhook } from '@postern/express';
import express, { type Express } from 'express';
import { confirmFincode, fincodeWithToken, type Tenant } from './fincode.ts';
import type { Orders } from './orders.ts';

/** What the application is made of. Tests give their own tokens, and an `outbound` that leads to a simulator. */
export interface Parts extends Tenant {
  readonly statusPath: string;
  readonly orders: Orders;
  readonly log: (kind: string, record: object) => void;
  readonly callbackToken?: string;
  readonly apiToken?: Credential;
  readonly outbound?: Outbound;
}

/** A guarded application, and how it ends. */
export interface App {
  readonly app: Express;
  /** Finishes what is being handled. */
  close(): Promise<void>;
}

/** Makes the application. @throws ConfigurationError for a token that is missing, blank or a placeholder */
export function createApp(parts: Parts): App {
  const { environment, orders, log } = parts;
  const guard = webhook(
    {
      provider: fincodeWithToken(),
      secrets:
        parts.callbackToken ?? fromEnv('FINCODE_CALLBACK_TOKEN', { previous: 'FINCODE_CALLBACK_TOKEN_PREVIOUS' }),
      environment,
      confirm: confirmFincode(
        parts,
        { apiToken: parts.apiToken ?? fromEnv('FINCODE_API_TOKEN') },
        { outbound: parts.outbound },
      ),
      expected: async ({ id }) => orders.find(id),
      onVerdict: (record) => log('verdict', record),
      onSettled: (record) => log('settled', record),
    },
    async ({ confirmed }) => {
      // What FinCode answered, found equal to the order. A status that changes later is another event, and a repeat is none.
      if (confirmed === undefined || confirmed.outcome === 'pending') return;
      await orders.settle(confirmed.reference, confirmed.outcome);
    },
  );
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.all('/webhooks/fincode', guard);
  return { app, close: async () => void (await guard.close()) };
}
