import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import type { Refusal } from './scheme.ts';

/** How a signature is written where it stands. The grammar is the provider's; a sender cannot choose another. */
export type Grammar =
  /** The signature and nothing else. */
  | { readonly grammar: 'plain' }
  /** A fixed text, then the signature: `sha256=…`. `bare`: the vendor's own library takes it without the text, too. */
  | { readonly grammar: 'prefix'; readonly prefix: string; readonly bare?: 'taken' }
  /** `key=value` fields: `t=…,v1=…`. The signature's key may repeat, the time's may not, unknown keys are passed over. */
  | {
      readonly grammar: 'pairs';
      /** The signature's key, or several: what the first cannot decode may stand under another. */
      readonly signatures: string | readonly string[];
      readonly timestamp?: string;
      readonly separator?: string;
      /** One space after each separator is passed over. */
      readonly spaced?: true;
      /** Further fields that the content names: none of them may be missing, or stand there twice. */
      readonly fields?: readonly string[];
      /** Written with the signature first and the time last, for a reader that goes by place. Read in any order. */
      readonly written?: 'signature-first';
      /** Between groups of fields, each with the time. All of them must name the same one. */
      readonly groups?: string;
    }
  /** Fields by place: `…,…`. Exactly these, in this order; `other` is passed over; `signatures`, at the end, takes all the rest. */
  | {
      readonly grammar: 'positional';
      readonly fields: readonly PositionalField[];
      readonly separator: string;
    }
  /** A list of `version,signature`, other versions passed over: `v1,… v1a,…`. `#` takes every number: it names a key. */
  | {
      readonly grammar: 'versioned';
      readonly version: string;
      readonly separator: string;
      readonly versionSeparator: string;
    };

type PositionalField = 'timestamp' | 'signature' | 'signatures' | 'other';

/** Where a signature stands, and how it is written there. Of several headers each may hold one. */
export type Signature = Grammar & {
  /** Of several signatures, one that cannot be decoded is passed over, as the vendor's own library does. Default: it refuses the delivery. */
  readonly undecodable?: 'skipped';
} & (
    | { readonly header: string | readonly string[] }
    | { readonly query: string }
    | { readonly form: string }
    | { readonly json: string }
  );

/** What a header holds, still as text. */
export interface HeaderFields {
  /** At most 16: more are not looked at. */
  readonly signatures: readonly string[];
  readonly timestamp?: string | undefined;
  /** The further fields the grammar names. */
  readonly values?: Readonly<Record<string, string>> | undefined;
}

/** A grammar, compiled: reads what it writes. */
export interface HeaderGrammar {
  readonly carriesTimestamp: boolean;
  /** True where the header has room for several signatures. */
  readonly carriesSeveral: boolean;
  parse(value: string): HeaderFields | Refusal;
  format(fields: HeaderFields & { readonly timestamp: string }): string;
}

const OPTIONS = [
  ...['header', 'query', 'form', 'json', 'grammar', 'undecodable', 'prefix', 'bare', 'signatures', 'timestamp'],
  ...['separator', 'spaced', 'fields', 'groups', 'written', 'version', 'versionSeparator'],
];

/** A rotation needs two, a careful one four. A header of 16 KiB holds hundreds: they would be work an attacker orders for free. */
const MOST_SIGNATURES = 16;

/**
 * Compiles a grammar. All of them read in one pass from left to right, without regular expressions over the header,
 * so that 16 KiB of commas cost microseconds; none of them skips what it does not understand.
 */
