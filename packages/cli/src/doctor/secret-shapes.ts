/** A spelling that a vendor gives to its keys. `live` where it says which system the key opens. */
interface KeyShape {
  readonly what: string;
  readonly pattern: RegExp;
  readonly live?: boolean;
}

/** Spellings that nothing else has. The value stands in the first group, without what the vendor writes before it. */
const SHAPES: readonly KeyShape[] = [
  { what: 'a webhook signing secret (whsec_…)', pattern: /\bwhsec_([A-Za-z0-9+/]{24,}={0,2})/ },
  { what: 'a live API key (sk_live_…)', pattern: /\b[sr]k_live_([A-Za-z0-9]{16,})/, live: true },
  { what: 'a test API key (sk_test_…)', pattern: /\b[sr]k_test_([A-Za-z0-9]{16,})/, live: false },
  { what: 'a live secret key (FLWSECK-…)', pattern: /\bFLWSECK-([A-Za-z0-9]{20,}-X)\b/, live: true },
  { what: 'a test secret key (FLWSECK_TEST-…)', pattern: /\bFLWSECK_TEST-([A-Za-z0-9]{20,}-X)\b/, live: false },
  { what: 'a client secret (shpss_…)', pattern: /\bshpss_([a-f0-9]{32})\b/ },
  { what: 'an access token (shpat_…)', pattern: /\bshpat_([a-f0-9]{32})\b/ },
  { what: 'a Slack token (xox…)', pattern: /\bxox[abprs]-([0-9A-Za-z-]{24,})/ },
  { what: 'a GitHub token (ghp_…)', pattern: /\bgh[pousr]_([A-Za-z0-9]{36,})/ },
  { what: 'a GitHub token (github_pat_…)', pattern: /\bgithub_pat_([A-Za-z0-9]{22}_[A-Za-z0-9]{40,})/ },
  { what: 'a SendGrid key (SG.…)', pattern: /\bSG\.([A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})/ },
  {
    what: 'a private key (PEM)',
    // The lines under the heading count: code that only looks for the heading holds no key.
    pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\\r|\\n|\s|["'`+])*([A-Za-z0-9+/=]{40,})/,
  },
];

/** Hexadecimal or base64 of 128 bits or more, given to something that is called a secret: its name, and the value. */
const ASSIGNED =
  /(?<![\w.-])["'`]?([\w.-]*(?:secret|passphrase|signing_?-?key|hmac_?-?key|webhook_?-?key|checksum_?-?key)[\w-]*)["'`]?\]?\s*(?::\s*string\s*)?[=:]\s*["'`]([a-f0-9]{32,}|[A-F0-9]{32,}|[A-Za-z0-9+/_-]{40,}={0,2})["'`]/i;

/** What only speaks of a secret. `secrets` are a guard's, and judged there: with some vendors they are public keys. */
const ABOUT_SECRETS = /(?:secrets|name|id|path|url|uri|file|header|field|prefix|pattern|type|kind)$/i;

const PLACEHOLDER =
  /example|placeholder|test[_-]?only|dummy|fake|your|xxxx|change_?-?me|sample|redacted|insert|replace|todo|\.\.\.|…|[<>{}$%*]|0{8}|12345678|abcdefgh|deadbeef|not[_-]?a[_-]?real/i;

/** True for a value that nobody made up: long and varied, and without the words of placeholders. */
export function looksReal(value: string): boolean {
  if (value.length < 16 || PLACEHOLDER.test(value)) return false;
  return entropyOf(value) >= (/^[a-f0-9]+$/i.test(value) ? 2.7 : 3);
}

/** A vendor's key that stands in a text. */
interface KeyFound {
  readonly what: string;
  readonly index: number;
  readonly live?: boolean;
}

/** The spellings of vendors' keys in a text, as far as they are real. */
export function findKeyShapes(text: string): readonly KeyFound[] {
  return SHAPES.flatMap(({ what, pattern, live }) =>
    [...text.matchAll(new RegExp(pattern, 'g'))]
      .filter(({ 1: value = '', index }) => {
        const before = text.slice(Math.max(0, index - 24), index);
        return looksReal(value) && !/not[_-]?a?[_-]?real|example|fake|dummy/i.test(before);
      })
      .map(({ index }) => ({ what, index, ...(live !== undefined && { live }) })),
  );
}

/** The first of them. */
export function findKeyShape(text: string): KeyFound | undefined {
  return findKeyShapes(text)[0];
}

/** Where values of a secret's length are given to something called a secret. */
export function findAssignedSecrets(text: string): readonly number[] {
  return [...text.matchAll(new RegExp(ASSIGNED, 'gi'))]
    .filter(({ 1: name = '', 2: value = '' }) => !ABOUT_SECRETS.test(name) && isRandom(value) && looksReal(value))
    .map(({ index }) => index);
}

/** True for hexadecimal, and for what has digits and both cases: words that are joined have not. */
function isRandom(value: string): boolean {
  return /^[a-f0-9]+$/i.test(value) || (/\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value));
}

/** True for names of what must stay secret: `STRIPE_WEBHOOK_SECRET`, `API_TOKEN`, `CONSUMER_KEY`; not for public keys, ids and addresses. */
export function isSecretName(name: string): boolean {
  return (
    /(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PRIVATE_?KEY|(?:API|CHECKSUM|SIGNING|CONSUMER|MASTER|ACCESS|WEBHOOK|ENCRYPTION|SERVER|HMAC)_?KEY|CREDENTIALS?)(?:S|_(?:PREVIOUS|OLD|NEXT|LIVE|TEST|SANDBOX|PRODUCTION|PROD|DEV|\d))*$/i.test(
      name,
    ) && !/PUBLIC|PUBLISHABLE|_URL$|_ID$|_FILE$|_PATH$|_NAME$|_TTL$/i.test(name)
  );
}

/** True for a value that can stand behind such a name and is not made up. */
export function isRealSecretValue(value: string): boolean {
  return (
    value.length >= 8 &&
    !PLACEHOLDER.test(value) &&
    !/^(?:true|false|null|undefined|none|\d{1,9}|https?:.*|test|secret|password|development|production)$/i.test(
      value,
    ) &&
    entropyOf(value) >= 2.3
  );
}

/** Bits a character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
