import type { OutboundRequest } from '../outbound/request.ts';
import { encodeBase64 } from '../scheme/encoding.ts';
import { binaryText, latin1Bytes } from '../scheme/strict-form.ts';
import type { RequestTemplate } from './confirmation.ts';
import { fill, fillHeader, fillJson, utf8, type Values } from './template.ts';

/** A request without its limits. */
export type Composed = Pick<OutboundRequest, 'url' | 'hosts' | 'method' | 'headers'> & { readonly body?: Uint8Array };

/** Makes a request of a template. Its host is the base's, whatever the values are. */
export function compose(template: RequestTemplate, base: string, values: Values, delivered: Uint8Array): Composed {
  const body = composeBody(template, values, delivered);
  const headers: Record<string, string> = {
    accept: template.raw === undefined ? 'application/json' : 'text/plain, */*',
  };
  if (body !== undefined) headers['content-type'] = body.type;
  if (template.basic !== undefined) {
    const [user, password] = template.basic.map((part) => fill(part, values));
    headers.authorization = `Basic ${encodeBase64(utf8(`${user}:${password}`))}`;
  }
  for (const [name, value] of Object.entries(template.headers ?? {}))
    headers[name.toLowerCase()] = fillHeader(value, values);
  return {
    url: base + fill(template.path, values, encodeURIComponent),
    hosts: [new URL(base).hostname],
    method: template.method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    ...(body === undefined ? {} : { body: body.bytes }),
  };
}

function composeBody(
  { json, form, raw }: RequestTemplate,
  values: Values,
  delivered: Uint8Array,
): { readonly type: string; readonly bytes: Uint8Array } | undefined {
  if (json !== undefined)
    return { type: 'application/json', bytes: utf8(fillJson(json, values, new TextDecoder().decode(delivered))) };
  const type = 'application/x-www-form-urlencoded';
  if (form !== undefined) {
    const pairs = Object.entries(form).map(([name, value]) => `${name}=${fill(value, values, encodeURIComponent)}`);
    return { type, bytes: utf8(pairs.join('&')) };
  }
  if (raw === undefined) return undefined;
  // Byte for byte: a form that is parsed and written again is another text, and the vendor would not know it.
  const { before = '', except = [] } = raw;
  const kept = binaryText(delivered)
    .split('&')
    .filter((pair) => !except.includes(pair.split('=', 1)[0] ?? ''));
  return { type, bytes: latin1Bytes(before + kept.join('&')) };
}
