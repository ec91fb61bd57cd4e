// An application as a user writes one, in both routers: what the tests of this folder build and call. It is text, since it is Next that
// has to compile and check it.
import { readFileSync } from 'node:fs';
import { type Files, NEXT } from './site.ts';

/** What the routes have in common. Records and runs are printed, one JSON object a line, for the test to read. */
const SETTINGS = `
import { fromEnv, type SettledRecord, type VerdictRecord } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';

const print = (line: object) => console.log(JSON.stringify(line));

export const settings = (endpoint: string) => ({
  provider: liasonpay(),
  secrets: fromEnv('LIASONPAY_WEBHOOK_SECRET'),
  endpoint,
  maxBodyBytes: 100_000,
  bodyTimeoutMs: 1_000,
  onVerdict: ({ endpoint, outcome, reason, detail }: VerdictRecord) =>
    print({ endpoint, saw: reason ?? outcome, detail }),
  onSettled: ({ endpoint, outcome }: SettledRecord) => print({ endpoint, saw: outcome }),
});

export const ran = (endpoint: string, body: Uint8Array) =>
  print({ endpoint, saw: 'run', body: [...body].map((byte) => String.fromCharCode(byte)).join('') });
`;

/** An App Router route whose handler does what the delivery asks for. */
const appRoute = (endpoint: string, runtime: string) => `
import { redirect } from 'next/navigation';
import { after, NextResponse } from 'next/server';
import { webhook } from '@postern/next';
import { ran, settings } from '../../settings';

export const runtime = '${runtime}';

export const POST = webhook(settings('${endpoint}'), async (delivery, request) => {
  ran('${endpoint}', delivery.body);
  const [does] = new TextDecoder().decode(delivery.body).split(' ');
  if (does === 'fail-first' && delivery.attempt === 1) throw new Error('not yet');
  if (does === 'answer') return new Response('by itself', { status: 202, headers: { 'x-own': 'yes' } });
  if (does === 'json') return NextResponse.json({ path: request.nextUrl.pathname }, { status: 201 });
  if (does === 'move') return NextResponse.redirect(new URL('/login', request.url));
  if (does === 'throw-redirect') redirect('/login');
  if (does === 'decline') return new Response('no', { status: 409 });
  if (does === 'after') after(() => console.log(JSON.stringify({ endpoint: '${endpoint}', saw: 'after' })));
  if (does === 'stream')
    return new Response(
      new ReadableStream({
        start(controller) {
          for (const part of ['one ', 'two ', 'three']) controller.enqueue(new TextEncoder().encode(part));
          controller.close();
        },
      }),
    );
  return undefined;
});

export { POST as GET, POST as HEAD };
`;

/** The same for the Pages Router. */
const pagesRoute = (endpoint: string, config: string) => `
import { webhook } from '@postern/next/pages';
import { ran, settings } from '../../settings';

${config}

export default webhook(settings('${endpoint}'), async (delivery, req, res) => {
  ran('${endpoint}', delivery.body);
  const [does] = new TextDecoder().decode(delivery.body).split(' ');
  if (does === 'fail-first' && delivery.attempt === 1) throw new Error('not yet');
  if (does === 'answer') return void res.status(202).setHeader('x-own', 'yes').send('by itself');
  if (does === 'json') return res.status(201).json({ path: req.url });
  if (does === 'move') return void res.redirect('/login');
  if (does === 'decline') return res.status(409).send('no');
  if (does === 'stream') {
    for (const part of ['one ', 'two ', 'three']) res.write(part);
    res.end();
  }
});
`;

/** Redirects whoever is not signed in, as auth middleware does, and lets one path through. */
const PROXY = `
import { NextResponse, type NextRequest } from 'next/server';

export function ${NEXT === 'next' ? 'proxy' : 'middleware'}(request: NextRequest) {
  if (request.nextUrl.pathname.startsWith('/passed')) return NextResponse.next();
  return NextResponse.redirect(new URL('/login', request.url));
}

export const config = { matcher: ['/swallowed/:path*', '/passed/:path*', '/office/((?!webhooks/|api/webhooks/|_next/).*)'] };
`;

