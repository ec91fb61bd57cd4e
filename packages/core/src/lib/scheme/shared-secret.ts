import { ConfigurationError } from '../errors.ts';
import { phpUrlEncode } from './canonical.ts';
import { decodeBase64, decodeHex } from './encoding.ts';
import { latin1Bytes, utf8Text } from './strict-form.ts';

/** How a secret becomes a key. */
export interface SecretForm {
  /** `text`: its UTF-8 bytes, all of them. `base64`, `hex`: what it decodes to. Default `text`. */
  readonly encoding?: 'text' | 'base64' | 'hex';
  /** Taken off before decoding, if it is there: a text, or any of several. */
  readonly prefix?: string | readonly string[];
  /** Without its prefix a secret is not decoded: its UTF-8 bytes are the key. */
  readonly unprefixed?: 'text';
  /** How a text is written into the content: in lower case, or as PHP's `urlencode` writes it. */
  readonly written?: 'lower-case' | 'php-urlencoded';
  /** The key is the SHA-1 of the secret. */
  readonly digest?: 'sha1';
  /** The exact length of the key in bytes, where the vendor fixes one. */
  readonly bytes?: number;
  /** Starts of values that are something else of this vendor (an API key, a public key): refused at start-up. */
  readonly refuse?: readonly string[];
}

/** The names of a form's options. */
export const SECRET_FORM_OPTIONS = [
  'encoding',
  'prefix',
  'unprefixed',
  'written',
  'digest',
  'bytes',
  'refuse',
] as const;

/** The bytes of a shared secret. @throws ConfigurationError for what does not decode, or is another kind of key */
export function decodeSecret(value: string, option: string, form: SecretForm): Uint8Array {
  refuseStarts(value, option, form.refuse);
  const prefixes = form.prefix === undefined ? [] : typeof form.prefix === 'string' ? [form.prefix] : form.prefix;
  const prefix = prefixes.find((one) => value.startsWith(one)) ?? '';
  const text = value.slice(prefix.length);
  const encoding = form.unprefixed !== undefined && prefix === '' ? form.unprefixed : form.encoding;
  const bytes =
    encoding === 'base64' ? decodeBase64(text) : encoding === 'hex' ? decodeHex(text) : textBytes(text, form.written);
  if (bytes === undefined || bytes.byteLength === 0) {
    const expected = `${prefixes.length === 0 ? '' : `"${prefixes.join('" or "')}" and then `}${form.encoding === 'hex' ? 'hex' : 'padded base64'}`;
    throw new ConfigurationError(
      'undecodable-secret',
      option,
      `this does not decode to a key: ${expected} is expected. Copy it again from the provider's dashboard, whole.`,
    );
  }
  if (form.bytes !== undefined && bytes.byteLength !== form.bytes) {
    throw new ConfigurationError(
      'wrong-length-secret',
      option,
      `this is a key of ${bytes.byteLength} bytes where this provider's have ${form.bytes}: copy it again, whole.`,
    );
  }
  return bytes;
}

function textBytes(text: string, written: SecretForm['written']): Uint8Array {
  if (written === 'php-urlencoded') return latin1Bytes(phpUrlEncode(utf8Text(text)));
  return new TextEncoder().encode(written === 'lower-case' ? text.toLowerCase() : text);
}

/** Refuses another kind of key of the same vendor. */
export function refuseStarts(value: string, option: string, starts: readonly string[] | undefined): void {
  const wrong = starts?.find((start) => value.startsWith(start));
  if (wrong === undefined) return;
  throw new ConfigurationError(
    'wrong-kind-secret',
    option,
    `this starts with "${wrong}", which is another kind of key of this provider: give the webhook signing secret.`,
  );
}
