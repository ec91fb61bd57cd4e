// What the doors have in common about uploads: each host is read in its own way, and held to the same numbers.

/** What a host and its stream spend on each piece of a body, bytes, so that a body in tiny pieces is counted with its cost. Of Node, a body sent one byte at a time costs some 400 times its length. */
export const PIECE_COST = 512;

/** A refused upload that has at most so much left, bytes, is read to its end by the host, and the connection kept. */
export const SMALL_REMAINDER = 65_536;

/** A sender of more gets its answer and then so long to take it, milliseconds, before the connection closes. */
export const LINGER_MS = 1_000;
