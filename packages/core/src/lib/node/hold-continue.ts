import type { IncomingMessage, ServerResponse } from 'node:http';

/** On a request whose sender waits for a 100 Continue. By registry, so that two copies of this package know each other's. */
const WAITING = Symbol.for('postern.waitingForContinue');

interface WaitingRequest extends IncomingMessage {
  [WAITING]?: boolean;
}

/**
 * Says `100 Continue` when somebody begins to read the body, by whatever means, and never once an answer has begun: whoever refuses
 * or answers by the head alone has not asked for the body.
 */
export function holdContinue(request: IncomingMessage, response: ServerResponse): void {
  const waiting: WaitingRequest = request;
  waiting[WAITING] = true;
  // What every way of reading a stream comes down to.
  const read = request._read;
  request._read = (size) => {
    request._read = read;
    if (!response.headersSent && !response.destroyed) {
      waiting[WAITING] = false;
      response.writeContinue();
    }
    request._read(size);
  };
}

/** True while the sender waits for a 100 Continue, and would take an answer in its place. */
export function waitsForContinue(request: IncomingMessage): boolean {
  return (request as WaitingRequest)[WAITING] === true;
}
