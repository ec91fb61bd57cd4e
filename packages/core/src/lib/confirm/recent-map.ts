/** A table of what was seen last, with an end: the stalest entry makes room. */
export interface RecentMap<Value> {
  /** Gives an entry, which is made where there is none. */
  get(key: string, make: () => Value): Value;
  /** Gives an entry where there is one. It becomes no fresher by that. */
  find(key: string): Value | undefined;
  /** How many there are. */
  size(): number;
}

/** Makes one of at most `most` entries. */
export function recentMap<Value>(most: number): RecentMap<Value> {
  const entries = new Map<string, Value>();
  return {
    get(key, make) {
      const value = entries.get(key) ?? make();
      entries.delete(key);
      entries.set(key, value);
      const [stalest] = entries.keys();
      if (entries.size > most && stalest !== undefined) entries.delete(stalest);
      return value;
    },
    find: (key) => entries.get(key),
    size: () => entries.size,
  };
}
