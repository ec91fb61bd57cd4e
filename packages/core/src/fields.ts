export { FieldError, type FieldErrorCode } from './lib/fields/field-error.ts';
export { type OpeningKey, readOpeningKey, readSealingKey, type SealingKey } from './lib/fields/keys.ts';
export { type OpeningKeys, open, type SealOptions, seal } from './lib/fields/seal.ts';
export { openFields, sealFields } from './lib/fields/seal-fields.ts';
// For displaying what was sealed. The same function as that of the main door.
export { mask } from './lib/redact.ts';
