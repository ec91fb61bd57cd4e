import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

const ALGORITHMS = { sha256: 'x-hub-signature-256', sha1: 'x-hub-signature' } as const;

/** Settings of `github`. */
export interface GithubSettings {
  /** `sha256`, the default. `sha1` reads the legacy `X-Hub-Signature`, for old servers that send nothing else; the sender never chooses. */
  readonly algorithm?: keyof typeof ALGORITHMS;
}

/**
 * GitHub: HMAC over the body, 25 MB at most. No time and no id is signed (`X-GitHub-Delivery` is not), so an event is its bytes,
 * and the event's name, in `X-GitHub-Event`, is not covered by the signature. GitHub does not retry by itself.
 * The ranges are the `hooks` of its `/meta`, from a copy of 8 October 2026; its announcement of 29 October adds none to them.
 *
 * @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function github(settings: GithubSettings = {}): Provider {
  checkSettings(settings, ['algorithm'], 'github');
  const digest = settings.algorithm ?? 'sha256';
  const header = chooseSetting(ALGORITHMS, digest, 'github.algorithm');
  return defineProvider({
    name: 'github',
    docs: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
    scheme: hmac({
      digest,
      encoding: 'hex',
      content: '{body}',
      signature: { header, grammar: 'prefix', prefix: `${digest}=` },
      secret: { refuse: ['ghp_', 'github_pat_', 'gho_', 'ghs_'] },
    }),
    maxBodyBytes: 26_214_400,
    proof: 'published',
    eventType: { header: 'x-github-event' },
    addresses: {
      ranges: [
        '192.30.252.0/22',
        '185.199.108.0/22',
        '140.82.112.0/20',
        '143.55.64.0/20',
        '9.234.98.160/28',
        '9.234.98.176/28',
        '9.234.106.48/28',
        '2a0a:a440::/29',
        '2606:50c0::/32',
      ],
      list: 'https://api.github.com/meta',
      asOf: '2026-10-08',
      source: 'https://docs.github.com/en/rest/meta/meta',
    },
  });
}
