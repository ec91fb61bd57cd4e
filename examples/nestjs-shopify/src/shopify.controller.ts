import type { IncomingMessage, ServerResponse } from 'node:http';
import { All, Controller, Inject, Logger, Req, Res } from '@nestjs/common';
import { fromEnv } from '@postern/core';
import { type NodeListener, webhook } from '@postern/core/node';
import { shopify } from '@postern/core/providers/shopify';
import { Orders } from './orders.ts';

@Controller('webhooks/shopify')
export class ShopifyController {
  readonly #log = new Logger(ShopifyController.name);
  readonly #handle: NodeListener;

  // Made when Nest starts: without its secret, the application does not.
  constructor(@Inject(Orders) orders: Orders) {
    this.#handle = webhook(
      {
        provider: shopify(),
        secrets: fromEnv('SHOPIFY_CLIENT_SECRET', { previous: 'SHOPIFY_CLIENT_SECRET_PREVIOUS' }),
        // What the handler or the claim store threw may hold anything: its name and message are enough here.
        onVerdict: ({ error, ...record }) => this.#log.log({ ...record, error: error && String(error) }),
        onSettled: ({ error, ...record }) => this.#log.log({ ...record, error: error && String(error) }),
      },
      (delivery) => orders.handle(delivery),
    );
  }

  // All and not Post: the guard answers other methods with 405 and records them. With @Res, the answer is the guard's;
  // without @Body, no pipe looks at what nobody has verified.
  @All()
  receive(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.#handle(request, response);
  }
}
