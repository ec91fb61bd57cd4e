import { describe, expect, it } from 'vitest';
import { github, liasonpay, shopify, slack, standardWebhooks, stripe } from '../../providers/index.ts';
import { sign } from '../sign.ts';
import { fromLambdaEvent, type LambdaEvent, lambdaClientAddress, toLambdaResult } from './lambda.ts';

const BODY = '{"event_type":"payment.paid","amount":25.00,"payer":"Zoë"}';

type Headers = Readonly<Record<string, string>>;
type Shape = (headers: Headers, body: string | undefined, isBase64Encoded: boolean) => LambdaEvent;

/** API Gateway, REST API: payload format 1.0, names in the case they were sent in. */
const restApi: Shape = (headers, body, isBase64Encoded) => ({
  resource: '/{proxy+}',
  path: '/webhooks/x',
  httpMethod: 'POST',
  headers,
  multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  queryStringParameters: { tenant: 'a b' },
  multiValueQueryStringParameters: { tenant: ['a b', 'c&d'] },
  pathParameters: { proxy: 'webhooks/x' },
  stageVariables: null,
  requestContext: {
    accountId: '123456789012',
    resourceId: 'abc123',
    stage: 'prod',
    requestId: '00000000-0000-0000-0000-000000000000',
    domainName: 'abcdef1234.execute-api.eu-west-1.amazonaws.com',
    identity: { sourceIp: '192.0.2.7', userAgent: 'test' },
    protocol: 'HTTP/1.1',
    httpMethod: 'POST',
    path: '/prod/webhooks/x',
  },
  body: body ?? null,
  isBase64Encoded,
});

/** API Gateway, HTTP API: payload format 2.0. A function URL sends the same. */
const httpApi: Shape = (headers, body, isBase64Encoded) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: '/webhooks/x',
  rawQueryString: 'tenant=a%20b&tenant=c%26d',
  cookies: ['a=1'],
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  queryStringParameters: { tenant: 'a b,c&d' },
  requestContext: {
    accountId: '123456789012',
    apiId: 'abcdef1234',
    domainName: 'abcdef1234.lambda-url.eu-west-1.on.aws',
    domainPrefix: 'abcdef1234',
    http: { method: 'POST', path: '/webhooks/x', protocol: 'HTTP/1.1', sourceIp: '192.0.2.7', userAgent: 'test' },
    requestId: 'id',
    routeKey: '$default',
    stage: '$default',
    time: '01/Jan/2026:00:00:00 +0000',
    timeEpoch: 1_767_225_600_000,
  },
  ...(body === undefined ? {} : { body }),
  isBase64Encoded,
});

/** An application load balancer, without and with multi-value headers. It leaves the query encoded. */
const loadBalancer: Shape = (headers, body, isBase64Encoded) => ({
  requestContext: {
    elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/0123456789abcdef' },
  },
  httpMethod: 'POST',
  path: '/webhooks/x',
  queryStringParameters: { tenant: 'c%26d' },
  headers: { ...headers, 'x-forwarded-for': '192.0.2.7' },
  body: body ?? '',
  isBase64Encoded,
});
const multiValueLoadBalancer: Shape = (headers, body, isBase64Encoded) => {
  const { headers: _, queryStringParameters: __, ...event } = loadBalancer(headers, body, isBase64Encoded);
  return {
    ...event,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    multiValueQueryStringParameters: { tenant: ['a%20b', 'c%26d'] },
  };
};

const SHAPES = [
  ['a REST API', restApi],
  ['an HTTP API or a function URL', httpApi],
  ['a load balancer', loadBalancer],
  ['a load balancer with multi-value headers', multiValueLoadBalancer],
] as const;

const bytesOf = async (request: Request) => new Uint8Array(await request.arrayBuffer());
const base64 = (bytes: Uint8Array) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

