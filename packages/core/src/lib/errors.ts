/** Where every code is explained. One place, so that a moved page is one edit. */
const HELP = 'https://github.com/postern-js/postern/blob/main/README.md#';

/** Every way in which options, providers or secrets can be refused at start-up. The list is closed: `switch (error.code)` is exhaustive. */
export type ConfigurationErrorCode =
  | 'unknown-option'
  | 'missing-option'
  | 'invalid-option'
  | 'invalid-provider'
  | 'invalid-tolerance'
  | 'invalid-limit'
  | 'invalid-address'
  | 'empty-allowlist'
  | 'missing-secret'
  | 'blank-secret'
  | 'padded-secret'
  | 'placeholder-secret'
  | 'wrong-kind-secret'
  | 'undecodable-secret'
  | 'wrong-length-secret'
  | 'too-many-secrets'
  | 'duplicate-secret-id'
  | 'missing-variable'
  | 'client-side-variable'
  | 'invalid-capture';

/**
 * Misuse found at start-up: an option, a provider's data or a secret that can never work.
 *
 * Its message names the option and the remedy and never holds a secret's value. Compare `code` (or `name`), not the class:
 * two copies of this package in one process have two classes.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code: ConfigurationErrorCode;
  /** The option at fault, as the user writes it: `secrets[1].value`, `toleranceSeconds`. */
  readonly option: string;
  /** The page that explains the code. */
  readonly help: string;

  constructor(code: ConfigurationErrorCode, option: string, message: string) {
    super(`${option}: ${message}`);
    this.code = code;
    this.option = option;
    this.help = helpUrl('start-up-refusals');
  }
}

/**
 * Thrown by `assertVerified` for a delivery that is refused, and by `delivery.json()` and its kin for a body that cannot be read as asked.
 *
 * `code` is the refusal's reason, or `invalid-payload`; the message holds nothing of the delivery.
 */
export class VerificationError extends Error {
  override readonly name = 'VerificationError';
  readonly code: string;
  readonly help: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
    this.help = helpUrl('reasons');
  }
}

/** True for a `ConfigurationError` of any copy of this package. */
export function isConfigurationError(error: unknown): error is ConfigurationError {
  return error instanceof Error && error.name === 'ConfigurationError' && 'code' in error;
}

/** The page that explains a topic of the README. */
export function helpUrl(anchor: string): string {
  return HELP + anchor;
}

/** The name and code of an error, for a warning. Never its message: that of a store may hold a password, that of a parser a body. */
export function errorKind(error: unknown): string {
  if (!(error instanceof Error)) return 'not an Error';
  const code =
    'code' in error && typeof error.code === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(error.code)
      ? ` ${error.code}`
      : '';
  return /^[A-Za-z0-9_.$-]{1,64}$/.test(error.name) ? error.name + code : `Error${code}`;
}
