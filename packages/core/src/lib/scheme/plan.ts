import type { HmacDigest } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { checkCanonical } from './canonical.ts';
import { ENCODINGS, type Encoding } from './encoding.ts';
import { compilePlace, isInHead, type Place } from './place.ts';
import { checkPublicUrl } from './request-url.ts';
import { compileSignatureHeader, type HeaderGrammar, type Signature } from './signature-header.ts';
import { compileSignedContent, type SignedContent, type Signs, type Value } from './signed-content.ts';
import { TIME_UNITS, type TimeUnit } from './time.ts';

/** A place that must hold this value, or one of these. */
export type Requirement = Place & { readonly value: string | readonly [string, ...string[]] };

/** What a scheme says of where things stand and of what is signed, whatever it is signed with. */
export interface SignedSchemeOptions {
  readonly encoding: Encoding;
  readonly signature: Signature;
  /** The signed bytes: `{body}`, `{timestamp}`, `{id}`, `{method}`, `{url}`, `{secret}` and named values between literal text. Several: any of them may be what was signed; each costs a computation. */
  readonly content: string | readonly string[];
  /** The values that the content names beside those. */
  readonly values?: Readonly<Record<string, Value>>;
  /** Where the signed time stands, unless the signature header carries it, and how it is written. Default: unix seconds. */
  readonly timestamp?: Partial<Place> & { readonly unit?: TimeUnit };
  /** Where the signed id stands. */
  readonly id?: Place;
  /** Where the sender names its key: only secrets with that `id` are tried. */
  readonly keyId?: { readonly header: string };
  /** What must be so, or the delivery is of another scheme. */
  readonly require?: readonly Requirement[];
  /** The path of a list in the JSON body, each item of which carries its own signature; paths count from the item. */
  readonly each?: string;
  /** A parameter of the signed query that binds the body: where it is there, it must be the body's digest, and canonical forms are empty. */
  readonly bodyDigest?: { readonly query: string; readonly digest: HmacDigest };
  /** What tells two events apart where neither has a signed id: `body`, where the signed values of one object's events are the same. Default: the signed values. */
  readonly identity?: 'body';
  /** The URL that the provider calls, where it is signed. */
  readonly publicUrl?: string | undefined;
}

/** The names of the options, for a kind's own check. */
export const SIGNED_SCHEME_OPTIONS = [
  'encoding',
  'signature',
  'content',
  'values',
  'timestamp',
  'id',
  'keyId',
  'require',
  'each',
  'bodyDigest',
  'identity',
  'publicUrl',
] as const;

/** Alternatives of the content: each costs one computation a secret. */
const MOST_CONTENTS = 4;

/** A scheme's options, compiled. */
export interface Plan {
  readonly kind: string;
  readonly encoding: Encoding;
  /** The length of every signature in bytes, where they have one. */
  readonly signatureBytes: number | undefined;
  readonly grammar: HeaderGrammar;
  /** Where signatures stand: several only where they are headers. */
  readonly signaturePlaces: readonly Place[];
  /** True where a signature that cannot be decoded is passed over. */
  readonly skipsUndecodable: boolean;
  readonly contents: readonly SignedContent[];
  readonly values: Readonly<Record<string, Value>>;
  readonly timePlace: Place | undefined;
  readonly unit: TimeUnit;
  readonly exactTime: boolean;
  readonly idPlace: Place | undefined;
  readonly keyId: string | undefined;
  readonly requirements: readonly Requirement[];
  readonly each: string | undefined;
  readonly bodyDigest: SignedSchemeOptions['bodyDigest'];
  readonly publicUrl: string;
  /** Every header that is read. */
  readonly headers: readonly string[];
  readonly signs: Signs;
  /** True where part of the proof can be read with the body only. */
  readonly looksIntoBody: boolean;
}

