import { randomBytes } from 'node:crypto';
import type { Needle } from './leaks.ts';
import { type OrderService, startOrderService } from './order-service.ts';
import { delivery, nowSeconds, PATH, paymentBody, SIGNATURE } from './provider.ts';
import { type RawRequest, sendRaw } from './raw-request.ts';
import type { Row, Sight } from './row.ts';
import { startServer, type WatchedServer } from './server.ts';
import { createStage, type Stage } from './stage.ts';

/** What came of the scenario. */
interface Outcome {
  readonly rows: readonly Row[];
  /** All that the servers printed, and all that callers were told. */
  readonly heard: string;
  /** What must not be in it. */
  readonly confidential: readonly Needle[];
}

const EXAMPLE = import.meta.resolve('../../../examples/express-liasonpay/src/server.js');
const PARSER_FIRST = import.meta.resolve('./parser-first.ts');

const MEBIBYTE = 1_048_576;

/** Starts the servers, plays the provider and the attacker against them, stops them, and says what everybody saw. */
export async function playScenario(): Promise<Outcome> {
  const secrets = { current: testSecret('current'), previous: testSecret('previous'), guessed: testSecret('guessed') };
  const current = { LIASONPAY_WEBHOOK_SECRET: secrets.current };
  const previous = { LIASONPAY_WEBHOOK_SECRET_PREVIOUS: secrets.previous };
  const orders = await startOrderService();
  const starting = [
    startServer(EXAMPLE, { ...current, ...previous, ORDERS_URL: orders.url }),
    startServer(EXAMPLE, { ...current, LIASONPAY_ALLOW: '127.0.0.1' }),
    startServer(EXAMPLE, { ...current, LIASONPAY_ALLOW: '192.0.2.0/24' }),
    startServer(PARSER_FIRST, current),
  ] as const;
  const stop = async () => {
    for (const result of await Promise.allSettled(starting))
      if (result.status === 'fulfilled') await result.value.stop();
  };
  try {
    const [rotating, rotated, distant, parserFirst] = await Promise.all(starting);
    const stage = createStage(secrets);
    await playProvider(stage, rotating, rotated, orders);
    await playAttacker(stage, rotating, rotated, distant);
    await playMistake(stage, parserFirst);
    await stop();
    const printed = [rotating, rotated, distant, parserFirst].map((server) => server.printed());
    return { rows: stage.rows(), heard: printed.join('') + stage.told(), confidential: stage.confidential };
  } finally {
    orders.stop();
    await stop();
  }
}

/** A secret of this run alone, which says what it is wherever it should turn up. */
function testSecret(name: string): string {
  return `demo-only-${name}-${randomBytes(16).toString('hex')}`;
}

/** @param rotating takes the current and the previous secret @param rotated takes the current one only, from 127.0.0.1 only */
async function playProvider(
  stage: Stage,
  rotating: WatchedServer,
  rotated: WatchedServer,
  orders: OrderService,
): Promise<void> {
  const handled = expect('200', 'accepted, committed', 'once');
  const { sign, send, sendSeveral } = stage;
  stage.begin('The provider sends');

  const genuine = paymentBody('ch_1', '1250');
  await send('a genuine payment', rotating, delivery(genuine, sign(genuine)), handled);

  const decimals = paymentBody('ch_2', '25.00');
  await send('an amount written 25.00, checked as it came', rotating, delivery(decimals, sign(decimals)), handled);

  const unlucky = paymentBody('ch_3', '730');
  const retried = delivery(unlucky, sign(unlucky));
  const failed = expect('503', 'accepted, handler-failed', 'once');
  orders.failNext();
  await send('a payment whose handler fails', rotating, retried, failed);
  const secondTry = expect('200', 'accepted (attempt 2), committed', 'once');
  await send('the same delivery, tried again', rotating, retried, secondTry);

  const doubled = paymentBody('ch_4', '99');
  const copy = delivery(doubled, sign(doubled));
  const twoCopies = async () => {
    // The first copy's handler waits for the order service until the second copy has its answer.
    const call = orders.holdNext();
    const first = sendRaw(rotating.port, copy);
    try {
      await Promise.race([call.arrived, first]);
      const second = await sendRaw(rotating.port, copy);
      call.release();
      return [await first, second];
    } finally {
      call.release();
    }
  };
  const oneOfThem = expect('200 + 503', 'accepted, committed + in-flight', 'once');
  await sendSeveral('two copies of one payment at once', rotating, twoCopies, oneOfThem);

  const older = paymentBody('ch_5', '410');
  const byOldSecret = delivery(older, sign(older, { secret: 'previous' }));
  const stillTaken = expect('200', 'accepted (old secret), committed', 'once');
  await send('the previous secret, during its rotation', rotating, byOldSecret, stillTaken);

  const listed = paymentBody('ch_6', '615');
  await send('from an address on the allow list', rotated, delivery(listed, sign(listed)), handled);

  const overheard = paymentBody('ch_7', '1250.00');
  const captured = delivery(overheard, sign(overheard));
  await send('a payment that somebody captures', rotating, captured, handled);
  stage.begin('An attacker sends');
  await send('that capture, byte for byte', rotating, captured, expect('200', 'answered, done before', 'no'));
}