export function compileSignatureHeader(data: Signature): HeaderGrammar {
  refuseUnknownOptions(data, OPTIONS, 'signature');
  switch (data.grammar) {
    case 'plain':
      return prefixed('', false);
    case 'prefix':
      return prefixed(literal(data.prefix, 'signature.prefix'), data.bare === 'taken');
    case 'pairs':
      return pairs(data);
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

function prefixed(prefix: string, bare: boolean): HeaderGrammar {
  return {
    carriesTimestamp: false,
    carriesSeveral: false,
    parse(value) {
      if (value.startsWith(prefix)) return { signatures: [value.slice(prefix.length)] };
      return bare ? { signatures: [value] } : malformed(`the signature does not start with "${prefix}"`);
    },
    format: ({ signatures }) => prefix + only(signatures),
  };
}

function pairs(data: Extract<Signature, { grammar: 'pairs' }>): HeaderGrammar {
  const { timestamp: timestampKey, fields: names = [], spaced } = data;
  const signatureKeys = typeof data.signatures === 'object' ? data.signatures : [data.signatures];
  const [signatureKey = ''] = signatureKeys;
  const separator = literal(data.separator ?? ',', 'signature.separator');
  const groups = data.groups === undefined ? undefined : literal(data.groups, 'signature.groups');
  for (const key of [signatureKey, ...signatureKeys, ...names, ...(timestampKey === undefined ? [] : [timestampKey])])
    checkToken(key, 'signature');
  if (timestampKey !== undefined && signatureKeys.includes(timestampKey))
    throw invalidHeader('signature.timestamp', 'give the time another key than the signature.');
  if (/[=\w-]/.test(separator)) throw invalidHeader('signature.separator', 'give text without "=", letters or digits.');
  return {
    carriesTimestamp: timestampKey !== undefined,
    carriesSeveral: true,
    parse(value) {
      const signatures: string[] = [];
      const values: Record<string, string> = {};
      let timestamp: string | undefined;
      let others = 0;
      for (const group of groups === undefined ? [value] : fieldsOf(value, groups)) {
        const here: string[] = [];
        let first = true;
        for (const written of fieldsOf(group, separator)) {
          const field = spaced && !first && written.startsWith(' ') ? written.slice(1) : written;
          const equals = field.indexOf('=');
          const key = equals > 0 ? field.slice(0, equals) : '';
          if (!isToken(key)) return malformed('a field of the signature header is not key=value');
          first = false;
          const text = field.slice(equals + 1);
          if (signatureKeys.includes(key)) {
            if (signatures.length < MOST_SIGNATURES) signatures.push(text);
          } else if (key === timestampKey || names.includes(key)) {
            // Two times in one header are two answers to "when": one for the window, one for the signature.
            const known = key === timestampKey ? timestamp : values[key];
            if (here.includes(key) || (known !== undefined && known !== text))
              return malformed(`the signature header has "${key}" twice`);
            if (key === timestampKey) timestamp = text;
            else values[key] = text;
            here.push(key);
          } else others++;
        }
        if (groups !== undefined && timestampKey !== undefined && !here.includes(timestampKey))
          return malformed(`a group of the signature header has no "${timestampKey}"`);
      }
      const missing = names.find((name) => !Object.hasOwn(values, name));
      if (missing !== undefined) return malformed(`the signature header has no "${missing}"`);
      if (signatures.length === 0) {
        return others > 0
          ? unsupported(`the signature header has no "${signatureKey}"`)
          : malformed(`the signature header has no "${signatureKey}"`);
      }
      return { signatures, timestamp, values };
    },
    format({ signatures, timestamp, values = {} }) {
      const fields = [
        ...(timestampKey === undefined ? [] : [`${timestampKey}=${timestamp}`]),
        ...names.map((name) => `${name}=${values[name] ?? ''}`),
        ...signatures.map((signature, at) => `${signatureKeys[at] ?? signatureKeys.at(-1)}=${signature}`),
      ];
      if (data.written === 'signature-first') fields.reverse();
      return fields.join(separator + (spaced ? ' ' : ''));
    },
  };
}

function positional(names: readonly PositionalField[], separator: string): HeaderGrammar {
  const at = { timestamp: names.indexOf('timestamp'), signature: names.findIndex((name) => /^sig/.test(name)) };
  const open = names.at(-1) === 'signatures';
  if (at.signature < 0 || names.indexOf('signatures') >= (open ? names.length : 0))
    throw new ConfigurationError('invalid-provider', 'signature.fields', 'name the signature among the fields.');
  return {
    carriesTimestamp: at.timestamp >= 0,
    carriesSeveral: open,
    parse(value) {
      const fields: string[] = [];
      const most = open ? names.length - 1 + MOST_SIGNATURES : names.length;
      for (const field of fieldsOf(value, separator)) {
        if (fields.length === most) {
          if (open) break;
          return malformed(`the signature header has more than ${names.length} fields`);
        }
        fields.push(field);
      }
      if (fields.length < names.length) return malformed(`the signature header has fewer than ${names.length} fields`);
      const signatures = open ? fields.slice(at.signature) : [fields[at.signature] ?? ''];
      return { signatures, timestamp: fields[at.timestamp] };
    },
    format: ({ signatures, timestamp }) =>
      names
        .flatMap((name) => {
          if (name === 'signature') return [only(signatures)];
          return name === 'signatures' ? signatures : [name === 'timestamp' ? timestamp : '1'];
        })
        .join(separator),
  };
}

function versioned(version: string, separator: string, versionSeparator: string): HeaderGrammar {
  const numbers = version === '#';
  if (!numbers) checkToken(version, 'signature.version');
  const written = numbers ? '1' : version;
  return {
    carriesTimestamp: false,
    carriesSeveral: true,
    parse(value) {
      const signatures: string[] = [];
      for (const item of fieldsOf(value, separator)) {
        const end = item.indexOf(versionSeparator);
        const itemVersion = end > 0 ? item.slice(0, end) : '';
        if (!isToken(itemVersion) || (numbers && !/^(?:0|[1-9]\d*)$/.test(itemVersion)))
          return malformed('an item of the signature header has no version');
        if ((numbers || itemVersion === version) && signatures.length < MOST_SIGNATURES)
          signatures.push(item.slice(end + versionSeparator.length));
      }
      if (signatures.length === 0) return unsupported(`the signature header has no "${version}" signature`);
      return { signatures };
    },
    format: ({ signatures }) => signatures.map((signature) => written + versionSeparator + signature).join(separator),
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
