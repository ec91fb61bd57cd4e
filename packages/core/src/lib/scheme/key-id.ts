import type { ImportedSecret } from './scheme.ts';

/** True for a secret that the sender's key id may mean. One without a name of its own may be meant by any. */
export function isMeant(
  secret: ImportedSecret,
  keyId: string | undefined,
  secrets: readonly ImportedSecret[],
): boolean {
  if (keyId === undefined || secret.id === undefined || secret.id === keyId) return true;
  return /^secret-\d+$/.test(secret.id) && !secrets.some(({ id }) => id === keyId);
}