/** Checks a scheme's options against one another. @throws ConfigurationError by the option's name */
export function compilePlan(options: SignedSchemeOptions, kind: string, signatureBytes: number | undefined): Plan {
  const { values = {}, encoding, each, bodyDigest } = options;
  if (options.identity !== undefined && options.identity !== 'body')
    throw invalid(`${kind}.identity`, 'give body, or leave it out.');
  if (!ENCODINGS.includes(encoding)) throw invalid(`${kind}.encoding`, `give one of ${ENCODINGS.join(', ')}.`);
  const grammar = compileSignatureHeader(options.signature);
  for (const [name, value] of Object.entries(values)) checkValue(name, value, `${kind}.values.${name}`);
  const written = typeof options.content === 'string' ? [options.content] : options.content;
  if (written.length < 1 || written.length > MOST_CONTENTS)
    throw invalid('content', `give one content, or at most ${MOST_CONTENTS} alternatives.`);
  const contents = written.map((template) => compileSignedContent(template, values));
  const [first] = contents as [SignedContent];
  const { signature } = options;
  const signaturePlaces = placesOf(signature).map((place) => compilePlace(place, `${kind}.signature`));
  const { unit = 'seconds' } = options.timestamp ?? {};
  if (!TIME_UNITS.includes(unit)) throw invalid(`${kind}.timestamp.unit`, `give one of ${TIME_UNITS.join(', ')}.`);
  const timePlace =
    options.timestamp !== undefined && Object.keys(options.timestamp).some((key) => key !== 'unit')
      ? compilePlace(options.timestamp as Place, `${kind}.timestamp`)
      : undefined;
  const idPlace = options.id && compilePlace(options.id, `${kind}.id`);
  const keyId = options.keyId && compilePlace(options.keyId, `${kind}.keyId`).header;
  const requirements = (options.require ?? []).map((one) => compilePlace(one, `${kind}.require`));
  const listed = Object.values(values).flatMap((value) =>
    'signedHeaders' in value ? (value.includes ?? []).map((name) => name.toLowerCase()) : [],
  );
  const valuePlaces = Object.values(values).flatMap((value) => {
    if ('signedHeaders' in value)
      return 'header' in value.signedHeaders ? [value.signedHeaders.header.toLowerCase(), ...listed] : listed;
    return 'header' in value ? [value.header.toLowerCase()] : [];
  });
  const own = [...signaturePlaces, timePlace, idPlace].flatMap((place) =>
    place && 'header' in place ? [place.header] : [],
  );
  if (new Set(own).size < own.length) throw invalid(kind, 'give the signature, the time and the id a header each.');
  const headers = [
    ...own,
    keyId,
    ...requirements.flatMap((one) => ('header' in one ? [one.header] : [])),
    ...valuePlaces,
  ];
  const signs = {
    ...first.has,
    timestamp: checkSources(first, grammar.carriesTimestamp, timePlace, idPlace, listed, kind),
  };
  const usesUrl =
    contents.some(({ names }) => names.has('url')) || Object.values(values).some((value) => 'url' in value);
  return Object.freeze<Plan>({
    kind,
    encoding,
    signatureBytes,
    grammar,
    signaturePlaces,
    skipsUndecodable: signature.undecodable === 'skipped',
    contents,
    values,
    timePlace,
    unit,
    exactTime: contents.some(({ exactTime }) => exactTime),
    idPlace,
    keyId,
    requirements,
    each,
    bodyDigest,
    publicUrl: usesUrl ? checkPublicUrl(options.publicUrl, 'publicUrl') : '',
    headers: Object.freeze([...new Set(headers.filter((name) => name !== undefined))]),
    signs: Object.freeze({ body: signs.body, timestamp: signs.timestamp, id: signs.id, fields: signs.fields }),
    looksIntoBody:
      each !== undefined ||
      [...signaturePlaces, timePlace, idPlace, ...requirements].some((place) => place && !isInHead(place)) ||
      Object.values(values).some((value) => 'canonical' in value || 'json' in value || 'form' in value),
  });
}

function placesOf(signature: Signature): readonly Place[] {
  if ('header' in signature)
    return typeof signature.header === 'string'
      ? [{ header: signature.header }]
      : signature.header.map((header) => ({ header }));
  if ('query' in signature) return [{ query: signature.query }];
  if ('form' in signature) return [{ form: signature.form }];
  return [{ json: signature.json }];
}

function checkValue(name: string, value: Value, option: string): void {
  if (!/^[a-z]\w{0,31}$/i.test(name)) throw invalid(option, 'give names of letters and digits.');
  if ('canonical' in value) checkCanonical(value, option);
  else if ('header' in value || 'query' in value || 'form' in value || 'json' in value) compilePlace(value, option);
  else if ('text' in value) {
    if (typeof value.text !== 'string' || value.text === '') throw invalid(option, 'give the text.');
  } else if (!['signatureField', 'signedHeaders', 'url', 'bodyDigest', 'bodyChecksum'].some((key) => key in value))
    throw invalid(option, 'this is no value: look at the list in CONTRIBUTING.md.');
}

/** True where a time is signed. */
function checkSources(
  { has }: SignedContent,
  headerCarriesTime: boolean,
  timePlace: Place | undefined,
  idPlace: Place | undefined,
  listed: readonly string[],
  kind: string,
): boolean {
  const isSigned = (place: Place | undefined) =>
    place !== undefined &&
    (('header' in place && listed.includes(place.header)) ||
      ('json' in place && (has.body || has.fields.includes(place.json))) ||
      ('form' in place && (has.body || has.fields.includes(place.form))));
  const carried = headerCarriesTime || timePlace !== undefined;
  if (headerCarriesTime && timePlace !== undefined)
    throw invalid(`${kind}.timestamp`, 'the signature header already carries the time: name one place.');
  if (has.timestamp && !carried)
    throw invalid(`${kind}.timestamp`, 'the content signs {timestamp}: say where it stands.');
  // A time that is not signed is whatever the sender of a replay wants it to be: it can only mislead.
  if (!has.timestamp && carried && !isSigned(timePlace))
    throw invalid(`${kind}.timestamp`, 'the content does not sign {timestamp}: an unsigned time proves nothing.');
  if (has.id && idPlace === undefined)
    throw invalid(`${kind}.id`, 'the content signs {id}: say in which header it stands.');
  if (!has.id && idPlace !== undefined)
    throw invalid(`${kind}.id`, 'the content does not sign {id}: an unsigned id proves nothing.');
  return carried;
}

function invalid(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', option, message);
}
