import { fromEnv } from '@postern/core';
import { type Credential, pesapalConfirm } from '@postern/core/confirm';
import type { Outbound } from '@postern/core/outbound';
import { clickpesa } from '@postern/core/providers/clickpesa';
import { pesapal } from '@postern/core/providers/pesapal';
import { webhook } from '@postern/express';
import express, { type Express } from 'express';
import type { Environment } from './environment.ts';
import type { Orders } from './orders.ts';

/** What the application is made of. Tests give their own secrets, and an `outbound` that leads to a simulator. */
export interface Parts {
  readonly environment: Environment;
  readonly orders: Orders;
  readonly log: (kind: string, record: object) => void;
  readonly consumerKey?: Credential;
  readonly consumerSecret?: Credential;
  readonly checksumKey?: string;
  readonly outbound?: Outbound;
}

/** A guarded application, and how it ends. */
export interface App {
  readonly app: Express;
  /** Finishes what is being handled. */
  close(): Promise<void>;
}

/** Makes the application. @throws ConfigurationError for a secret that is missing, blank or a placeholder */
export function createApp(parts: Parts): App {
  const { environment, orders, log, outbound } = parts;
  const records = {
    onVerdict: (record: object) => log('verdict', record),
    onSettled: (record: object) => log('settled', record),
  };

  // PesaPal signs nothing, so its IPN is a hint: an order that you do not know is refused at once, and PesaPal itself is asked for the rest.
  const pesapalGuard = webhook(
    {
      provider: pesapal(),
      secrets: [],
      environment,
      confirm: pesapalConfirm(
        {
          consumerKey: parts.consumerKey ?? fromEnv('PESAPAL_CONSUMER_KEY'),
          consumerSecret: parts.consumerSecret ?? fromEnv('PESAPAL_CONSUMER_SECRET'),
        },
        { outbound },
      ),
      expected: async ({ reference = '' }) => {
        const order = await orders.find(reference);
        return order && { reference, id: order.trackingId, amount: order.amount, currency: order.currency };
      },
      ...records,
    },
    async ({ confirmed }) => {
      // What PesaPal answered, found equal to the order. Returning sends the JSON that PesaPal wants; throwing, the same with status 500.
      if (confirmed === undefined || confirmed.outcome === 'pending') return;
      await orders.settle(confirmed.reference, confirmed.outcome);
    },
  );

  // ClickPesa signs the whole of it. A genuine payment can still be of another sum, so it is held against the order here.
  const clickpesaGuard = webhook(
    {
      provider: clickpesa(),
      secrets: parts.checksumKey ?? fromEnv('CLICKPESA_CHECKSUM_KEY', { previous: 'CLICKPESA_CHECKSUM_KEY_PREVIOUS' }),
      ...records,
    },
    async (delivery) => {
      const { event, eventType = event, data = {} } = delivery.json<ClickpesaBody>();
      if (eventType !== 'PAYMENT RECEIVED' && eventType !== 'PAYMENT FAILED') return;
      const order = await orders.find(String(data.orderReference));
      // Thrown, so that it is given back and seen in `settled`: it may have overtaken the order.
      if (order === undefined) throw new Error('ClickPesa tells of an order that is not known');
      if (eventType === 'PAYMENT FAILED') return orders.settle(order.reference, 'failed');
      if (data.currency !== order.currency || !isSameAmount(data.amount, order.amount))
        throw new Error('ClickPesa tells of another amount or currency than the order has');
      await orders.settle(order.reference, 'paid');
    },
  );

  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  // `all`: PesaPal comes by GET or POST, as registered, and the guards answer other methods with 405. Body parsers belong after them.
  app.all('/webhooks/pesapal', pesapalGuard);
  app.all('/webhooks/clickpesa', clickpesaGuard);
  return {
    app,
    close: async () => {
      await Promise.all([pesapalGuard.close(), clickpesaGuard.close()]);
    },
  };
}

/** As on https://docs.clickpesa.com/home/webhooks, where one sample writes `eventType` in place of `event`. */
interface ClickpesaBody {
  readonly event?: string;
  readonly eventType?: string;
  readonly data?: {
    readonly orderReference?: string;
    readonly amount?: string | number;
    readonly currency?: string;
  };
}

/** Compares two decimals as text: `10000.00` is `10000`. What is no plain decimal is equal to nothing. */
function isSameAmount(told: unknown, expected: string): boolean {
  const [a, b] = [String(told), expected].map((text) =>
    /^\d+(?:\.\d+)?$/.test(text) ? text.replace(/^0+(?=\d)/, '').replace(/(?:\.0*|(\.\d*?)0+)$/, '$1') : undefined,
  );
  return a !== undefined && a === b;
}
