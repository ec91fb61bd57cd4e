import type { Check, Found } from '../finding.ts';
import { lineOf } from '../syntax.ts';
import { textOf } from '../values.ts';

const CALLBACK_NAME = /(?:CALLBACK|IPN|WEBHOOKS?|NOTIFY|NOTIFICATIONS?|PUBLIC)_(?:BASE_)?(?:URL|URI|ENDPOINT)$/i;

/** Public addresses in plain HTTP. */
export const urlNotHttps: Check = {
  id: 'url-not-https',
  answers: [
    'FinConnect: IPN and callback URLs are HTTPS in production',
    'Pagamio: HTTPS only, never HTTP',
    'LiasonPay: HTTPS for all requests',
  ],
  run({ env, guards }) {
    const inFiles = env.flatMap(({ path, role, entries }) =>
      entries
        .filter(({ name, value }) => CALLBACK_NAME.test(name) && isPublicHttp(value))
        .map(({ name, line }) => tell(role === 'production' ? 'error' : 'warning', path, line, name)),
    );
    const inGuards = guards.flatMap(({ source, settings, provider }): readonly Found[] => {
      const node = settings?.values.get('publicUrl');
      const url = textOf(source.program, node);
      if (node === undefined || url === undefined || !isPublicHttp(url)) return [];
      return [tell('error', source.path, lineOf(node), `publicUrl of ${provider?.name ?? 'the provider'}`)];
    });
    return [...inFiles, ...inGuards];
  },
};

function tell(level: 'error' | 'warning', file: string, line: number, name: string): Found {
  return {
    level,
    file,
    line,
    what: `${name} is plain HTTP`,
    remedy: 'Give the https address, and terminate TLS in front of the server.',
  };
}

/** True for what strangers could reach: no loopback, no private network, no name that only a local network has. */
function isPublicHttp(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (protocol !== 'http:') return false;
  if (/^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|0\.0\.0\.0$|\[)/.test(hostname)) return false;
  return hostname.includes('.') && !/\.(?:local|localhost|internal|test|lan|home\.arpa|svc)$/i.test(hostname);
}
