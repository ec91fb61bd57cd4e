// A project that has done all that the checklists ask, and looks like a careless one at first sight: it has a proxy, several replicas,
// two environments, secrets in its tests, and a database with an authority of its own.
import { apiKey, type Files, hexOf, wordOf, whsec } from './rig.ts';

/** What stands in the folder. */
export function goodProject(): Files {
  return {
    'package.json': `${JSON.stringify(
      {
        name: 'shop',
        private: true,
        type: 'module',
        engines: { node: '>=22' },
        scripts: {
          start: 'node --env-file=.env.production dist/server.js',
          dev: 'node --env-file=.env.sandbox src/server.ts',
        },
        dependencies: {
          '@postern/core': '^0.4.0',
          '@postern/express': '^0.4.0',
          '@postern/redis': '~0.4.0',
          express: '^5.0.0',
          ioredis: '^5.0.0',
          pg: '^8.0.0',
        },
      },
      null,
      2,
    )}\n`,
    '.nvmrc': 'v24\n',
    '.gitignore': 'node_modules/\ndist/\n.env\n.env.*\n!.env.*.example\n*.har\ncaptures/\n',
    '.dockerignore': '.env*\nnode_modules\n',
    '.env.production': [
      'NODE_ENV=production',
      'PAYMENTS_ENVIRONMENT=live',
      'PESAPAL_BASE_URL=https://pay.pesapal.com/v3',
      `PESAPAL_CONSUMER_SECRET=${wordOf('live pesapal')}`,
      `STRIPE_API_KEY=${apiKey('live', 'good')}`,
      `STRIPE_WEBHOOK_SECRET="${whsec('good live')}" # of the live endpoint`,
      'PUBLIC_URL=https://shop.example',
      'IPN_URL=https://shop.example/webhooks/pesapal',
      'ORDERS_CALLBACK_URL=http://orders:4000/paid',
      '',
    ].join('\n'),
    '.env.sandbox': [
      'PAYMENTS_ENVIRONMENT=sandbox',
      'PESAPAL_BASE_URL=https://cybqa.pesapal.com/pesapalv3',
      `export PESAPAL_CONSUMER_SECRET='${wordOf('sandbox pesapal')}'`,
      `STRIPE_API_KEY=${apiKey('test', 'good')}`,
      `STRIPE_WEBHOOK_SECRET=${whsec('good sandbox')}`,
      'PUBLIC_URL=http://localhost:3000',
      'IPN_URL=http://192.168.1.20:3000/webhooks/pesapal',
      '',
    ].join('\n'),
    '.env.production.example':
      'PAYMENTS_ENVIRONMENT=live\nPESAPAL_CONSUMER_SECRET=your_consumer_secret\nSTRIPE_WEBHOOK_SECRET=whsec_your_webhook_secret\nNEXT_PUBLIC_SECRET_SANTA=true\n',
    Dockerfile:
      'ARG NODE=24\nFROM node:${NODE}-alpine AS build\nRUN corepack enable\nFROM node:24-alpine\nENV NODE_ENV=production\nCMD ["node", "dist/server.js"]\n',
    'docker-compose.yml': [
      'services:',
      '  shop:',
      '    build: .',
      '    deploy:',
      '      replicas: 3',
      '  front:',
      '    image: nginx:1.29',
      '  redis:',
      '    image: redis:8',
      '    deploy:',
      '      replicas: 2',
      '',
    ].join('\n'),
    'deploy/nginx.conf':
      'server {\n  listen 443 ssl;\n  # no TLSv1 here: ssl_protocols TLSv1;\n  ssl_protocols TLSv1.2 TLSv1.3;\n  location / { proxy_pass http://shop:3000; }\n}\n',
    '.github/workflows/ci.yml':
      'on: push\njobs:\n  test:\n    strategy:\n      matrix:\n        node: [20, 22, 24, 26]\n    steps:\n      - uses: actions/setup-node@v6\n        with:\n          node-version: ${{ matrix.node }}\n',
    'src/server.ts': `import { fromEnv, mask } from '@postern/core';
import { pesapalConfirm } from '@postern/core/confirm';
import { hardenServer } from '@postern/core/node';
import { pesapal, stripe } from '@postern/core/providers';
import { webhook as guard } from '@postern/express';
import { redisStore } from '@postern/redis';
import express, { type ErrorRequestHandler } from 'express';
import { Redis } from 'ioredis';
import { log } from './log.ts';
import { findOrder } from './orders.ts';

const isProduction = process.env.NODE_ENV === 'production';
const store = redisStore(new Redis(process.env.REDIS_URL!));
const records = { onVerdict: (record: object) => log.info(record), onSettled: (record: object) => log.info(record) };
const environment = process.env.PAYMENTS_ENVIRONMENT as 'live' | 'sandbox';

const app = express();
app.set('trust proxy', 'loopback');

const stripeOptions = {
  provider: stripe(),
  secrets: fromEnv('STRIPE_WEBHOOK_SECRET', { previous: 'STRIPE_WEBHOOK_SECRET_PREVIOUS' }),
  allow: ['192.0.2.0/24'],
  trustProxy: ['172.18.0.0/16'],
  handlerTimeoutMs: 20_000,
  store,
  environment,
  ...records,
} satisfies object;
app.post('/webhooks/stripe', guard(stripeOptions, async (delivery) => {
  const { last4 } = delivery.json<{ last4: string }>();
  log.info({ id: delivery.id, type: delivery.type, card: mask(last4), bytes: delivery.body.length });
}));

app.all('/webhooks/pesapal', guard({
  provider: pesapal(),
  secrets: [],
  environment,
  confirm: pesapalConfirm({ consumerKey: fromEnv('PESAPAL_CONSUMER_KEY'), consumerSecret: fromEnv('PESAPAL_CONSUMER_SECRET') }),
  expected: findOrder,
  store,
  ...records,
}, async ({ confirmed }) => log.info({ status: confirmed?.outcome })));

// For the rest of the application, and after the guards.
app.use(express.json());
app.post('/orders', (req, res) => {
  log.info({ trace: req.headers['x-request-id'] });
  res.json({ ok: true });
});

const onError: ErrorRequestHandler = (err, _req, res, _next) => {
  log.error(err);
  res.status(500).json({ error: isProduction ? 'Something failed.' : err.message });
};
app.use(onError);

hardenServer(app.listen(3000));
`,
    'src/log.ts':
      'export const log = { info: (record: object) => console.log(JSON.stringify(record)), error: (error: unknown) => console.error(error) };\n',
    'src/orders.ts':
      "export const findOrder = async ({ reference = '' }) => ({ reference, amount: '10.00', currency: 'KES' });\n",
    'src/database.ts': `import { readFileSync } from 'node:fs';
import pg from 'pg';
// Never rejectUnauthorized: false, nor NODE_TLS_REJECT_UNAUTHORIZED=0.
export const pool = new pg.Pool({ ssl: { ca: readFileSync('authority.pem'), rejectUnauthorized: true, minVersion: 'TLSv1.2' } });
`,
    'src/mutual-tls.ts':
      "import { createServer } from 'node:https';\nexport const inner = createServer({ requestCert: true, rejectUnauthorized: false }, (_, response) => response.end());\n",
    'src/components/seal-form.tsx':
      "'use client';\nimport { seal } from '@postern/core/fields';\nimport type { Delivery } from '@postern/core';\nexport const SealForm = (props: { of?: Delivery }) => <form onSubmit={() => seal(String(props.of?.id), '')} />;\n",
    // Where secrets are made up, they are honest.
    'test/server.test.ts': `import { verify } from '@postern/core';\nimport { stripe } from '@postern/core/providers';\nexport const verdict = verify({} as never, { provider: stripe(), secrets: '${whsec('a test')}' });\nconst webhookSecret = '${hexOf('a test')}';\n`,
    'README.md': `# Shop\n\nCopy \`.env.production.example\`. A secret looks like \`${whsec('the readme')}\`.\n`,
  };
}
