import { request } from 'node:http';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { Misuse } from '../misuse.ts';
import type { Found } from './finding.ts';

/** What was found at the public address, or why nobody looked. */
export type EndpointReading =
  | { readonly found: readonly Omit<Found, 'file' | 'line'>[] }
  | { readonly skipped: string };

/** How an endpoint is looked at. */
export interface EndpointOptions {
  /** The authorities to trust in place of the usual ones, PEM. Node takes those of `NODE_EXTRA_CA_CERTS` by itself. */
  readonly ca?: string;
  /** Where plain HTTP would be. Default: 80 for an address at 443, else nobody looks. */
  readonly httpPort?: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const LONGEST_MS = 5_000;
const SOON_MS = 14 * 86_400_000;

/** Looks at an endpoint's TLS from outside: what it takes, what it shows, and whether plain HTTP leads anywhere. @throws Misuse */
export async function readEndpoint(address: string, options: EndpointOptions): Promise<EndpointReading> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Misuse('--url: give the public address of an endpoint: https://shop.example/webhooks/stripe.');
  const shown = `${url.protocol}//${url.host}${url.pathname}`;
  if (url.protocol === 'http:')
    return {
      found: [
        {
          url: shown,
          level: 'error',
          what: 'the endpoint is plain HTTP: everybody on the way reads and changes deliveries',
          remedy: 'Terminate TLS in front of the server, and give the provider the https address.',
        },
      ],
    };
  const port = Number(url.port || 443);
  const found = [
    ...(await lookAtCertificate(url, port, options)),
    ...(await lookAtOldVersions(url, port, options)),
    ...(await lookAtPlainHttp(url, options.httpPort ?? (port === 443 ? 80 : undefined))),
  ];
  return { found: found.map((one) => ({ ...one, url: shown })) };
}

type Seen = Pick<Found, 'level' | 'what' | 'remedy'>;

async function lookAtCertificate(url: URL, port: number, { ca, now }: EndpointOptions): Promise<readonly Seen[]> {
  const result = await shakeHands(url, port, { minVersion: 'TLSv1.2', ...(ca && { ca }) });
  if ('code' in result) {
    if (/^CERT_|^UNABLE_|SELF_SIGNED|^ERR_TLS_CERT|^DEPTH_ZERO/.test(result.code))
      return [
        {
          level: 'error',
          what: `the certificate is not valid for this name (${result.code})`,
          remedy: 'Install a certificate of a public authority for this name, with its whole chain.',
        },
      ];
    return [
      {
        level: /PROTOCOL|VERSION|HANDSHAKE|ECONNRESET|EPROTO/.test(result.code) ? 'error' : 'warning',
        what: `there is no TLS 1.2 or later at this address (${result.code})`,
        remedy: 'Terminate TLS there, 1.2 and 1.3, and see that the address is reachable from outside.',
      },
    ];
  }
  const left = Date.parse(result.expires) - now;
  return left > SOON_MS
    ? []
    : [
        {
          level: 'warning',
          what: `the certificate expires in ${Math.max(0, Math.floor(left / 86_400_000))} days`,
          remedy: 'Renew it, and let it be renewed by itself from now on.',
        },
      ];
}

async function lookAtOldVersions(url: URL, port: number, { ca }: EndpointOptions): Promise<readonly Seen[]> {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0', ...(ca && { ca }) } as const;
  const result = await shakeHands(url, port, { ...old, rejectUnauthorized: false });
  if ('code' in result) return [];
  return [
    {
      level: 'error',
      what: `the endpoint still takes ${result.version}`,
      remedy: 'Take TLS 1.2 and 1.3 alone: ssl_protocols TLSv1.2 TLSv1.3, minVersion: "TLSv1.2".',
    },
  ];
}

/** Plain HTTP may be closed, may send elsewhere, or may refuse. It must not answer as the endpoint does. */
async function lookAtPlainHttp(url: URL, port: number | undefined): Promise<readonly Seen[]> {
  if (port === undefined) return [];
  const status = await new Promise<number>((resolve) => {
    const asking = request(
      {
        host: bare(url.hostname),
        port,
        path: url.pathname,
        method: 'HEAD',
        timeout: LONGEST_MS,
        headers: { host: url.host },
      },
      (response) => {
        response.resume();
        const to = String(response.headers.location ?? '');
        const leadsToTls =
          (response.statusCode ?? 0) >= 300 && (response.statusCode ?? 0) < 400 && to.startsWith('https:');
        resolve(leadsToTls ? 0 : (response.statusCode ?? 0));
      },
    );
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(0));
    asking.end();
  });
  // 400, 403, 404, 421, 426 and the like are no deliveries taken.
  if (status === 0 || (status >= 400 && status !== 401 && status !== 405)) return [];
  return [
    {
      level: 'warning',
      what: `plain HTTP answers there as well (${status})`,
      remedy: 'Close port 80, or redirect it to https.',
    },
  ];
}

function shakeHands(
  url: URL,
  port: number,
  options: ConnectionOptions,
): Promise<{ readonly version: string; readonly expires: string } | { readonly code: string }> {
  return new Promise((resolve) => {
    let socket: TLSSocket | undefined;
    const end = (result: Parameters<typeof resolve>[0]) => {
      resolve(result);
      socket?.destroy();
    };
    try {
      const host = bare(url.hostname);
      const named = !/^[\d.]+$|:/.test(host);
      socket = connect({ host, port, ...(named && { servername: host }), ...options });
      socket.setTimeout(LONGEST_MS, () => end({ code: 'ETIMEDOUT' }));
      socket.on('error', (error: NodeJS.ErrnoException) => end({ code: error.code ?? 'unknown' }));
      socket.on('secureConnect', () =>
        end({
          version: socket?.getProtocol() ?? '',
          expires: socket?.getPeerCertificate().valid_to ?? '',
        }),
      );
    } catch (error) {
      end({ code: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' });
    }
  });
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
