export { type Allowlist, allowlist } from './lib/address/allowlist.ts';
export { parseCapture } from './lib/capture.ts';
export type { ClaimRequest, ClaimResult, ClaimStore } from './lib/claims/contract.ts';
export { type MemoryStore, type MemoryStoreOptions, memoryStore } from './lib/claims/memory-store.ts';
export type { ReceiverOptions, ReceiverTraits, VerificationOptions } from './lib/config.ts';
export type { HmacDigest } from './lib/crypto.ts';
export {
  ConfigurationError,
  type ConfigurationErrorCode,
  isConfigurationError,
  VerificationError,
} from './lib/errors.ts';
export type { BodyFailure, BodyLimits, Exchange, HandlerRun, Receiver, Reception } from './lib/exchange.ts';
export { checkFreshness, type Tolerance } from './lib/freshness.ts';
export { fromEnv } from './lib/from-env.ts';
export type { WarningCode } from './lib/host.ts';
export type { Reason } from './lib/reasons.ts';
export { createReceiver, runHandler } from './lib/receiver.ts';
export { defineProvider, type ProviderData } from './lib/scheme/define-provider.ts';
export type { HeaderLines } from './lib/scheme/header-reader.ts';
export { type HmacOptions, hmac, type SecretForm } from './lib/scheme/hmac.ts';
export type { Scheme } from './lib/scheme/scheme.ts';
export type { SignatureHeader } from './lib/scheme/signature-header.ts';
export type { SecretEntry, SecretSource, Secrets } from './lib/secrets.ts';
export { type SignOptions, sign } from './lib/sign.ts';
export type {
  Acknowledgement,
  Answer,
  Capture,
  Covers,
  Delivery,
  Field,
  Provider,
  Rejected,
  RequestHead,
  SchemaOutput,
  SchemaResult,
  SettledRecord,
  StandardSchema,
  Verdict,
  VerdictRecord,
} from './lib/types.ts';
export { assertVerified, createVerifier, type Verifier, type VerifyOptions, verify } from './lib/verify.ts';
export { type SignatureVerdict, verifySignature } from './lib/verify-signature.ts';
