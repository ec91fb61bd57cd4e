import { Injectable, Logger } from '@nestjs/common';
import type { Delivery } from '@postern/core';

/** What the shop does with events: a service like any other, which knows nothing of HTTP. */
@Injectable()
export class Orders {
  readonly #log = new Logger(Orders.name);

  /** Throwing gives the event back: Shopify is answered 503 and tries again. */
  async handle(delivery: Delivery): Promise<void> {
    // The topic is not signed: believe what the body says.
    const { id, total_price } = delivery.json<{ id: number; total_price?: string }>();
    this.#log.log(`${delivery.type}: order ${id}, ${total_price}, attempt ${delivery.attempt}`);
  }
}