const plainRoute = (endpoint: string) => `
import { webhook } from '@postern/next';
import { ran, settings } from '../../settings';

export const POST = webhook(settings('${endpoint}'), async (delivery) => ran('${endpoint}', delivery.body));
`;

/** A file of the example that a newcomer copies. */
const example = (path: string) => readFileSync(new URL(`../../examples/next-github/${path}`, import.meta.url), 'utf8');

export const APPLICATION: Files = {
  'app/webhooks/github/route.ts': example('app/webhooks/github/route.ts'),
  'pages/api/webhooks/github.ts': example('pages/api/webhooks/github.ts'),
  'settings.ts': SETTINGS,
  'tsconfig.json': example('tsconfig.json'),
  'app/webhooks/node/route.ts': appRoute('node', 'nodejs').replaceAll('../../settings', '../../../settings'),
  'app/webhooks/edge/route.ts': appRoute('edge', 'edge').replaceAll('../../settings', '../../../settings'),
  'app/tenants/[tenant]/route.ts': `
import { webhook } from '@postern/next';
import { settings } from '../../../settings';

export const POST = webhook(
  settings('tenants'),
  async (_delivery, request, context: { params: Promise<{ tenant: string }> }) =>
    Response.json({ tenant: (await context.params).tenant.toUpperCase(), search: request.nextUrl.searchParams.get('of') }),
);
`,
  'app/any/[...rest]/route.ts': `
import { webhook } from '@postern/next';
import { settings } from '../../../settings';

export const POST = webhook(settings('any'), async (_delivery, _request, { params }) => Response.json(await params));
`,
  'app/addresses/route.ts': `
import { webhook } from '@postern/next';
import { settings } from '../../settings';

export const POST = webhook(
  { ...settings('addresses'), allow: ['192.0.2.0/24'], clientAddress: (request) => request.headers.get('x-host-address') ?? undefined },
  () => undefined,
);
`,
  'app/unset/route.ts': `
import { fromEnv } from '@postern/core';
import { webhook } from '@postern/next';
import { settings } from '../../settings';

export const POST = webhook({ ...settings('unset'), secrets: fromEnv('POSTERN_TEST_UNSET_SECRET') }, () => undefined);
`,
  'app/read-first/route.ts': `
import type { NextRequest } from 'next/server';
import { webhook } from '@postern/next';
import { ran, settings } from '../../settings';

const guarded = webhook(settings('read-first'), async (delivery) => ran('read-first', delivery.body));

export async function POST(request: NextRequest, context: { params: Promise<{}> }) {
  await request.json();
  return guarded(request, context);
}
`,
  'app/copied/route.ts': `
import type { NextRequest } from 'next/server';
import { type RouteContext, webhook } from '@postern/next';
import { ran, settings } from '../../settings';

const guarded = webhook(settings('copied'), async (delivery) => ran('copied', delivery.body));

export async function POST(request: NextRequest, context: RouteContext) {
  await request.clone().json();
  return guarded(request, context);
}
`,
  'app/swallowed/route.ts': plainRoute('swallowed'),
  'app/passed/route.ts': plainRoute('passed'),
  'app/office/webhooks/excluded/route.ts': plainRoute('excluded').replace('../../settings', '../../../../settings'),
  [NEXT === 'next' ? 'proxy.ts' : 'middleware.ts']: PROXY,
  'pages/api/pages.ts': pagesRoute('pages', 'export const config = { api: { bodyParser: false } };'),
  'pages/api/parsed.ts': pagesRoute('parsed', ''),
  'pages/api/sized.ts': pagesRoute('sized', "export const config = { api: { bodyParser: { sizeLimit: '1mb' } } };"),
  'pages/api/wrong.ts': `
import { webhook } from '@postern/next/pages';
import { settings } from '../../settings';

export const config = { api: { bodyParser: false } };

export default webhook({ ...settings('wrong'), toleranceSeconds: 0 }, () => undefined);
`,
  'pages/api/unset.ts': `
import { fromEnv } from '@postern/core';
import { webhook } from '@postern/next/pages';
import { settings } from '../../settings';

export const config = { api: { bodyParser: false } };

export default webhook({ ...settings('pages-unset'), secrets: fromEnv('POSTERN_TEST_UNSET_SECRET') }, () => undefined);
`,
};