describe.each(SHAPES)('an event of %s', (_, shape) => {
  it('becomes a request with its method, target and lines', () => {
    const request = fromLambdaEvent(shape({ 'X-Signature': 'abc', 'Content-Type': 'text/plain' }, 'x', false));
    expect(request.method).toBe('POST');
    const { pathname, searchParams } = new URL(request.url);
    expect(pathname).toBe('/webhooks/x');
    expect(searchParams.getAll('tenant').at(-1)).toBe('c&d');
    expect([request.headers.get('x-signature'), request.headers.get('content-type')]).toEqual(['abc', 'text/plain']);
  });

  it('keeps every byte of a base64 body, UTF-8 or not', async () => {
    const every = Uint8Array.from({ length: 256 }, (_, value) => value);
    expect(await bytesOf(fromLambdaEvent(shape({}, base64(every), true)))).toEqual(every);
  });

  it('gives a text body as UTF-8, a mark at its start included', async () => {
    expect(await bytesOf(fromLambdaEvent(shape({}, '\uFEFFZoë 🎉', false)))).toEqual(
      new TextEncoder().encode('\uFEFFZoë 🎉'),
    );
  });

  it('gives no body where there is none', async () => {
    expect(await bytesOf(fromLambdaEvent(shape({}, undefined, false)))).toEqual(new Uint8Array());
  });

  const whsec = 'whsec_dGVzdC1zZWNyZXQtdGVzdC1zZWNyZXQtdGVzdC1zZWM=';
  const secret = 'test-secret-test-secret-test-secret';
  it.each([
    ['github', github(), secret],
    ['liasonpay', liasonpay(), secret],
    ['shopify', shopify(), secret],
    ['slack', slack(), secret],
    ['standardWebhooks', standardWebhooks(), whsec],
    ['stripe', stripe(), whsec],
  ] as const)('carries a delivery of %s whole', async (_, provider, secret) => {
    const { createReceiver } = await import('../receiver.ts');
    const { fetchExchange } = await import('./exchange.ts');
    const receiver = createReceiver({ provider, secrets: secret });
    const headers = await sign(provider, { secret, body: BODY });
    for (const encoded of [false, true]) {
      const body = encoded ? base64(new TextEncoder().encode(BODY)) : BODY;
      const reception = await receiver.receive(
        fetchExchange(fromLambdaEvent(shape(headers, body, encoded)), undefined),
      );
      // The second is a repeat of the first.
      expect(reception.outcome).toBe(encoded ? 'answered' : 'accepted');
      if (reception.outcome === 'accepted') await reception.run.succeed();
    }
    const forged = shape(headers, BODY.replace('25.00', '99.00'), false);
    expect(await receiver.receive(fetchExchange(fromLambdaEvent(forged), undefined))).toMatchObject({
      reason: 'bad-signature',
    });
  });
});

