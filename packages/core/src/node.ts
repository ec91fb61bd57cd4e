import type { IncomingMessage, ServerResponse } from 'node:http';
import { nodeExchange } from './lib/node/exchange.ts';
import type { NodeRequest } from './lib/node/request.ts';
import { holdResponse, watchResponse } from './lib/node/response.ts';
import { writeAnswer } from './lib/node/write-answer.ts';
import { type Receiver, runHandler } from './lib/receiver.ts';
import type { Delivery } from './lib/types.ts';

export type { NodeRequest };

/**
 * The handler form: judges a request, runs the handler for a genuine one, and answers.
 *
 * What the handler writes to `response` is held back until its claim is committed, so that no 2xx leaves over an uncommitted one;
 * when it writes nothing, the provider's acknowledgement is sent. Never rejects.
 */
export async function handleNode<Event>(
  receiver: Receiver<Event>,
  request: NodeRequest,
  response: ServerResponse,
  handler: (delivery: Delivery<Event>) => unknown,
): Promise<void> {
  const reception = await receiver.receive(nodeExchange(request));
  if (reception.outcome !== 'accepted') return writeAnswer(request, response, reception.answer);
  const { delivery, run } = reception;
  const held = holdResponse(response, (status) => (isSuccess(status) ? run.succeed() : run.fail()));
  void runHandler(() => handler(delivery), run);
  const answer = await run.answer;
  // The handler's own answer goes out, unless it claims a success that could not be committed, or came too late.
  if (held.status !== undefined && (isSuccess(answer.status) || !isSuccess(held.status))) held.letGo();
  else held.replace(() => writeAnswer(request, response, answer));
}

/**
 * The middleware form: judges a request; resolves to the delivery of a genuine one, and answers every other.
 *
 * The claim is committed when the response has been sent with a 2xx, and given back for any other status. A crash between the two
 * lets a repeat run once more, and loses nothing. Never rejects.
 */
export async function guardNode<Event>(
  receiver: Receiver<Event>,
  request: NodeRequest,
  response: ServerResponse,
): Promise<Delivery<Event> | undefined> {
  const reception = await receiver.receive(nodeExchange(request));
  if (reception.outcome !== 'accepted') {
    writeAnswer(request, response, reception.answer);
    return undefined;
  }
  const { delivery, run } = reception;
  // Later body parsers find nothing left to read: told so, they pass by instead of waiting for ever.
  request._body = true;
  const watched = watchResponse(
    response,
    (status) => void (isSuccess(status) ? run.succeed() : run.fail(new Error(`The route answered ${status}.`))),
    () => void run.fail(new Error('The route failed, and nothing but the framework’s own error page handled it.')),
  );
  // The deadline, acknowledge() and fail() answer in place of a response that has not begun.
  void run.answer.then((answer) => watched.replace(() => writeAnswer(request, response, answer)));
  return delivery;
}

/**
 * Keeps the raw bytes beside a body parser: `express.json({ verify: keepRawBody })`. The guard then verifies those bytes.
 */
export function keepRawBody(request: IncomingMessage, _response: unknown, bytes: Uint8Array): void {
  (request as NodeRequest).rawBody = bytes;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}
