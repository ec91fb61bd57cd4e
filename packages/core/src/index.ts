export { type Allowlist, allowlist } from './lib/address/allowlist.ts';
export type { ClientAddressHeader, ProxyOptions } from './lib/address/client-address.ts';
export type { AllowEntry, RangeSource } from './lib/address/sources.ts';
export type { ProxyName, TrustedProxies } from './lib/address/trusted-proxies.ts';
export { parseCapture } from './lib/capture.ts';
export { answerWithin } from './lib/claims/answer-within.ts';
export type { Claim, ClaimRequest, ClaimResult, ClaimStore } from './lib/claims/contract.ts';
export { type MemoryStore, type MemoryStoreOptions, memoryStore } from './lib/claims/memory-store.ts';
export type { ConfirmingOptions } from './lib/confirm/compile-confirm.ts';
export type { HmacDigest } from './lib/crypto.ts';
export type { Closable, CloseOptions, Drained } from './lib/drain.ts';
export {
  ConfigurationError,
  type ConfigurationErrorCode,
  isConfigurationError,
  VerificationError,
} from './lib/errors.ts';
export type { BodyFailure, BodyLimits, Exchange, HandlerRun, Mounted, Receiver, Reception } from './lib/exchange.ts';
export { checkFreshness, type Tolerance } from './lib/freshness.ts';
export { fromEnv } from './lib/from-env.ts';
export type { AnswerValue, Handshake, Mark, SignedAnswer } from './lib/handshake/handshake.ts';
export { previewHandshake } from './lib/handshake/preview-handshake.ts';
export type { JsonTemplate, TemplateValue } from './lib/handshake/template.ts';
export type { WarningCode } from './lib/host.ts';
export type { VerdictKind } from './lib/kind.ts';
export type { Observe } from './lib/observe.ts';
export type { Reason } from './lib/reasons.ts';
export { createReceiver, runHandler } from './lib/receiver.ts';
export type { ReceiverOptions, ReceiverTraits, VerificationOptions } from './lib/receiver-options.ts';
export { mask } from './lib/redact.ts';
export { basic } from './lib/scheme/basic.ts';
export type { Canonical } from './lib/scheme/canonical.ts';
export { defineProvider, type ProviderData } from './lib/scheme/define-provider.ts';
export { type DigestOptions, digest } from './lib/scheme/digest.ts';
export { type EcdsaOptions, ecdsa } from './lib/scheme/ecdsa.ts';
export { type Ed25519Options, ed25519 } from './lib/scheme/ed25519.ts';
export type { Encoding } from './lib/scheme/encoding.ts';
export type { HeaderLines } from './lib/scheme/header-reader.ts';
export { type HmacOptions, hmac } from './lib/scheme/hmac.ts';
export {
  type HttpSignatureAlgorithm,
  type HttpSignatureOptions,
  httpSignature,
} from './lib/scheme/http-signature.ts';
export { none } from './lib/scheme/none.ts';
export type { Place } from './lib/scheme/place.ts';
export type { SignedSchemeOptions } from './lib/scheme/plan.ts';
export type { PublicKeyForm } from './lib/scheme/public-key.ts';
export { type RsaOptions, rsa } from './lib/scheme/rsa.ts';
export type { Scheme } from './lib/scheme/scheme.ts';
export type { SecretForm } from './lib/scheme/shared-secret.ts';
export type { Grammar, Signature } from './lib/scheme/signature-header.ts';
export type { Signs, Value } from './lib/scheme/signed-content.ts';
export { type StandardWebhookOptions, standardWebhook } from './lib/scheme/standard-webhook.ts';
export { type StaticTokenOptions, staticToken } from './lib/scheme/static-token.ts';
export type { TimeUnit } from './lib/scheme/time.ts';
export type { SecretsHead } from './lib/secret-life/head-reads.ts';
export { type SecretHolder, type SecretRegistry, secretRegistry } from './lib/secret-life/secret-registry.ts';
export type { SecretChange, SecretRecord, SecretUse } from './lib/secret-life/secret-watch.ts';
export {
  type SecretFinder,
  type SecretsAnswer,
  type SecretsFromOptions,
  type SecretsResolver,
  secretsFrom,
} from './lib/secret-life/secrets-from.ts';
export type { SecretStore } from './lib/secret-store.ts';
export type { SecretEntry, SecretSource, Secrets } from './lib/secrets.ts';
export { type SignOptions, sign, signRequest } from './lib/sign.ts';
export type {
  Acknowledgement,
  Answer,
  Capture,
  Confirmed,
  Covers,
  Delivery,
  EnvironmentMarker,
  Failure,
  Field,
  ProofLevel,
  Provider,
  PublishedAddresses,
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
