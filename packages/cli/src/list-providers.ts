import { describeProvider, describeProviders, type ProviderDescription } from './describe-provider.ts';
import { unknownProvider } from './known-providers.ts';
import { aligned, type Output } from './output.ts';
import { providerCells, wordsForPlace, wordsForSigned } from './provider-words.ts';

interface Streams {
  readonly out: Output;
}

/** Prints what is known of all providers, or of one. @throws Misuse for a name that is not registered */
export async function listProviders(name: string | undefined, json: boolean, { out }: Streams): Promise<number> {
  if (name === undefined) {
    const all = describeProviders();
    for (const line of json ? [JSON.stringify(all)] : table(all)) await out.line(line);
    return 0;
  }
  const provider = describeProvider(name);
  if (provider === undefined) throw unknownProvider(name);
  for (const line of json ? [JSON.stringify(provider)] : details(provider)) await out.line(line);
  return 0;
}

function table(all: readonly ProviderDescription[]): readonly string[] {
  const rows = [
    ['name', 'kind', 'time', 'proof', 'event id', 'signed'],
    ...all.map((provider) => {
      const [name = '', kind = '', signed = '', time = '', id = '', proof = ''] = providerCells(provider).map(plain);
      return [name, kind, time, proof, id, signed];
    }),
  ];
  return aligned(rows);
}

function details(provider: ProviderDescription): readonly string[] {
  const { toleranceSeconds, eventId, eventType, covers, acknowledgement, failure, handshakes, environment, addresses } =
    provider;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['name', provider.name],
    ['kind', provider.kind],
    ['proof', provider.proof],
    ['vendor’s page', provider.docs],
    ['signed', wordsForSigned(provider)],
    ['signed fields', covers.fields.length > 0 ? covers.fields.join(', ') : undefined],
    ['signed time', toleranceSeconds ? `${toleranceSeconds.past} s ago to ${toleranceSeconds.future} s ahead` : 'none'],
    ['event id', eventId ? plain(wordsForPlace(eventId)) : 'none is signed'],
    ['event type', eventType && plain(eventType.map(wordsForPlace).join(', or '))],
    ['headers', provider.headers.join(', ') || undefined],
    ['secrets', provider.secrets],
    ['repeats for', `${provider.retryHours} h`],
    ['repeats are', provider.retries === 'resigned' ? 'signed anew' : provider.retries],
    ['methods', provider.methods.join(', ')],
    ['body up to', `${provider.maxBodyBytes} bytes`],
    ['acknowledgement', acknowledgement && `${acknowledgement.status} ${contentOf(acknowledgement)}`],
    ['failure', failure && `${failure.status} ${contentOf(failure)}`],
    ['handshakes', handshakes?.map(({ method, signed }) => `${method}${signed ? ', signed' : ''}`).join('; ')],
    ...Object.entries(provider.statuses ?? {}).map(([reason, status]) => [`status of ${reason}`, `${status}`] as const),
    [
      'environment',
      environment && `${plain(wordsForPlace(environment))}: ${environment.live} or ${environment.sandbox}`,
    ],
    ['addresses', addresses?.ranges.join(', ') || undefined],
    ['hosts', addresses?.hosts?.join(', ')],
    ['address list', addresses?.list],
    ['read on', addresses && `${addresses.asOf}, ${addresses.source}`],
    ...Object.entries(provider.settings ?? {}).map(([key, example]) => [`needs ${key}`, `as ${example}`] as const),
  ];
  return aligned(rows.flatMap(([label, text]) => (text === undefined ? [] : [[label, text]])));
}

/** Without the marks that a README needs. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}

function contentOf({ body = '', json }: { readonly body?: string; readonly json?: unknown }): string {
  return JSON.stringify(json ?? body);
}
