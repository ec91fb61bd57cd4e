import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import type { Refusal } from './scheme.ts';

/** How a signature header is written. The grammar is the provider's; a sender cannot choose another. */
export type SignatureHeader =
  /** The signature and nothing else. */
  | { readonly header: string; readonly grammar: 'plain' }
  /** A fixed text, then the signature: `sha256=…`. */
  | { readonly header: string; readonly grammar: 'prefix'; readonly prefix: string }
  /** `key=value` fields: `t=…,v1=…`. The signature's key may repeat, the time's may not, unknown keys are passed over. */
  | {
      readonly header: string;
      readonly grammar: 'pairs';
      readonly signatures: string;
      readonly timestamp?: string;
      readonly separator?: string;
    }
  /** Fields by place: `…,…`. Exactly these, in this order. */
  | {
      readonly header: string;
      readonly grammar: 'positional';
      readonly fields: readonly ('timestamp' | 'signature')[];
      readonly separator: string;
    }
  /** A list of `version,signature`, other versions passed over: `v1,… v1a,…`. */
  | {
      readonly header: string;
      readonly grammar: 'versioned';
      readonly version: string;
      readonly separator: string;
      readonly versionSeparator: string;
    };

/** What a header holds, still as text. */
export interface HeaderFields {
  /** At most 16: more are not looked at. */
  readonly signatures: readonly string[];
  readonly timestamp?: string | undefined;
}

/** A grammar, compiled: reads what it writes. */
export interface HeaderGrammar {
  readonly carriesTimestamp: boolean;
  /** True where the header has room for several signatures. */
  readonly carriesSeveral: boolean;
  parse(value: string): HeaderFields | Refusal;
  format(fields: { readonly signatures: readonly string[]; readonly timestamp: string }): string;
}

/** A rotation needs two, a careful one four. A header of 16 KiB holds hundreds: they would be work an attacker orders for free. */
const MOST_SIGNATURES = 16;

/**
 * Compiles a grammar. All of them read in one pass from left to right, without regular expressions over the header,
 * so that 16 KiB of commas cost microseconds; none of them skips what it does not understand.
 */
export function compileSignatureHeader(data: SignatureHeader): HeaderGrammar {
  refuseUnknownOptions(
    data,
    ['header', 'grammar', 'prefix', 'signatures', 'timestamp', 'separator', 'fields', 'version', 'versionSeparator'],
    'signature',
  );
  switch (data.grammar) {
    case 'plain':
      return prefixed('');
    case 'prefix':
      return prefixed(literal(data.prefix, 'signature.prefix'));
    case 'pairs':
      return pairs(data.signatures, data.timestamp, literal(data.separator ?? ',', 'signature.separator'));
    case 'positional':
      return positional(data.fields, literal(data.separator, 'signature.separator'));
    case 'versioned':
      return versioned(
        data.version,
        literal(data.separator, 'signature.separator'),
        literal(data.versionSeparator, 'signature.versionSeparator'),
      );
    default:
      throw new ConfigurationError(
        'invalid-provider',
        'signature.grammar',
        'give plain, prefix, pairs, positional or versioned.',
      );
  }
}

function prefixed(prefix: string): HeaderGrammar {
  return {
    carriesTimestamp: false,
    carriesSeveral: false,
    parse(value) {
      if (!value.startsWith(prefix)) return malformed(`the signature does not start with "${prefix}"`);
      return { signatures: [value.slice(prefix.length)] };
    },
    format: ({ signatures }) => prefix + only(signatures),
  };
}

