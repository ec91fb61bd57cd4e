/** An event of Amazon API Gateway (REST and HTTP APIs), of a function URL or of a load balancer: the fields that are read here. */
export interface LambdaEvent {
  readonly version?: string | undefined;
  readonly httpMethod?: string | undefined;
  readonly path?: string | undefined;
  readonly rawPath?: string | undefined;
  readonly rawQueryString?: string | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | null | undefined;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null | undefined;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[] | undefined>> | null | undefined;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null | undefined;
  readonly body?: string | null | undefined;
  readonly isBase64Encoded?: boolean | undefined;
  readonly requestContext?: LambdaRequestContext | undefined;
}

/** What the gateway itself says of a request. */
interface LambdaRequestContext {
  readonly domainName?: string | undefined;
  readonly http?: { readonly method?: string | undefined; readonly sourceIp?: string | undefined } | undefined;
  readonly identity?: { readonly sourceIp?: string | null | undefined } | undefined;
  /** There where a load balancer made the event. */
  readonly elb?: object | undefined;
}

/** What a Lambda function returns to its gateway. */
export interface LambdaResult {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  /** For an event that has `multiValueHeaders`: a load balancer that gives them reads no others. */
  readonly multiValueHeaders?: Record<string, string[]>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** A token of RFC 9110, without the methods that `Request` refuses. */
const METHOD = /^(?!(?:CONNECT|TRACE|TRACK)$)[\w!#$%&'*+.^`|~-]+$/i;
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * Makes a `Request` of a Lambda event: API Gateway payload formats 1.0 and 2.0, function URLs, load balancers.
 * Whatever a caller sends, this does not throw: what no `Request` can hold becomes one that every guard refuses.
 *
 * A base64 body becomes the bytes it stands for, never text on the way. A body that the gateway hands on as text has lost what was not
 * UTF-8: let a REST API treat every type as binary (`binaryMediaTypes: ['*\/*']`) where deliveries are not JSON.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function fromLambdaEvent(event: LambdaEvent): Request {
  const { requestContext: context, body } = event;
  const named = context?.http?.method ?? event.httpMethod ?? '';
  const method = METHOD.test(named) ? named : 'UNSUPPORTED';
  const url = originOf(context?.domainName);
  url.pathname = event.rawPath ?? event.path ?? '/';
  url.search = event.rawQueryString ?? queryOf(event);
  const headers = new Headers();
  for (const [name, value] of headerLines(event))
    if (typeof value === 'string' && FIELD_NAME.test(name)) headers.append(name, toBytes(value));
  // A Request of these methods cannot have a body; the guard refuses them by their method.
  if (body === undefined || body === null || /^(?:GET|HEAD)$/i.test(method))
    return new Request(url, { method, headers });
  return new Request(url, {
    method,
    headers,
    body: (event.isBase64Encoded ? decodeBase64(body) : undefined) ?? new TextEncoder().encode(body),
  });
}

/** The gateway's own name, never the Host header: that is a stranger's text, and need not be a host at all. What an emulator gives may be none either. */
function originOf(domainName: unknown): URL {
  const origin = `https://${typeof domainName === 'string' ? domainName : ''}/`;
  return new URL(
    /^https:\/\/[A-Za-z0-9.:-]+\/$/.test(origin) && URL.canParse(origin) ? origin : 'https://lambda.invalid/',
  );
}

/**
 * The caller's address as the gateway saw it: for `clientAddress`, beside `allow`. `undefined` behind a load balancer, which tells it in a header only.
 */
export function lambdaClientAddress({ requestContext: context }: LambdaEvent): string | undefined {
  return context?.http?.sourceIp ?? context?.identity?.sourceIp ?? undefined;
}

/**
 * Makes of a guard's answer what a Lambda function returns.
 *
 * @param event the event that is answered: behind a load balancer with multi-value headers, the headers would be lost without it
 */
export async function toLambdaResult(
  response: Response,
  event?: Pick<LambdaEvent, 'multiValueHeaders'>,
): Promise<LambdaResult> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  // The connection is the gateway's own.
  const lines = [...response.headers].filter(([name]) => name !== 'connection');
  const head = {
    statusCode: response.status,
    headers: Object.fromEntries(lines),
    ...(event?.multiValueHeaders ? { multiValueHeaders: groupByName(lines) } : {}),
  };
  try {
    const body = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { ...head, body, isBase64Encoded: false };
  } catch {
    const body = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    return { ...head, body, isBase64Encoded: true };
  }
}

/** Format 1.0 shows repeated headers only in `multiValueHeaders`; format 2.0 has joined them. */
function* headerLines({ headers, multiValueHeaders }: LambdaEvent): Generator<readonly [string, string]> {
  if (multiValueHeaders) {
    for (const [name, values] of Object.entries(multiValueHeaders))
      for (const value of values ?? []) yield [name, value];
  } else {
    for (const [name, value] of Object.entries(headers ?? {}))
      if (value !== undefined && value !== null) yield [name, value];
  }
}

/** A load balancer hands on names and values as they were sent; the others have decoded them. */
function queryOf({ multiValueQueryStringParameters, queryStringParameters, requestContext }: LambdaEvent): string {
  const lines = Object.entries(multiValueQueryStringParameters ?? queryStringParameters ?? {}).flatMap(
    ([name, value]) =>
      (typeof value === 'string' ? [value] : (value ?? [])).map((one: string): [string, string] => [name, one]),
  );
  return requestContext?.elb
    ? lines.map(([name, value]) => `${name}=${value}`).join('&')
    : new URLSearchParams(lines).toString();
}

/** Header text as `Headers` takes it: one character a byte. RFC 9110 5.5: a space in the place of what ends a line. */
function toBytes(text: string): string {
  const plain = text.replace(/[\0\r\n]/g, ' ');
  if (/^[\0-\xff]*$/.test(plain)) return plain;
  return Array.from(new TextEncoder().encode(plain), (byte) => String.fromCharCode(byte)).join('');
}

/** The bytes that base64 stands for. What is none after all is not what was sent: its text is taken, and no signature is over it. */
function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const characters = atob(text);
    const bytes = new Uint8Array(characters.length);
    for (let at = 0; at < bytes.length; at++) bytes[at] = characters.charCodeAt(at);
    return bytes;
  } catch {
    return undefined;
  }
}

function groupByName(lines: readonly (readonly [name: string, value: string])[]): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const [name, value] of lines) groups[name] = [...(groups[name] ?? []), value];
  return groups;
}
