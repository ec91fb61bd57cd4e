/**
 * What the shop does with a finished checkout: the code under test. It knows a delivery, and nothing of servers.
 *
 * @param {import('@postern/core').Delivery} delivery
 * @returns {{ order: string, cents: number } | undefined} nothing for events that are not ours
 */
export function fulfil(delivery) {
  if (delivery.type !== 'checkout.session.completed') return undefined;
  /** @type {{ data: { object: { id: string, amount_total: number } } }} */
  const { data } = delivery.json();
  return { order: data.object.id, cents: data.object.amount_total };
}
