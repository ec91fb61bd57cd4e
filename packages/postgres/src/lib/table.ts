import { ConfigurationError } from '@postern/core';

/** The names of a table and of its index, as they may stand in the text of a statement. */
export interface Table {
  /** As the user wrote it. */
  readonly name: string;
  readonly quoted: string;
  /** The index's name without a schema: PostgreSQL puts it into that of its table. */
  readonly index: string;
  /** The index's name, with the schema where there is one. */
  readonly quotedIndex: string;
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** With what is added for the index, names stay within the 63 bytes after which PostgreSQL cuts them off. */
const LONGEST = 50;

/**
 * Reads the name of a table, `name` or `schema.name`. It is the one thing that goes into the text of a statement, so it is letters, digits and `_`.
 *
 * @throws ConfigurationError for any other name
 */
export function readTable(value: unknown, option: string): Table {
  const parts = typeof value === 'string' ? value.split('.') : [];
  const name = parts.at(-1) ?? '';
  if (parts.length > 2 || !parts.every((part) => IDENTIFIER.test(part) && part.length <= LONGEST) || name === '') {
    throw new ConfigurationError(
      'invalid-option',
      option,
      `give "name" or "schema.name", each of letters, digits and _ that starts with no digit and has at most ${LONGEST} characters.`,
    );
  }
  const inSchema = (last: string) => [...parts.slice(0, -1), last].map((part) => `"${part}"`).join('.');
  return {
    name: parts.join('.'),
    quoted: inSchema(name),
    index: `"${name}_keep_until"`,
    quotedIndex: inSchema(`${name}_keep_until`),
  };
}
