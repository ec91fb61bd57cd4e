/**
 * The command was used wrongly, or was given something it cannot read. Its message says what and what to do instead; the exit status is 2.
 *
 * It never quotes what it could not read: a case line or a mistyped option may hold a secret.
 */
export class Misuse extends Error {
  override readonly name = 'Misuse';
}
