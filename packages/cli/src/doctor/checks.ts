import { allowBehindProxy } from './checks/allow-behind-proxy.ts';
import { allowNotSet } from './checks/allow-not-set.ts';
import { bodyLimitHigh } from './checks/body-limit-high.ts';
import { bodyLogged } from './checks/body-logged.ts';
import { bodyParserFirst } from './checks/body-parser-first.ts';
import { captureNotIgnored } from './checks/capture-not-ignored.ts';
import { clientSideImport } from './checks/client-side-import.ts';
import { clientSideSecret } from './checks/client-side-secret.ts';
import { clockOff } from './checks/clock-off.ts';
import { endpointTls } from './checks/endpoint-tls.ts';
import { envFileInGit } from './checks/env-file-in-git.ts';
import { envFileNotIgnored } from './checks/env-file-not-ignored.ts';
import { envIncomplete } from './checks/env-incomplete.ts';
import { environmentMismatch } from './checks/environment-mismatch.ts';
import { environmentUnset } from './checks/environment-unset.ts';
import { errorExposed } from './checks/error-exposed.ts';
import { exampleEnvReal } from './checks/example-env-real.ts';
import { fileUnread } from './checks/file-unread.ts';
import { handlerDeadline } from './checks/handler-deadline.ts';
import { nodeEnvNotProduction } from './checks/node-env-not-production.ts';
import { nodeUnsupported } from './checks/node-unsupported.ts';
import { observing } from './checks/observing.ts';
import { secretExpiry } from './checks/secret-expiry.ts';
import { secretInHistory } from './checks/secret-in-history.ts';
import { secretInSource } from './checks/secret-in-source.ts';
import { secretWithoutRotation } from './checks/secret-without-rotation.ts';
import { serverNotHardened } from './checks/server-not-hardened.ts';
import { sharedCredential } from './checks/shared-credential.ts';
import { storeNotShared } from './checks/store-not-shared.ts';
import { tlsWeakened } from './checks/tls-weakened.ts';
import { trustProxyTooWide } from './checks/trust-proxy-too-wide.ts';
import { unprovenProvider } from './checks/unproven-provider.ts';
import { urlNotHttps } from './checks/url-not-https.ts';
import { verdictsUnseen } from './checks/verdicts-unseen.ts';
import { versionsApart } from './checks/versions-apart.ts';
import { wrongEnvironmentKey } from './checks/wrong-environment-key.ts';
import type { Check } from './finding.ts';

/** Every check, in the order in which it is told. */
export const CHECKS: readonly Check[] = [
  secretInSource,
  secretInHistory,
  envFileInGit,
  envFileNotIgnored,
  captureNotIgnored,
  exampleEnvReal,
  envIncomplete,
  clientSideSecret,
  clientSideImport,
  sharedCredential,
  wrongEnvironmentKey,
  environmentMismatch,
  environmentUnset,
  urlNotHttps,
  tlsWeakened,
  endpointTls,
  allowBehindProxy,
  allowNotSet,
  trustProxyTooWide,
  unprovenProvider,
  bodyParserFirst,
  bodyLimitHigh,
  handlerDeadline,
  serverNotHardened,
  storeNotShared,
  clockOff,
  errorExposed,
  nodeEnvNotProduction,
  bodyLogged,
  verdictsUnseen,
  nodeUnsupported,
  versionsApart,
  secretWithoutRotation,
  secretExpiry,
  observing,
  fileUnread,
];
