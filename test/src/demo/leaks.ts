/** What must not be printed by a server: a name to report it by, and the text. */
export interface Needle {
  readonly name: string;
  readonly text: string;
}

/** Names, each once, of those secrets, signatures and bodies that stand in what a server printed. */
export function findLeaks(printed: string, needles: readonly Needle[]): readonly string[] {
  return [...new Set(needles.filter(({ text }) => printed.includes(text)).map(({ name }) => name))];
}