describe('what a stranger may send', () => {
  it.each(['TRACE', 'trace', 'CONNECT', 'TRACK', 'PO ST', 'POST\r\n', '', 'PÖST'])(
    'the method %j is one that no guard takes',
    (method) => {
      expect(fromLambdaEvent({ httpMethod: method, body: 'x' }).method).toBe('UNSUPPORTED');
      expect(fromLambdaEvent({ requestContext: { http: { method } } }).method).toBe('UNSUPPORTED');
    },
  );

  it.each(['GET', 'HEAD', 'get', 'OPTIONS', 'DELETE', 'PROPFIND'])('%s with a body is a request', (method) => {
    expect(fromLambdaEvent({ httpMethod: method, body: 'x' }).method).toMatch(new RegExp(`^${method}$`, 'i'));
  });

  it('repeated lines are joined, so that none of them is picked', () => {
    const multiValueHeaders = { 'X-Sig': ['a', 'b'], 'x-sig': ['c'], 'x-none': undefined, 'x-empty': [] };
    const { headers } = fromLambdaEvent({ httpMethod: 'POST', headers: { 'X-Sig': 'b' }, multiValueHeaders });
    expect([headers.get('x-sig'), headers.has('x-none'), headers.has('x-empty')]).toEqual(['a, b, c', false, false]);
  });

  it('values that are not ASCII are the bytes they were sent as', () => {
    const { headers } = fromLambdaEvent({ headers: { 'x-latin': 'Zo\u00eb', 'x-wide': '→', 'x-none': undefined } });
    expect([headers.get('x-latin'), headers.get('x-wide'), headers.has('x-none')]).toEqual([
      'Zo\u00eb',
      '\u00e2\u0086\u0092',
      false,
    ]);
  });

  it('names and values that no header can have end nothing', () => {
    const { headers } = fromLambdaEvent({
      headers: { 'a b': '1', 'x\ny': '2', '': '3', 'x-a': 'l1\r\nl2\0', __proto__: {} } as never,
    });
    expect([...headers]).toEqual([['x-a', 'l1  l2']]);
  });

  it('paths and queries stay what they are, and lead to no other host', () => {
    const at = (event: LambdaEvent) => new URL(fromLambdaEvent(event).url);
    for (const rawPath of ['//evil.example/x', '/a?b=1#c', '/ä/%zz', '', '\\x', '/..//../x'])
      expect(at({ rawPath, rawQueryString: 'q=1#2' }).host).toBe('lambda.invalid');
    expect(at({ rawPath: '/a?b', rawQueryString: 'x=1' }).pathname).toBe('/a%3Fb');
    expect(at({ rawPath: '/x', requestContext: { domainName: 'api.shop.example' } }).host).toBe('api.shop.example');
    expect(at({ path: '/x', headers: { host: 'evil.example' } }).host).toBe('lambda.invalid');
  });

  it('what an emulator gives for a host, or for a header, ends nothing', () => {
    for (const domainName of ['', 'a b', 'a.example/evil?x#', '[', 'user@a.example', 7, null])
      expect(new URL(fromLambdaEvent({ requestContext: { domainName } } as LambdaEvent).url).host).toBe(
        'lambda.invalid',
      );
    const { headers } = fromLambdaEvent({ headers: { 'x-a': 7, 'x-b': null, 'x-c': 'c' } } as unknown as LambdaEvent);
    expect([...headers]).toEqual([['x-c', 'c']]);
    const lines = { multiValueHeaders: { 'x-a': [7, 'a'] } } as unknown as LambdaEvent;
    expect([...fromLambdaEvent(lines).headers]).toEqual([['x-a', 'a']]);
  });

  it('base64 that is none is taken as it stands: no signature is over it', async () => {
    expect(await bytesOf(fromLambdaEvent({ httpMethod: 'POST', body: '{"a":1}', isBase64Encoded: true }))).toEqual(
      new TextEncoder().encode('{"a":1}'),
    );
  });

  it('an event with nothing in it is a request that no guard takes', () => {
    expect(fromLambdaEvent({}).method).toBe('UNSUPPORTED');
    expect(
      fromLambdaEvent({ headers: null, multiValueHeaders: null, body: null, queryStringParameters: null }).url,
    ).toBe('https://lambda.invalid/');
  });

  it('a body of six megabytes is decoded in a moment', async () => {
    const body = 'QUJD'.repeat(2_000_000);
    const begun = performance.now();
    const bytes = await bytesOf(fromLambdaEvent({ httpMethod: 'POST', body, isBase64Encoded: true }));
    expect(bytes.byteLength).toBe(6_000_000);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});

describe('the address', () => {
  it('is what the gateway saw, and unknown behind a load balancer, whatever its headers say', () => {
    expect(
      SHAPES.map(([, shape]) => lambdaClientAddress(shape({ 'x-forwarded-for': '192.0.2.1' }, '', false))),
    ).toEqual(['192.0.2.7', '192.0.2.7', undefined, undefined]);
    expect(lambdaClientAddress({ requestContext: { identity: { sourceIp: null } } })).toBeUndefined();
    expect(lambdaClientAddress({})).toBeUndefined();
  });
});

describe('the result', () => {
  it('is text where the body is UTF-8', async () => {
    const response = new Response('\uFEFFZoë', { status: 401, headers: { 'retry-after': '5' } });
    expect(await toLambdaResult(response)).toEqual({
      statusCode: 401,
      headers: { 'content-type': 'text/plain;charset=UTF-8', 'retry-after': '5' },
      body: '\uFEFFZoë',
      isBase64Encoded: false,
    });
  });

  it('is base64 where it is not', async () => {
    const every = Uint8Array.from({ length: 256 }, (_, value) => value);
    const { body, isBase64Encoded } = await toLambdaResult(new Response(every));
    expect(isBase64Encoded).toBe(true);
    expect(Uint8Array.from(atob(body), (character) => character.charCodeAt(0))).toEqual(every);
  });

  it('has an empty body where there is none', async () => {
    expect(await toLambdaResult(new Response(null, { status: 204 }))).toEqual({
      statusCode: 204,
      headers: {},
      body: '',
      isBase64Encoded: false,
    });
  });

  it('says nothing of the connection, which is the gateway’s', async () => {
    expect((await toLambdaResult(new Response(null, { headers: { connection: 'close', a: 'b' } }))).headers).toEqual({
      a: 'b',
    });
  });

  it('repeats its headers as the load balancer reads them, for an event with multi-value headers', async () => {
    const headers = new Headers({ 'retry-after': '5' });
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    const event = multiValueLoadBalancer({ a: 'b' }, '', false);
    expect((await toLambdaResult(new Response(null, { headers }), event)).multiValueHeaders).toEqual({
      'retry-after': ['5'],
      'set-cookie': ['a=1', 'b=2'],
    });
    const single = loadBalancer({}, '', false);
    expect(await toLambdaResult(new Response(null, { headers }), single)).not.toHaveProperty('multiValueHeaders');
  });
});
