import { constantTimeEqual } from '../crypto.ts';

/** True where one of the candidates is the expected value. Every candidate is compared, so that the time taken does not tell which of several was right. */
export function equalsAny(expected: Uint8Array, candidates: readonly Uint8Array[]): boolean {
  let matches = 0;
  for (const candidate of candidates) matches += constantTimeEqual(expected, candidate) ? 1 : 0;
  return matches > 0;
}
