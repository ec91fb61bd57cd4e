// Strange but honest projects: a false alarm is worse than a miss. And each rule on its own, where the three projects do not tell it apart.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  apiKey,
  commitAll,
  doctor,
  type Files,
  findIn,
  GUARD,
  git,
  hexOf,
  makeProject,
  pem,
  TODAY,
  told,
  whsec,
  wordOf,
} from './rig.ts';

describe('an honest project', () => {
  it('may be no git repository, and have no manifest', () => {
    const diagnosis = doctor(makeProject({ 'server.js': GUARD }));
    expect(told(diagnosis)).toEqual([]);
    expect(
      diagnosis.checks.filter(({ outcome }) => outcome === 'skipped').map(({ id, why }) => [id, why]),
    ).toContainEqual(['secret-in-history', 'the project is in no git repository']);
  });

  it('may be empty, and a repository without a commit', () => {
    expect(told(doctor(makeProject({})))).toEqual([]);
    const root = makeProject({ 'a.js': '1' });
    commitAll(root);
    expect(told(doctor(root))).toEqual([]);
  });

  it('may have files that cannot be parsed, read or printed', () => {
    const root = makeProject({
      'server.js': GUARD,
      'broken.ts': `${GUARD}\nconst = = ;;; {{{ express`,
      'template.yml': 'kind: Deployment\nspec:\n  replicas: {{ .Values.replicas }}\n',
      'broken.yml': 'services: [\n  {"',
      'vercel.json': '{ "functions": ',
      'package.json': '{ broken',
      'bom.js': `\uFEFF${GUARD}`,
    });
    writeFileSync(join(root, 'binary.js'), Buffer.from([0, 1, 2, 3, 0x65, 0x78, 0, 255]));
    writeFileSync(join(root, 'latin1.js'), Buffer.from([...Buffer.from(GUARD), 0xe9, 0xff, 0xfe]));
    const found = told(doctor(root));
    // The platform’s file says what it says, however it is written.
    expect(found.filter((line) => !line.startsWith('warning store-not-shared'))).toEqual([
      'note file-unread binary.js',
      'note file-unread broken.ts',
      'note file-unread latin1.js',
    ]);
  });

  it('may hold text in UTF-16 where it is a fixture: elsewhere a note says that it was not read', () => {
    const root = makeProject({ 'server.js': GUARD, 'test/fixtures/a.js': '', 'deploy.toml': '' });
    for (const path of ['.env', 'guard.js', 'test/fixtures/a.js', 'deploy.toml'])
      writeFileSync(join(root, path), Buffer.from(`\uFEFF${GUARD}`, 'utf16le'));
    expect(told(doctor(root))).toEqual(['note file-unread .env', 'note file-unread guard.js']);
  });

  it('may hold links that lead in a circle, out of the project or nowhere', () => {
    const root = makeProject({ 'src/server.js': GUARD });
    symlinkSync('..', join(root, 'src', 'up'));
    symlinkSync('/', join(root, 'everything'));
    symlinkSync('nowhere', join(root, 'broken.js'));
    symlinkSync('/', join(root, 'node_modules'));
    mkdirSync(join(root, 'test'));
    symlinkSync('/', join(root, 'test', 'everything'));
    expect(told(doctor(root))).toEqual(['note file-unread everything']);
  });

  it('may have a file that is too long to be read: a note says so', () => {
    const root = makeProject({ 'server.js': GUARD, 'data.js': `export const data = '${'x'.repeat(600_000)}';` });
    expect(told(doctor(root))).toEqual(['note file-unread data.js']);
  });

  it('may be installed by Yarn, which writes a long file for itself', () => {
    const pnp = `const packageRegistry = '${'x'.repeat(600_000)}';`;
    expect(findIn({ 'server.js': GUARD, '.pnp.cjs': pnp, '.pnp.loader.mjs': pnp, 'web/.pnp.js': pnp })).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('may have a folder that nobody may read: a note says so', () => {
    const root = makeProject({ 'server.js': GUARD, 'locked/a.js': '1' });
    chmodSync(join(root, 'locked'), 0);
    const found = told(doctor(root));
    chmodSync(join(root, 'locked'), 0o700);
    expect(found).toEqual(['note file-unread locked']);
  });

  it('may be minified where nobody edits it, and deep as no program is', () => {
    const bundle = `var a="${whsec('x')}",${'b=function(c){return c+1},'.repeat(2_000)}d=require("express");`;
    const deep = `import express from 'express';\nexport const text = ${Array.from({ length: 4_000 }, (_, at) => `'${at}'`).join(' + ')};\n`;
    expect(findIn({ 'server.js': GUARD, 'static.min.js': bundle, 'deep.js': deep })).toEqual([]);
  });

  it('may write Windows line ends: places are right all the same', () => {
    const secret = GUARD.replace("fromEnv('GITHUB_WEBHOOK_SECRET')", "'a development secret'");
    expect(findIn({ 'server.js': secret.replaceAll('\n', '\r\n') })).toEqual(['error secret-in-source server.js:4']);
    expect(findIn({ '.env.production': 'A=1\r\nNODE_ENV=production\r\nIPN_URL=http://shop.example/ipn\r\n' })).toEqual([
      'error url-not-https .env.production:3',
    ]);
  });

  it('may be a monorepo, where one package’s proxy and replicas say nothing of another', () => {
    const one = GUARD.replace('onVerdict', "allow: ['192.0.2.1'], onVerdict");
    const files = {
      'package.json': '{}',
      'packages/api/package.json': '{}',
      'packages/api/src/hooks.js': one,
      'packages/web/package.json': '{}',
      'packages/web/vercel.json': '{}',
      'packages/web/nginx.conf': 'location / {\n  proxy_pass http://x;\n}\n',
    };
    expect(findIn(files)).toEqual([]);
    expect(findIn({ ...files, 'nginx.conf': files['packages/web/nginx.conf'] })).toEqual([
      'warning allow-behind-proxy packages/api/src/hooks.js:4',
    ]);
  });

  it('may take its own functions through aliases: what is called webhook elsewhere is not ours', () => {
    const source = `import { webhook } from '@/lib/webhook';\nimport { verify } from '~/verify';\nexport const one = webhook({ secrets: 'not ours' });\nverify({}, { secrets: 'nor this' });\n`;
    expect(
      findIn({ 'src/a.ts': source, 'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }' }),
    ).toEqual([]);
  });

  it('may be read ten thousand files at a time, packages left aside, within five seconds', () => {
    const root = makeProject({ 'src/server.js': GUARD });
    for (let folder = 0; folder < 100; folder += 1) {
      for (const base of ['src/m', 'node_modules/m']) {
        mkdirSync(join(root, `${base}${folder}`), { recursive: true });
        for (let file = 0; file < 100; file += 1)
          writeFileSync(
            join(root, `${base}${folder}/f${file}.js`),
            `export function f${file}(a, b) {\n  return a.map((x) => x * b + ${file});\n}\n${base.startsWith('node') ? `const secret = '${whsec('dependency')}';` : ''}`,
          );
      }
    }
    const started = performance.now();
    expect(told(doctor(root))).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('a secret', () => {
  const guardOf = (provider: string, secrets: string, before = '') =>
    `import * as providers from '@postern/core/providers';\nimport * as postern from '@postern/core/fetch';\n${before}\nexport const guard = postern.webhook({ provider: providers.${provider}, secrets: ${secrets}, onVerdict() {} });\n`;

  it.each([
    ['in a list', "[{ id: 'a', value: 'a secret of ours' }]"],
    ['behind ??', "process.env.A ?? 'a secret of ours'"],
    ['in a template', '`a secret of ours`'],
    ['behind a name', 'SECRET', "const SECRET = 'a secret of ours';"],
    ['behind a cast', "('a secret of ours' as string)"],
  ])('is found %s', (_, secrets, before = '') => {
    expect(findIn({ 'guard.ts': guardOf('stripe()', secrets, before) })).toContainEqual(
      expect.stringMatching(/^error secret-in-source guard\.ts:[34]$/),
    );
  });

  it.each([
    ['a public key, which is none', 'discord()', `'${hexOf('public')}'`],
    ['a public key of a vendor that has both', 'standardWebhooks()', `'whpk_${wordOf('public', 40)}'`],
    ['what a vault gives', 'stripe()', 'await vault.read("stripe")'],
    [
      'a resolver',
      'stripe()',
      'async (head) => [{ id: head.tenant, value: await vault(head.tenant), tenant: head.tenant }]',
    ],
    ['no secret', 'pesapal()', '[]'],
  ])('is not %s', (_, provider, secrets) => {
    expect(findIn({ 'guard.ts': guardOf(provider, secrets) }).filter((line) => line.includes('secret'))).toEqual([]);
  });

  it.each([
    ['a placeholder', "const webhookSecret = 'whsec_your_webhook_secret_goes_here_please';"],
    ['a heading that is looked for', "if (text.includes('-----BEGIN PRIVATE KEY-----')) throw new Error('private');"],
    ['a digest', `const integrity = '${hexOf('digest')}';`],
    ['the name of a variable', "const secretName = 'LIASONPAY_WEBHOOK_SECRET_OF_PRODUCTION_TODAY';"],
    ['a type', "type Secret = 'whsec' | 'none'; const secretKind: Secret = 'whsec';"],
    ['a repeated letter', `const secret = '${'a'.repeat(64)}';`],
  ])('is not %s', (_, line) => {
    expect(findIn({ 'src/a.ts': `${line}\n` })).toEqual([]);
  });

  it('is found by its spelling, once a line', () => {
    const source = `export const a = '${apiKey('live', 'a')}';\nexport const b = \`${pem('b')}\`;\n`;
    expect(findIn({ 'src/a.js': source, 'test/b.js': source, 'src/a.test.js': source })).toEqual([
      'error secret-in-source src/a.js:1',
      'error secret-in-source src/a.js:2',
    ]);
  });
});

it.each([
  ["const { webhook } = require('@postern/express');", 'webhook'],
  ["const { webhook: guard } = require('@postern/express');", 'guard'],
  ["const postern = require('@postern/express');", 'postern.webhook'],
  ["const webhook = require('@postern/express').webhook;", 'webhook'],
  ["const { webhook } = await import('@postern/core/fetch');", 'webhook'],
  ["import * as postern from '@postern/express';", 'postern.webhook'],
  ["import { webhook as guard } from '@postern/core/node';", 'guard'],
  ["import postern = require('@postern/express');", 'postern.webhook'],
])('knows a guard that came by %s', (imported, called) => {
  const source = `${imported}\nexport const one = ${called}({ provider, secrets: 'of ours', onVerdict });\n`;
  expect(findIn({ 'guard.cts': source })).toEqual(['error secret-in-source guard.cts:2']);
});

describe('an environment file', () => {
  it('is ignored by what the remedy says, and its templates are not', () => {
    const root = makeProject({ 'server.js': GUARD });
    commitAll(root);
    const [first] = doctor(root).findings;
    expect(first?.id).toBe('env-file-not-ignored');
    const [, ...lines] = /Add (\S+) and (\S+) to \.gitignore, and (\S+) after/.exec(first?.remedy ?? '') ?? [];
    writeFileSync(join(root, '.gitignore'), `${lines.join('\n')}\n`);
    for (const name of ['.env', '.env.sandbox', '.env.example', '.env.sandbox.example'])
      writeFileSync(join(root, name), 'PORT=1\n');
    expect(git(root, 'ls-files', '--others', '--exclude-standard').trim().split('\n')).toEqual([
      '.env.example',
      '.env.sandbox.example',
      '.gitignore',
    ]);
  });

  it('with defaults alone may be committed', () => {
    const root = makeProject({
      '.env': 'PORT=3000\nAPI_TOKEN=changeme\nPUBLIC_KEY=abc\n',
      '.env.test': 'SECRET=test\n',
    });
    commitAll(root);
    expect(told(doctor(root))).toEqual([]);
  });

  it('that is named on the command line must have what guards read', () => {
    const root = makeProject({ 'server.js': GUARD });
    const elsewhere = makeProject({
      'a.env': 'GITHUB_WEBHOOK_SECRET=your_webhook_secret\n',
      'b.env': `GITHUB_WEBHOOK_SECRET=${hexOf('b')}\n`,
    });
    expect(told(doctor(root, { envFiles: [join(elsewhere, 'a.env')] }))).toEqual(['error env-incomplete server.js:4']);
    expect(told(doctor(root, { envFiles: [join(elsewhere, 'b.env')] }))).toEqual([]);
  });

  it('may give a public name to what is public', () => {
    expect(
      findIn({
        '.env': `NEXT_PUBLIC_MAPBOX_TOKEN=${wordOf('map')}\nVITE_SHOW_SECRET=true\nPUBLIC_KEY=${wordOf('k')}\n`,
      }),
    ).toEqual([]);
  });
});

describe('the systems of an environment file', () => {
  const mismatch = (path: string, text: string) =>
    findIn({ [path]: `${text}\n` }).filter((line) => line.includes('environment-mismatch'));

  it.each([
    ['a folder called delivery', 'apps/delivery/.env', 'PESAPAL_BASE_URL=https://cybqa.pesapal.com/pesapalv3'],
    ['a folder called sandbox', 'sandboxes/.env', 'PESAPAL_BASE_URL=https://pay.pesapal.com/v3'],
    ['the other address under its name', '.env.production', 'PESAPAL_SANDBOX_URL=https://cybqa.pesapal.com/pesapalv3'],
    ['the live address under its name', '.env.sandbox', 'PESAPAL_LIVE_URL=https://pay.pesapal.com/v3'],
    ['a host of one’s own', '.env.production', 'ADMIN_BASE_URL=https://staging-tools.example.com'],
    [
      'what platforms say of a deployment',
      '.env.sandbox',
      'VERCEL_ENV=production\nSENTRY_ENVIRONMENT=production\nNEXT_PUBLIC_VERCEL_ENV=production\nDD_ENV=production\nAWS_ENV=prod\nPESAPAL_BASE_URL=https://cybqa.pesapal.com/v3',
    ],
  ])('may be apart, with %s', (_, path, text) => {
    expect(mismatch(path, text)).toEqual([]);
  });

  it.each([
    ['.env.production', 'PESAPAL_BASE_URL=https://cybqa.pesapal.com/pesapalv3', 1],
    ['config/shop.live.env', 'PAYPAL_URL=https://api-m.sandbox.paypal.com', 1],
    ['.env', 'PAYMENTS_ENVIRONMENT=live\nDARAJA_URL=https://sandbox.safaricom.co.ke', 2],
    ['.env', 'PAYMENTS_MODE=live\nCLICKPESA_URL=https://api-sandbox.clickpesa.com', 2],
    ['.env', 'FINCODE_ENV=live\nFINCODE_URL=https://api.fincode.software', 2],
    ['.env.sandbox', 'VERCEL_ENV=production\nPAYFAST_URL=https://www.payfast.co.za/eng/process', 2],
    ['.env.sandbox', 'VERCEL_ENV=production\nPAYMENTS_ENVIRONMENT=live', 2],
  ])('are told apart in %s: %s', (path, text, line) => {
    expect(mismatch(path, text)).toEqual([`error environment-mismatch ${path}:${line}`]);
  });
});

describe('a body parser', () => {
  const app = (lines: string) =>
    `import express from 'express';\nimport bodyParser from 'body-parser';\nimport { keepRawBody } from '@postern/express';\nimport { guard } from './guard.js';\nimport cors from 'cors';\nconst app = express();\n${lines}\n`;

  it.each([
    ['express.json() above the route', "app.use(express.json());\napp.post('/hooks', guard);", true],
    [
      'body-parser above the route',
      "app.use(bodyParser.urlencoded({ extended: false }));\napp.all('/hooks', guard);",
      true,
    ],
    ['one for the same path', "app.use('/hooks', express.json());\napp.post('/hooks/github', guard);", true],
    ['one below the route', "app.post('/hooks', guard);\napp.use(express.json());", false],
    ['one that keeps the bytes', "app.use(express.json({ verify: keepRawBody }));\napp.post('/hooks', guard);", false],
    [
      'one for another type',
      "app.use(express.json({ type: 'application/vnd.ours+json' }));\napp.post('/hooks', guard);",
      false,
    ],
    ['one for another path', "app.use('/api', express.json());\napp.post('/hooks', guard);", false],
    ['a path that begins alike', "app.use('/web', express.json());\napp.post('/webhooks/stripe', guard);", false],
    [
      'a list of other paths',
      "app.use(['/api', '/admin'], express.json());\napp.post('/webhooks/stripe', guard);",
      false,
    ],
    [
      'a list that has its path',
      "app.use(['/api', '/hooks/'], express.json());\napp.post('/Hooks/stripe', guard);",
      true,
    ],
    ['a path that cannot be read', "app.use(config.prefix, express.json());\napp.post('/hooks', guard);", false],
    ['a path that is put together', "app.use(`${base}/api`, express.json());\napp.post('/hooks', guard);", false],
    ['a path that a function makes', "app.use(under('api'), express.json());\napp.post('/hooks', guard);", false],
    ['a path that cannot be read below it', 'app.use(express.json());\napp.post(config.path, guard);', true],
    ['one after the guard, in its mount', "app.post('/hooks', guard, express.json());", false],
    ['one of another route', "app.post('/orders', express.json(), orders);\napp.post('/hooks', guard);", false],
    [
      'one of a route whose handler stands beside the guard',
      "import { list } from './guard.js';\napp.post('/orders', express.json(), list);",
      false,
    ],
    ['one in the guard’s mount', 'app.post(path, express.json(), guard);', true],
    ['one in the guard’s mount, by its name', "app.post('/hooks', json, guard);\nconst json = express.json();", true],
    ['one for every type', "app.use(express.json({ type: '*/*' }));\napp.post('/hooks', guard);", true],
    [
      'one for JSON among others',
      "app.use(express.json({ type: ['application/csp-report', 'application/json'] }));\napp.post('/hooks', guard);",
      true,
    ],
    [
      'one for a type that a function tells',
      "app.use(express.json({ type: isOurs }));\napp.post('/hooks', guard);",
      false,
    ],
    ['one in a list', "app.use([express.json()]);\napp.post('/hooks', guard);", true],
    ['one behind another', "app.use(cors(), express.json());\napp.post('/hooks', guard);", true],
    ['one in a chain', "app.use(cors()).use(express.json());\napp.post('/hooks', guard);", true],
    ['one later in a chain', "app.post('/hooks', guard).use(express.json());", false],
    ['one above a route() of its own', "app.use(express.json());\napp.route('/hooks').get(hello).post(guard);", true],
    ['one in another route()', "app.route('/orders').post(express.json(), orders);\napp.post('/hooks', guard);", false],
    ['one above what require() gives', "app.use(express.json());\napp.post('/hooks', require('./guard'));", true],
    [
      'one above a member of what require() gives',
      "app.use(express.json());\napp.post('/hooks', require('./guard.js').guard);",
      true,
    ],
    ['one above another require()', "app.use(express.json());\napp.post('/hooks', require('./other'));", false],
    [
      'one that keeps a text',
      "app.use(express.json({ verify: (req, res, buf) => { if (buf && buf.length) req.rawBody = buf.toString('utf8'); } }));\napp.post('/hooks', guard);",
      true,
    ],
    [
      'one that keeps a text, by its name',
      "app.use(express.json({ verify: keep }));\napp.post('/hooks', guard);\nfunction keep(req, res, buf) { req.rawBody = buf.toString(); }",
      true,
    ],
    [
      'one that keeps both',
      "app.use(express.json({ verify(req, res, buf) { req.rawBody = buf; req.text = buf.toString(); } }));\napp.post('/hooks', guard);",
      false,
    ],
    ['express.raw()', "app.use(express.raw({ type: '*/*' }));\napp.post('/hooks', guard);", false],
    [
      'one that is passed by',
      "app.use((req, res, next) => (req.path === '/hooks' ? next() : express.json()(req, res, next)));\napp.post('/hooks', guard);",
      false,
    ],
  ])('%s', (_, lines, found) => {
    expect(
      findIn({ 'guard.js': `${GUARD}export const list = (req, res) => res.json([]);\n`, 'app.js': app(lines) }),
    ).toEqual(found ? ['error body-parser-first app.js:7'] : []);
  });

  it('of Next.js is switched off by the route’s config', () => {
    const route = GUARD.replace('@postern/express', '@postern/next/pages').replace(
      'export const guard =',
      'export default',
    );
    expect(findIn({ 'pages/api/hook.ts': route })).toEqual(['error body-parser-first pages/api/hook.ts:4']);
    const commented = `// export const config = { api: { bodyParser: false } };\n${route}`;
    expect(findIn({ 'pages/api/hook.ts': commented })).toEqual(['error body-parser-first pages/api/hook.ts:5']);
    expect(findIn({ 'pages/api/hook.ts': `export const config = { api: { bodyParser: false } };\n${route}` })).toEqual(
      [],
    );
  });

  it('of NestJS keeps the bytes with rawBody', () => {
    const hook = GUARD.replace('@postern/express', '@postern/core/node');
    const main = (options: string) =>
      `import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.js';\nexport const app = await NestFactory.create(AppModule${options});\n`;
    expect(findIn({ 'hook.ts': hook, 'main.ts': main('') })).toEqual(['error body-parser-first main.ts:3']);
    expect(findIn({ 'hook.ts': hook, 'main.ts': main(', { rawBody: true }') })).toEqual([]);
  });
});

describe('several instances', () => {
  it.each<[string, Files]>([
    ['pm2', { 'ecosystem.config.cjs': "module.exports = { apps: [{ script: 'a.js', instances: 'max' }] };\n" }],
    ['cluster', { 'main.js': "import cluster from 'node:cluster';\nif (cluster.isPrimary) cluster.fork();\n" }],
    [
      'Kubernetes',
      {
        'k8s/app.yaml':
          'kind: Deployment\nspec:\n  replicas: 3\n  template:\n    spec:\n      containers:\n        - image: shop:1\n',
      },
    ],
    ['an autoscaler', { 'k8s/hpa.yaml': 'kind: HorizontalPodAutoscaler\nspec:\n  maxReplicas: 4\n' }],
    ['Helm', { 'chart/values.yaml': 'replicaCount: 2\n' }],
    ['compose', { 'compose.yaml': 'services:\n  shop:\n    build: .\n    deploy: { replicas: 2 }\n' }],
    ['machines', { 'fly.toml': '[http_service]\n  min_machines_running = 2\n' }],
    ['Vercel', { 'vercel.json': '{}' }],
    ['Serverless', { 'serverless.yml': 'functions: {}\n' }],
  ])('by %s need a shared store', (_, files) => {
    expect(findIn({ 'server.js': GUARD, ...files })).toEqual(['warning store-not-shared server.js:4']);
    expect(findIn({ 'server.js': GUARD.replace('onVerdict', 'store: shared(), onVerdict'), ...files })).toEqual([]);
    const memory = `import { memoryStore } from '@postern/core';\n${GUARD.replace('onVerdict', 'store: memoryStore(), onVerdict')}`;
    expect(findIn({ 'server.js': memory, ...files })).toEqual(['warning store-not-shared server.js:5']);
  });

  it.each<[string, Files]>([
    [
      'one instance of pm2',
      { 'ecosystem.config.cjs': "module.exports = { apps: [{ script: 'a.js', instances: 1 }] };\n" },
    ],
    [
      'replicas of a proxy',
      {
        'k8s/nginx.yaml':
          'kind: Deployment\nspec:\n  replicas: 3\n  template:\n    spec:\n      containers:\n        - image: nginx:1\n',
      },
    ],
    [
      'replicas of a database',
      { 'compose.yaml': 'services:\n  db:\n    image: postgres:18\n    deploy: { replicas: 2 }\n' },
    ],
    ['replicas in an example', { 'examples/k8s.yaml': 'kind: Deployment\nspec:\n  replicas: 3\n' }],
    [
      'replicas of Kustomize for one, and for a proxy',
      { 'kustomization.yaml': 'replicas: [{ name: shop, count: 1 }, { name: nginx, count: 3 }]\n' },
    ],
    ['one machine', { 'fly.toml': 'min_machines_running = 1\n' }],
    [
      'a cluster that is a database’s',
      { 'db.js': "import { Cluster } from 'couchbase';\nexport const cluster = new Cluster();\ncluster.fork();\n" },
    ],
  ])('are not %s', (_, files) => {
    expect(findIn({ 'server.js': GUARD, ...files })).toEqual([]);
  });
});

describe('what callers are shown', () => {
  const handler = (body: string) =>
    `import express from 'express';\nexport const app = express();\napp.use((err, req, res, next) => {\n${body}\n});\n`;

  it.each([
    ['the stack', 'res.status(500).send(err.stack);', ['error error-exposed app.js:4']],
    [
      'the message',
      'res.status(500).json({ error: { text: `failed: ${err.message}` } });',
      ['warning error-exposed app.js:4'],
    ],
    ['the whole', 'res.status(500).json(err);', ['warning error-exposed app.js:4']],
    ['a code', "res.json({ error: err.code, message: 'failed' });", []],
    ['what a function makes of it', 'res.status(500).json(toProblem(err));', []],
    ['its kind', 'res.json({ timeout: err instanceof TimeoutError });', []],
    ['the number of a record', 'const id = record(err.message); const all = { id }; res.status(500).json(all);', []],
    [
      'a constant of its own',
      "const { message } = err; log(message); const body = { error: 'failed' }; res.json(body);",
      [],
    ],
    ['a text by a name of its own', 'const body = isProduction ? {} : { stack: err.stack }; res.json(body);', []],
    ['a fixed text', "console.error(err.stack); res.status(500).send('failed');", []],
    [
      'the stack outside production',
      "res.status(500).send(process.env.NODE_ENV === 'production' ? 'failed' : err.stack);",
      [],
    ],
    [
      'messages that are meant to be read',
      'if (err.expose) return res.status(err.status).send(err.message); next(err);',
      [],
    ],
  ])('%s', (_, body, found) => {
    expect(findIn({ 'app.js': handler(body) })).toEqual(found);
  });

  it('is found in Fastify as well', () => {
    const source = `import Fastify from 'fastify';\nconst app = Fastify();\napp.setErrorHandler((error, request, reply) => {\n  reply.code(500).send({ stack: error.stack });\n});\n`;
    expect(findIn({ 'app.js': source })).toEqual(['error error-exposed app.js:4']);
  });
});

describe('logs', () => {
  const logging = (line: string) => GUARD.replace('() => {}', `async (delivery, req) => {\n  ${line}\n}`);

  it.each([
    'console.log(req.headers);',
    'console.log(`came ${JSON.stringify(req.body)}`);',
    'logger.info({ event: delivery.json() });',
    "console.log('body', delivery.text());",
    'console.error(delivery);',
    'log.debug({ ...req.headers });',
  ])('hold too much with %s', (line) => {
    expect(findIn({ 'hook.js': logging(line) })).toEqual(['warning body-logged hook.js:5']);
  });

  it.each([
    'console.log(delivery.id, delivery.type);',
    "console.log(req.headers['user-agent']);",
    'console.log(delivery.json().amount);',
    'console.log(delivery.body.length);',
    'await save(delivery.json());',
    'const event = delivery.json(); console.log(event.type);',
    'const { type } = delivery.json(); console.log(type);',
    'const order = delivery.json(); const saved = await save(order); console.log(saved);',
    'const event = delivery.json(); names.forEach((event) => console.log(event));',
    'const event = delivery.json(); names.forEach((name) => { const event = name; console.log(event); });',
    'const a = b; const b = a; console.log(a);',
  ])('hold no more than they should with %s', (line) => {
    expect(findIn({ 'hook.js': logging(line) })).toEqual([]);
  });
});

describe('Node', () => {
  it.each<[string, Files, boolean]>([
    ['a range that is open upwards', { 'package.json': '{ "engines": { "node": ">=18" } }' }, false],
    ['a range that takes a living line', { 'package.json': '{ "engines": { "node": "18 || 20 || 24" } }' }, false],
    ['a dead line', { 'package.json': '{ "engines": { "node": "20.x" } }' }, true],
    ['lts/*', { '.nvmrc': 'lts/*\n' }, false],
    ['a line newer than the table', { '.nvmrc': '31\n' }, false],
    ['an old one', { '.nvmrc': 'v8.17.0\n' }, true],
    [
      'a matrix with a living line',
      { '.github/workflows/a.yml': 'jobs:\n  a:\n    strategy:\n      matrix:\n        node-version: [18, 24]\n' },
      false,
    ],
    [
      'a matrix of dead lines',
      { '.github/workflows/a.yml': 'jobs:\n  a:\n    strategy:\n      matrix:\n        node-version: [16, 18]\n' },
      true,
    ],
    ['an image by its argument', { Dockerfile: 'ARG V=18\nFROM node:${V}\n' }, true],
    ['an image of something else', { Dockerfile: 'FROM node-exporter:18\nFROM python:3\n' }, false],
  ])('%s', (_, files, found) => {
    const ids = findIn(files).map((line) => line.split(' ')[1]);
    expect(ids).toEqual(found ? ['node-unsupported'] : []);
  });
});

it('compares the deadline of the handler with that of the platform', () => {
  const store = GUARD.replace('onVerdict', 'store: shared(), onVerdict');
  const files = { 'server.js': store, 'vercel.json': '{\n  "functions": { "server.js": { "maxDuration": 10 } }\n}\n' };
  expect(findIn(files)).toEqual(['warning handler-deadline server.js:4']);
  expect(findIn({ ...files, 'server.js': store.replace('store:', 'handlerTimeoutMs: 9_000, store:') })).toEqual([]);
});

it('says when observing has ended', () => {
  const root = makeProject({
    'server.js': GUARD.replace('onVerdict', "observe: { until: new Date('2026-11-30') }, onVerdict"),
  });
  const [finding] = doctor(root, { now: TODAY }).findings;
  expect(finding).toMatchObject({ id: 'observing', level: 'note', what: 'observe has ended, and the guard enforces' });
});

it('takes a channel, or an audit log, for somebody who is told', () => {
  const silent = GUARD.replace(', onVerdict: console.log', '');
  expect(findIn({ 'server.js': silent })).toEqual(['note verdicts-unseen server.js:4']);
  const listener = "import { subscribe } from 'node:diagnostics_channel';\nsubscribe('postern:verdict', record);\n";
  expect(findIn({ 'server.js': silent, 'watch.js': `${listener}// @postern/core` })).toEqual([]);
  expect(findIn({ 'server.js': GUARD.replace('onVerdict: console.log', "auditLog: 'audit.jsonl'") })).toEqual([]);
});

it('needs no word of a guard whose options it cannot see', () => {
  const source = `import { webhook } from '@postern/express';\nimport { options } from './options.js';\nexport const a = webhook(options);\nexport const b = webhook({ ...options, allow: ['192.0.2.1'] });\n`;
  expect(findIn({ 'a.js': source, 'vercel.json': '{}', 'nginx.conf': 'proxy_pass http://x;\n' })).toEqual([]);
});

it('forgets no file of a project whose git says nothing of it', () => {
  const root = makeProject({
    'captures/a.json': '{}',
    'a.har': '{}',
    'hook.http': `POST /\nX-Hub-Signature-256: sha256=${hexOf('capture')}\n\n{}`,
    'client.http': 'GET https://api.example/\n',
    'test/b.har': '{}',
  });
  commitAll(root);
  expect(told(doctor(root))).toEqual(
    ['a.har', 'captures/a.json', 'hook.http'].map((file) => `warning capture-not-ignored ${file}`),
  );
});

it('takes an address list whose client is told, and one behind no proxy', () => {
  const allowing = (from: string, more: string) =>
    findIn({ 'a.js': GUARD.replace('@postern/express', from).replace('onVerdict', `${more}, onVerdict`) });
  const told = "allow: ['192.0.2.1'], clientAddress: (request) => request.headers.get('x-real-ip') ?? undefined";
  expect(allowing('@postern/next', told)).toEqual([]);
  expect(allowing('@postern/core/fetch', told)).toEqual([]);
  expect(allowing('@postern/core/fetch', "trustProxy: 'none'")).toEqual([]);
  expect(allowing('@postern/core/node', "allow: ['192.0.2.1'], trustProxy: 'none'")).toEqual([]);
});

it.each<[string, Files]>([
  [
    'that is hardened',
    {
      'app.js':
        "import Fastify from 'fastify';\nimport { hardenServer } from '@postern/core/node';\nconst app = Fastify();\nhardenServer(app.server);\napp.listen({ port: process.env.PORT });\n",
    },
  ],
  [
    'with limits of its own',
    {
      'app.js':
        "import Fastify from 'fastify';\nFastify({ requestTimeout: 30_000 }).listen({ port: process.env.PORT });\n",
    },
  ],
  [
    'behind a proxy',
    {
      'app.js': "import Fastify from 'fastify';\nFastify().listen({ port: process.env.PORT });\n",
      Caddyfile: 'reverse_proxy :3000\n',
    },
  ],
  [
    'that never listens',
    { 'app.js': "import Fastify from 'fastify';\nexport const app = Fastify({ prefix: process.env.PREFIX });\n" },
  ],
])('may have a server of Fastify %s', (_, files) => {
  expect(findIn({ 'guard.js': GUARD, ...files })).toEqual([]);
});

it.each<[string, Files]>([
  [
    'Kubernetes',
    {
      'k8s/a.yaml':
        'env:\n  - name: NODE_TLS_REJECT_UNAUTHORIZED\n    value: "1"\n  - name: NODE_TLS_REJECT_UNAUTHORIZED\n  - name: RETRIES\n    value: "0"\n',
    },
  ],
  ['Docker', { Dockerfile: 'FROM node:24\nENV NODE_TLS_REJECT_UNAUTHORIZED 1\nENV RETRIES 0\n' }],
])('may have certificates checked by %s', (_, files) => {
  expect(findIn(files)).toEqual([]);
});

it('may read a public key under any name, and inline what is no secret', () => {
  const reading = (name: string) => findIn({ 'a.js': GUARD.replace('GITHUB_WEBHOOK_SECRET', name) });
  expect(reading('PUBLIC_KEY')).toEqual([]);
  expect(reading('NEXT_PUBLIC_DISCORD_PUBLIC_KEY')).toEqual([]);
  const env = '{ env: { SHOP: process.env.SHOP, MAPS_TOKEN: process.env.MAPS_TOKEN } }';
  expect(findIn({ 'next.config.js': `module.exports = ${env};\n` })).toEqual([]);
  expect(
    findIn({ 'app.config.js': `module.exports = { env: { WEBHOOK_SECRET: process.env.WEBHOOK_SECRET } };\n` }),
  ).toEqual([]);
});

it.each<[string, Files]>([
  [
    'credentials of the environment',
    {
      'a.js':
        "import { pesapalConfirm } from '@postern/core/confirm';\nexport const confirm = pesapalConfirm({ consumerKey: process.env.KEY, consumerSecret: process.env.SECRET });\n",
    },
  ],
  [
    'the id of a client',
    {
      'a.js':
        "import { clickpesaConfirm } from '@postern/core/confirm';\nexport const confirm = clickpesaConfirm({ clientId: 'our id', apiKey: await vault.read('key') });\n",
    },
  ],
  [
    'a Secret that is filled in later',
    {
      'k8s/a.yaml':
        'kind: Secret\nstringData:\n  STRIPE_WEBHOOK_SECRET: ${STRIPE_WEBHOOK_SECRET}\n  SIGNING_KEY: change-me-before-use\n',
    },
  ],
  [
    'a Secret that is encrypted',
    {
      'k8s/a.yaml': `kind: Secret\nstringData:\n  SIGNING_KEY: ENC[AES256_GCM,data:${wordOf('sops')}]\nsops:\n  mac: a\n`,
    },
  ],
  [
    'a sealed one',
    { 'k8s/a.yaml': `kind: SealedSecret\nspec:\n  encryptedData:\n    SIGNING_KEY: ${wordOf('sealed', 64)}\n` },
  ],
  ['a setting', { 'k8s/a.yaml': `kind: ConfigMap\ndata:\n  ETAG: ${wordOf('etag')}\n` }],
  [
    'placeholders in an image',
    {
      Dockerfile:
        'FROM node:24\nARG STRIPE_WEBHOOK_SECRET\nENV STRIPE_WEBHOOK_SECRET=whsec_placeholder_for_the_build\n',
    },
  ],
])('writes no secret out with %s', (_, files) => {
  expect(findIn(files)).toEqual([]);
});

it.each([
  ['is recorded', "console.error(e);\n    res.status(500).json({ error: 'failed' });"],
  [
    'is meant to be read',
    'if (e instanceof OrderError) return res.status(400).json({ error: e.message });\n    throw e;',
  ],
  ['is given on', 'return next(e);'],
])('may catch an error that %s', (_, lines) => {
  const caught = `try { await work(); } catch (e) {\n    ${lines}\n  }`;
  expect(
    findIn({ 'a.js': `${GUARD}app.post('/hooks', guard, async (req, res, next) => {\n  ${caught}\n});\n` }),
  ).toEqual([]);
});

it('says nothing of an error that a route without a guard shows', () => {
  const route =
    "app.get('/orders', (req, res) => {\n  try { list(); } catch (e) { res.json({ error: e.message }); }\n});\n";
  expect(findIn({ 'a.js': `${GUARD}${route}` })).toEqual([]);
});

it('may have proxies that Fastify is told of, and a setting of the same name elsewhere', () => {
  const source =
    "import Fastify from 'fastify';\nimport { make } from './make.js';\nconst app = Fastify({ trustProxy: '10.0.0.0/8' });\nmake({ trustProxy: true });\n";
  expect(findIn({ 'app.js': source })).toEqual([]);
});

it('may share .env between environments that each have a file, or have it alone', () => {
  const live = `STRIPE_API_KEY=${apiKey('live', 'alone')}\n`;
  const shared = `SESSION_SECRET=${wordOf('session')}\n`;
  expect(findIn({ '.gitignore': '.env*\n', '.env': live })).toEqual([]);
  expect(findIn({ '.gitignore': '.env*\n', '.env': live, 'web/.env.production': live })).toEqual([]);
  expect(
    findIn({ '.gitignore': '.env*\n', '.env': shared, '.env.production': `${shared}A=1\n`, '.env.local': 'A=2\n' }),
  ).toEqual([]);
});

it('may have a default beside a variable that a file of --env lacks', () => {
  const source = GUARD.replace("fromEnv('GITHUB_WEBHOOK_SECRET')", 'process.env.HOOK_A ?? process.env.HOOK_B');
  const elsewhere = makeProject({ 'a.env': `HOOK_B=${hexOf('b')}\n` });
  const found = told(doctor(makeProject({ 'a.js': source }), { envFiles: [join(elsewhere, 'a.env')] }));
  expect(found.filter((line) => line.includes('env-incomplete'))).toEqual([]);
});

it('may call an environment file after products', () => {
  expect(findIn({ '.gitignore': '*.env\n', 'products.env': 'NODE_ENV=development\n' })).toEqual([]);
});

it('may leave the deadline at its default, however short the sender waits: most handlers are done at once', () => {
  expect(findIn({ 'a.js': GUARD.replaceAll('github', 'slack') })).toEqual([]);
});
