/** The name that was probably meant: one that starts with what was given, or the one with the fewest letters to change, two at most. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const word = given.toLowerCase().slice(0, 64);
  const longer = names.find((name) => word.length > 2 && name.toLowerCase().startsWith(word));
  if (longer !== undefined) return longer;
  const [best] = names
    .map((name) => ({ name, changes: countChanges(word, name.toLowerCase()) }))
    .filter(({ changes }) => changes <= 2)
    .sort((a, b) => a.changes - b.changes);
  return best?.name;
}

/** Letters to put in, take out or replace. */
function countChanges(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let at = 0; at < to.length; at += 1)
      next.push(
        Math.min((next[at] ?? 0) + 1, (row[at + 1] ?? 0) + 1, (row[at] ?? 0) + (letter === to.charAt(at) ? 0 : 1)),
      );
    row = next;
  }
  return row[to.length] ?? 0;
}