/** @param distant takes deliveries from 192.0.2.0/24 only, where nobody is */
async function playAttacker(
  stage: Stage,
  rotating: WatchedServer,
  rotated: WatchedServer,
  distant: WatchedServer,
): Promise<void> {
  const { sign, send } = stage;
  const refused = (status: number, reason: string) => expect(String(status), reason, 'no');

  const captured = paymentBody('ch_8', '1250.00');
  const signature = sign(captured);
  const forgeries: readonly (readonly [sent: string, body: string, header: string])[] = [
    ['one byte of a body changed', captured.replace('1250.00', '9250.00'), signature],
    ['the JSON parsed and written anew', JSON.stringify(JSON.parse(captured)), signature],
    ['the signed time moved on by a second', captured, moved(signature, 1)],
    ['a signature with a guessed secret', captured, sign(captured, { secret: 'guessed' })],
  ];
  for (const [sent, body, header] of forgeries)
    await send(sent, rotating, delivery(body, header), refused(401, 'bad-signature'));
  const retired = delivery(captured, sign(captured, { secret: 'previous' }));
  await send('the previous secret, after its rotation', rotated, retired, refused(401, 'bad-signature'));

  const old = delivery(captured, sign(captured, { time: nowSeconds() - 600 }));
  await send('a capture of ten minutes ago', rotating, old, refused(401, 'stale, authentic'));
  const early = delivery(captured, sign(captured, { time: nowSeconds() + 600 }));
  await send('a time ten minutes ahead', rotating, early, refused(401, 'future, authentic'));

  const guess = sign(captured, { secret: 'guessed' });
  const headers: readonly (readonly [sent: string, header: string | undefined, reason: string])[] = [
    ['no signature', undefined, 'missing-signature'],
    ['a signature of words', 'trust me', 'malformed-signature'],
    ['a signature one character short', guess.slice(0, -1), 'malformed-signature'],
    ['a signature two characters long', `${guess}00`, 'malformed-signature'],
    ['a signature without its time', guess.replace(/^t=\d+,/, ''), 'missing-timestamp'],
    ['a time that only begins as a number', guess.replace(/^t=(\d+)/, 't=$1abc'), 'malformed-timestamp'],
    ['two times in one header', `t=${nowSeconds()},${guess}`, 'malformed-signature'],
    ['a signature of another version', guess.replace('v1=', 'v0='), 'unsupported-scheme'],
    ['12 KiB of commas', ','.repeat(12_288), 'malformed-signature'],
  ];
  for (const [sent, header, reason] of headers)
    await send(sent, rotating, delivery(captured, header), refused(401, reason));
  const twice = withHeader(delivery(captured, signature), SIGNATURE, guess);
  await send('a genuine and a forged signature header', rotating, twice, refused(401, 'duplicate-header'));

  const outside = delivery(captured, signature);
  const notAllowed = refused(403, 'source-not-allowed');
  await send('from an address outside the allow list', distant, outside, notAllowed);
  const claiming = withHeader(outside, 'X-Forwarded-For', '192.0.2.7');
  await send('the same, claiming a listed address', distant, claiming, notAllowed);

  const flood = delivery(Buffer.alloc(10 * MEBIBYTE, 'x'), guess);
  const tooLarge = refused(413, 'body-too-large');
  await send('10 MiB where 1 MiB is allowed', rotating, flood, tooLarge);
  await send('10 MiB without saying how much', rotating, { ...flood, chunked: true }, tooLarge);
  const get = { method: 'GET', path: PATH, headers: [], body: Buffer.alloc(0) };
  await send('a GET', rotating, get, refused(405, 'method-not-allowed'));
}

async function playMistake({ begin, sign, send }: Stage, parserFirst: WatchedServer): Promise<void> {
  begin('A mistake of our own');
  const body = paymentBody('ch_9', '80');
  const unreadable = expect('500', 'misconfigured, warned', 'no');
  await send('a genuine payment, behind express.json()', parserFirst, delivery(body, sign(body)), unreadable);
}

function expect(caller: string, operator: string, handler: string): Sight {
  return { caller, operator, handler };
}

function withHeader(request: RawRequest, name: string, value: string): RawRequest {
  return { ...request, headers: [...request.headers, [name, value]] };
}

function moved(signature: string, seconds: number): string {
  return signature.replace(/^t=(\d+)/, (_, time: string) => `t=${Number(time) + seconds}`);
}
