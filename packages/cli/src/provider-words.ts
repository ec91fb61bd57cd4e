import type { Field } from '@postern/core';
import type { ProviderDescription } from './describe-provider.ts';

/** The cells of the README's table and of the command's: name, kind, signed, time, event id, proof. */
export function providerCells(provider: ProviderDescription): readonly string[] {
  const { name, kind, toleranceSeconds, eventId, proof } = provider;
  return [
    name,
    kind,
    wordsForSigned(provider),
    toleranceSeconds === undefined ? 'none' : `${toleranceSeconds.past} s`,
    eventId === undefined ? 'none is signed' : wordsForPlace(eventId),
    proof ?? 'none',
  ];
}

/** What a handler may believe. */
export function wordsForSigned({ covers, unsigned }: ProviderDescription): string {
  const { body, fields } = covers;
  const signed = body ? 'the body' : fields.length > 0 ? `${fields.length} fields` : 'not the body';
  return unsigned.length === 0 ? signed : `${signed}; not ${unsigned.join(', ')}`;
}

/** Where a value stands. */
export function wordsForPlace(field: Field): string {
  if ('header' in field) return `\`${field.header}\``;
  if ('query' in field) return `\`?${field.query}\``;
  return 'json' in field ? `\`${field.json}\` in the body` : `\`${field.form}\` in the form`;
}