function pairs(signatureKey: string, timestampKey: string | undefined, separator: string): HeaderGrammar {
  for (const key of timestampKey === undefined ? [signatureKey] : [signatureKey, timestampKey])
    checkToken(key, 'signature');
  if (signatureKey === timestampKey)
    throw invalidHeader('signature.timestamp', 'give the time another key than the signature.');
  if (/[=\w-]/.test(separator)) throw invalidHeader('signature.separator', 'give text without "=", letters or digits.');
  return {
    carriesTimestamp: timestampKey !== undefined,
    carriesSeveral: true,
    parse(value) {
      const signatures: string[] = [];
      let timestamp: string | undefined;
      let others = 0;
      for (const field of fieldsOf(value, separator)) {
        const equals = field.indexOf('=');
        const key = equals > 0 ? field.slice(0, equals) : '';
        if (!isToken(key)) return malformed('a field of the signature header is not key=value');
        const text = field.slice(equals + 1);
        if (key === timestampKey) {
          // Two times in one header are two answers to "when": one for the window, one for the signature.
          if (timestamp !== undefined) return malformed(`the signature header has "${key}" twice`);
          timestamp = text;
        } else if (key === signatureKey) {
          if (signatures.length < MOST_SIGNATURES) signatures.push(text);
        } else {
          others++;
        }
      }
      if (signatures.length === 0) {
        return others > 0
          ? unsupported(`the signature header has no "${signatureKey}"`)
          : malformed(`the signature header has no "${signatureKey}"`);
      }
      return { signatures, timestamp };
    },
    format({ signatures, timestamp }) {
      const fields = signatures.map((signature) => `${signatureKey}=${signature}`);
      return (timestampKey === undefined ? fields : [`${timestampKey}=${timestamp}`, ...fields]).join(separator);
    },
  };
}

function positional(names: readonly ('timestamp' | 'signature')[], separator: string): HeaderGrammar {
  const at = { timestamp: names.indexOf('timestamp'), signature: names.indexOf('signature') };
  if (at.signature < 0)
    throw new ConfigurationError('invalid-provider', 'signature.fields', 'name the signature among the fields.');
  return {
    carriesTimestamp: at.timestamp >= 0,
    carriesSeveral: false,
    parse(value) {
      const fields: string[] = [];
      for (const field of fieldsOf(value, separator)) {
        if (fields.length === names.length)
          return malformed(`the signature header has more than ${names.length} fields`);
        fields.push(field);
      }
      if (fields.length < names.length) return malformed(`the signature header has fewer than ${names.length} fields`);
      return { signatures: [fields[at.signature] ?? ''], timestamp: fields[at.timestamp] };
    },
    format: ({ signatures, timestamp }) =>
      names.map((name) => (name === 'timestamp' ? timestamp : only(signatures))).join(separator),
  };
}

function versioned(version: string, separator: string, versionSeparator: string): HeaderGrammar {
  checkToken(version, 'signature.version');
  return {
    carriesTimestamp: false,
    carriesSeveral: true,
    parse(value) {
      const signatures: string[] = [];
      for (const item of fieldsOf(value, separator)) {
        const end = item.indexOf(versionSeparator);
        const itemVersion = end > 0 ? item.slice(0, end) : '';
        if (!isToken(itemVersion)) return malformed('an item of the signature header has no version');
        if (itemVersion === version && signatures.length < MOST_SIGNATURES)
          signatures.push(item.slice(end + versionSeparator.length));
      }
      if (signatures.length === 0) return unsupported(`the signature header has no "${version}" signature`);
      return { signatures };
    },
    format: ({ signatures }) => signatures.map((signature) => version + versionSeparator + signature).join(separator),
  };
}

function* fieldsOf(value: string, separator: string): Generator<string> {
  let start = 0;
  for (;;) {
    const end = value.indexOf(separator, start);
    if (end < 0) break;
    yield value.slice(start, end);
    start = end + separator.length;
  }
  yield value.slice(start);
}

/** Letters, digits, `_` and `-`, 1 to 32 of them. */
function isToken(text: string): boolean {
  if (text.length < 1 || text.length > 32) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const letter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    const digit = code >= 0x30 && code <= 0x39;
    if (!letter && !digit && code !== 0x5f && code !== 0x2d) return false;
  }
  return true;
}

function checkToken(text: unknown, option: string): void {
  if (typeof text !== 'string' || !isToken(text))
    throw invalidHeader(option, 'give keys and versions of 1 to 32 letters, digits, "_" and "-".');
}

function invalidHeader(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', option, message);
}

function literal(text: string, option: string): string {
  if (typeof text !== 'string' || !/^[\x20-\x7e]+$/.test(text))
    throw new ConfigurationError('invalid-provider', option, 'give visible ASCII text.');
  return text;
}

function only(signatures: readonly string[]): string {
  if (signatures.length !== 1)
    throw new ConfigurationError(
      'invalid-option',
      'secret',
      'this header has room for one signature only: sign with one secret.',
    );
  return signatures[0] ?? '';
}

function malformed(detail: string): Refusal {
  return { refused: 'malformed-signature', detail };
}

function unsupported(detail: string): Refusal {
  return { refused: 'unsupported-scheme', detail };
}
