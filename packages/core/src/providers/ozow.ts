import { defineProvider } from '../lib/scheme/define-provider.ts';
import { digest } from '../lib/scheme/digest.ts';
import { checkSettings, chooseSetting } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `ozow`. */
export interface OzowSettings {
  /** Whether StatusMessage is in the hash. Default `signed`. */
  readonly statusMessage?: 'signed' | 'unsigned';
}

const FIELDS = [
  ...['SiteCode', 'TransactionId', 'TransactionReference', 'Amount', 'Status'],
  ...['Optional1', 'Optional2', 'Optional3', 'Optional4', 'Optional5', 'CurrencyCode', 'IsTest'],
];

const LAST_FIELDS = { signed: ['StatusMessage'], unsigned: [] };

/**
 * Ozow: a plain SHA-512 over the fields in their order with the private key at the end, all in lower case, and nothing between two of them: a
 * digit can move from one field to the next. No time is signed, and leading zeros of the hash may be gone.
 *
 * The page names the fields by a table whose copies differ in StatusMessage: a setting leaves it out. SubStatus, bank and masked account are
 * not signed. Refuse `IsTest=true` where it is live, and have it confirmed: `ozowConfirm` of `@postern/core/confirm` asks for the
 * transaction.
 *
 * @see https://hub.ozow.com/docs/step-2-process-ozow-response
 */
export function ozow(settings: OzowSettings = {}): Provider {
  checkSettings(settings, ['statusMessage'], 'ozow');
  return defineProvider({
    name: 'ozow',
    docs: 'https://hub.ozow.com/docs/step-2-process-ozow-response',
    scheme: digest({
      digest: 'sha512',
      encoding: 'hex-number',
      content: '{fields}{secret}',
      values: {
        fields: {
          canonical: 'fields',
          of: 'form',
          join: '',
          lowercase: true,
          fields: [...FIELDS, ...chooseSetting(LAST_FIELDS, settings.statusMessage ?? 'signed', 'statusMessage')],
        },
      },
      signature: { form: 'Hash', grammar: 'plain' },
      secret: { written: 'lower-case' },
    }),
    proof: 'recipe',
    eventType: { form: 'Status' },
    environment: { form: 'IsTest', live: 'false', sandbox: 'true' },
    unsigned: ['SubStatus', 'MaskedAccountNumber', 'BankName', 'every field that is not in the hash'],
  });
}
