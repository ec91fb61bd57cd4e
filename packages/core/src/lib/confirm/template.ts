import { hmac, importMacKey } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { encode, encodeBase64 } from '../scheme/encoding.ts';
import type { Derived, JsonTemplate } from './confirmation.ts';

/** Everything a template may name. */
export type Values = Readonly<Record<string, string>>;

/** Puts values into a template, each written as its surroundings need it. */
export function fill(template: string, values: Values, write: (value: string) => string = (value) => value): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    // Data that names what is not there is a mistake of ours. A request without the value would ask for something else.
    if (value === undefined)
      throw new ConfigurationError('invalid-provider', 'confirmation', `nothing is called {${name}} here.`);
    return write(value);
  });
}

/** A JSON body. `'{body}'` alone is the delivery's own JSON, spliced in as it came: a vendor that signed its bytes compares them. */
export function fillJson(template: JsonTemplate, values: Values, body: string): string {
  if (template === '{body}') return body;
  if (typeof template === 'string') return JSON.stringify(fill(template, values));
  if (Array.isArray(template)) return `[${template.map((one: JsonTemplate) => fillJson(one, values, body)).join(',')}]`;
  if (typeof template !== 'object' || template === null) return JSON.stringify(template);
  const members = Object.entries(template).map(
    ([key, value]: [string, JsonTemplate]) => `${JSON.stringify(key)}:${fillJson(value, values, body)}`,
  );
  return `{${members.join(',')}}`;
}

/** The present, in the spellings that vendors ask for. */
export function timesOf(nowMs: number): Values {
  const iso = new Date(nowMs).toISOString().replace(/\.\d+/, '');
  return {
    isoTime: iso,
    offsetTime: iso.replace('Z', '+00:00'),
    compactTime: iso.replace(/\D/g, ''),
    unixTime: String(Math.floor(nowMs / 1000)),
  };
}

/** Adds the derived values, in their order: each may name those before it. */
export async function derive(derived: Readonly<Record<string, Derived>>, values: Values): Promise<Values> {
  const all: Record<string, string> = { ...values };
  for (const [name, how] of Object.entries(derived)) {
    all[name] =
      'base64' in how
        ? encodeBase64(utf8(fill(how.base64, all)))
        : encode(
            await hmac(how.hmac, await importMacKey(utf8(fill(how.key, all))), [utf8(fill(how.over, all))]),
            how.encoding,
          );
  }
  return all;
}

/** A header value. What is not visible ASCII would end the header and begin another one. */
export function fillHeader(template: string, values: Values): string {
  const text = fill(template, values);
  if (!/^[\x20-\x7e]+$/.test(text))
    throw new ConfigurationError(
      'invalid-option',
      'confirm',
      'a credential holds characters that no header can carry.',
    );
  return text;
}

/** Text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
