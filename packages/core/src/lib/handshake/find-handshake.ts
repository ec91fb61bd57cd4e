import { isInHead } from '../scheme/place.ts';
import type { Handshake } from './handshake.ts';
import { type Asked, readAsked } from './template.ts';

/** Which handshake a request is, if it is one: the first whose marks all stand in it. */
export function findHandshake(
  handshakes: readonly Handshake[],
  asked: Asked,
  applies: (handshake: Handshake) => boolean = () => true,
): Handshake | undefined {
  return handshakes.find(
    (one) =>
      one.method === asked.headers.method && applies(one) && (one.marks ?? []).every((mark) => stands(mark, asked)),
  );
}

/** True for one that the head alone makes known: it is answered with the body unread. */
export function isKnownByHead({ marks = [] }: Handshake): boolean {
  return marks.every(isInHead);
}

/** True for one that may come without a signature. */
export function isUnsigned({ unsigned }: Handshake): boolean {
  return unsigned === true;
}

function stands(mark: NonNullable<Handshake['marks']>[number], asked: Asked): boolean {
  const text = readAsked(mark, asked);
  return text !== undefined && (mark.value === undefined || text === mark.value);
}
