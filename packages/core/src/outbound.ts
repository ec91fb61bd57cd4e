// What is asked of others: the client, the keys that vendors give out, and the addresses they send from.
export { type HostsOptions, hostsFrom } from './lib/address/hosts-from.ts';
export {
  type KeepingOptions,
  type RangeFunction,
  type RangesOptions,
  rangesFrom,
} from './lib/address/ranges-from.ts';
export type { ListPlace } from './lib/address/read-list.ts';
export type { KeptRanges, RangeMeans } from './lib/address/sources.ts';
export { type CertificateUrlOptions, certificateUrl } from './lib/keys/certificate-url.ts';
export { type JwksOptions, jwks } from './lib/keys/jwks.ts';
export { type Credential, type KeyRequestOptions, keyRequest } from './lib/keys/key-request.ts';
export type {
  KeyMeans,
  KeyRefusal,
  KeyRequestContext,
  KeySource,
  RemoteKey,
  RemoteKeys,
} from './lib/keys/remote-keys.ts';
export { createOutbound } from './lib/outbound/client.ts';
export type {
  HostAddress,
  HostResolver,
  Outbound,
  OutboundFailure,
  OutboundOptions,
  OutboundRequest,
  OutboundResult,
  OutboundRoute,
} from './lib/outbound/request.ts';
export {
  type ConfirmByUrlOptions,
  confirmByUrl,
  type Subscription,
  type SubscriptionConfirmer,
} from './lib/subscription/confirm-by-url.ts';
