import { helpUrl } from '../errors.ts';

/**
 * What can be wrong with one value. `value-too-long`: the key has no room for it. `missing-field`: nothing stands at a path.
 * `not-text`: something else than text stands there. `not-opened`: no key opens it.
 */
export type FieldErrorCode = 'value-too-long' | 'missing-field' | 'not-text' | 'not-opened';

/** A value that cannot be sealed or opened. Compare `code`, not the class. The message holds nothing of the value. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly code: FieldErrorCode;
  /** The path of the field, as it was given; `undefined` for a value on its own. */
  readonly field: string | undefined;
  /** The page that explains it. */
  readonly help: string;

  constructor(code: FieldErrorCode, field: string | undefined, message: string) {
    super(field === undefined ? message : `${field}: ${message}`);
    this.code = code;
    this.field = field;
    this.help = helpUrl('sealed-fields');
  }
}
