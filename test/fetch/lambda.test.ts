// A guard as a Lambda function, held against the types and the events that Amazon’s own type package and documents describe.
import { memoryStore, sign, type VerdictRecord } from '@postern/core';
import { fromLambdaEvent, type LambdaEvent, lambdaClientAddress, toLambdaResult, webhook } from '@postern/core/fetch';
import { liasonpay } from '@postern/core/providers/liasonpay';
import type {
  ALBEvent,
  ALBHandler,
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  LambdaFunctionURLHandler,
} from 'aws-lambda';
import { describe, expect, expectTypeOf, it } from 'vitest';

const SECRET = 'test-secret-test-secret-test-secret';
const BODY = '{"event_type":"payment.paid","payer":"Zoë"}';

function open() {
  const verdicts: VerdictRecord[] = [];
  const bodies: string[] = [];
  const handle = webhook(
    {
      provider: liasonpay(),
      secrets: SECRET,
      store: memoryStore(),
      allow: ['192.0.2.0/24'],
      clientAddress: (_request, event: LambdaEvent) => lambdaClientAddress(event),
      onVerdict: (record) => verdicts.push(record),
    },
    (delivery) => void bodies.push(delivery.text()),
  );
  const handler = async (event: LambdaEvent) => toLambdaResult(await handle(fromLambdaEvent(event), event), event);
  return { handler, verdicts, bodies };
}

async function event(change: object = {}): Promise<LambdaEvent> {
  return {
    version: '2.0',
    rawPath: '/webhooks/liasonpay',
    rawQueryString: '',
    headers: { ...(await sign(liasonpay(), { secret: SECRET, body: BODY })), 'content-type': 'application/json' },
    requestContext: { domainName: 'x.lambda-url.eu-west-1.on.aws', http: { method: 'POST', sourceIp: '192.0.2.7' } },
    body: BODY,
    isBase64Encoded: false,
    ...change,
  };
}

describe('a guard as a Lambda function', () => {
  it('has the types of each gateway’s handlers', () => {
    expectTypeOf<APIGatewayProxyEvent>().toExtend<LambdaEvent>();
    expectTypeOf<APIGatewayProxyEventV2>().toExtend<LambdaEvent>();
    expectTypeOf<ALBEvent>().toExtend<LambdaEvent>();
    const { handler } = open();
    expectTypeOf(handler).toExtend<APIGatewayProxyHandler>();
    expectTypeOf(handler).toExtend<APIGatewayProxyHandlerV2>();
    expectTypeOf(handler).toExtend<LambdaFunctionURLHandler>();
    expectTypeOf(handler).toExtend<ALBHandler>();
  });

  it('acknowledges a genuine event, and a repeat of it without the handler', async () => {
    const { handler, bodies } = open();
    const one = await event();
    const result = await handler(one);
    expect(result).toEqual({ statusCode: 200, headers: {}, body: '', isBase64Encoded: false });
    expect(await handler(one)).toEqual(result);
    expect(bodies).toEqual([BODY]);
  });

  it.each([
    ['a forged body', { body: BODY.replace('paid', 'sent') }, 401, 'bad-signature'],
    [
      'another source',
      { requestContext: { http: { method: 'POST', sourceIp: '198.51.100.1' } } },
      403,
      'source-not-allowed',
    ],
    [
      'a load balancer, which vouches for no address',
      { requestContext: { elb: {} }, httpMethod: 'POST' },
      403,
      'source-unknown',
    ],
    [
      'a method that Request refuses',
      { requestContext: { http: { method: 'TRACE', sourceIp: '192.0.2.7' } } },
      405,
      'method-not-allowed',
    ],
    ['a body that lost bytes as text', { body: '\uFFFD\uFFFD' }, 401, 'bad-signature'],
    ['base64 that is none', { body: '%%%', isBase64Encoded: true }, 401, 'bad-signature'],
  ])('refuses %s', async (_, change, status, reason) => {
    const { handler, verdicts, bodies } = open();
    const result = await handler(await event(change));
    expect([result.statusCode, verdicts[0]?.reason, bodies]).toEqual([status, reason, []]);
    expect(result.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(result.body)).toMatchObject({ status, instance: `urn:uuid:${verdicts[0]?.instance}` });
  });

  it('says that something else than the signed bytes came, where text is longer than its declared length', async () => {
    const { handler, verdicts } = open();
    const given = await event({ body: '{"payer":"Zo\uFFFD"}' });
    const headers = { ...given.headers, 'content-length': '14' };
    expect((await handler({ ...given, headers })).statusCode).toBe(500);
    expect(verdicts[0]).toMatchObject({
      reason: 'misconfigured',
      detail: expect.stringContaining('decoded it as text'),
    });
  });
});
