// Each rule of `postern doctor` on its own, in every spelling of the mistake. Their honest neighbours stand in honest.test.ts.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiKey, doctor, findIn, GUARD, hexOf, makeProject, told, whsec, wordOf } from './rig.ts';

const NGINX = { 'nginx.conf': 'location / {\n  proxy_pass http://x;\n}\n' };

describe('an address list', () => {
  const allowing = (from: string, more = '') =>
    GUARD.replace('@postern/express', from).replace('onVerdict', `allow: ['192.0.2.1'], ${more}onVerdict`);

  it.each(['@postern/next', '@postern/core/fetch'])('needs clientAddress in %s, whatever stands in front', (from) => {
    const error = ['error allow-behind-proxy a.js:4'];
    expect(findIn({ 'a.js': allowing(from) })).toEqual(error);
    expect(findIn({ 'a.js': allowing(from), ...NGINX })).toEqual(error);
    expect(findIn({ 'a.js': allowing(from, "trustProxy: 'loopback', ") })).toEqual(error);
    expect(findIn({ 'a.js': allowing(from).replace("allow: ['192.0.2.1']", "trustProxy: 'loopback'") })).toEqual(error);
  });

  it('behind a proxy is not helped by trust in none', () => {
    expect(findIn({ 'a.js': allowing('@postern/express', "trustProxy: 'none', "), ...NGINX })).toEqual([
      'warning allow-behind-proxy a.js:4',
    ]);
  });
});

describe('a server of Fastify', () => {
  it.each([
    ["import Fastify from 'fastify';\nconst app = Fastify({ logger: true });"],
    ["import { fastify } from 'fastify';\nconst app = fastify();"],
    ["const Fastify = require('fastify');\nconst app = Fastify();"],
    ["// Without a name.\nconst app = require('fastify')({ logger: true });"],
  ])('waits for slow senders: %s', (made) => {
    const server = `${made}\napp.register(guard);\nawait app.listen({ port: process.env.PORT });\n`;
    expect(findIn({ 'guard.js': GUARD, 'app.js': server })).toEqual(['note server-not-hardened app.js:2']);
  });

  it('has limits of its own, which the finding tells', () => {
    const server =
      "import Fastify from 'fastify';\nawait Fastify().register(guard).listen({ port: process.env.PORT });\n";
    const { findings } = doctor(makeProject({ 'guard.js': GUARD, 'app.js': server }));
    expect(findings.map(({ what }) => what)).toEqual([expect.stringContaining('none for a request')]);
    expect(findings.map(({ remedy }) => remedy)).toEqual([expect.stringContaining('hardenServer(app.server)')]);
  });
});

describe('certificates that nobody checks', () => {
  const NAME = 'NODE_TLS_REJECT_UNAUTHORIZED';

  it.each([
    ['Kubernetes', 'k8s/a.yaml', `kind: Deployment\nenv:\n  - name: ${NAME}\n    value: "0"\n`, 3],
    ['Kubernetes in one line', 'k8s/a.yaml', `kind: Deployment\nenv:\n  - { name: ${NAME}, value: '0' }\n`, 3],
    ['Kubernetes in the style of JSON', 'k8s/a.yaml', `env: [{ "name": "${NAME}", "value": "0" }]\n`, 1],
    ['the old spelling of Docker', 'Dockerfile', `FROM node:24\nENV ${NAME} 0\n`, 2],
  ])('are found in %s', (_, path, text, line) => {
    expect(findIn({ [path]: text })).toEqual([`error tls-weakened ${path}:${line}`]);
  });
});

describe('a secret that browsers get', () => {
  it.each([
    ["fromEnv('NEXT_PUBLIC_GITHUB_HOOK')"],
    ["fromEnv('GITHUB_WEBHOOK_SECRET', { previous: 'VITE_GITHUB_WEBHOOK_SECRET_OLD' })"],
  ])('is read with %s', (secrets) => {
    expect(findIn({ 'a.js': GUARD.replace("fromEnv('GITHUB_WEBHOOK_SECRET')", secrets) })).toEqual([
      'error client-side-secret a.js:4',
    ]);
  });

  it.each([
    ['next.config.ts', 'export default {\n  env: {\n    X_WEBHOOK_SECRET: process.env.X_WEBHOOK_SECRET,\n  },\n};\n'],
    ['next.config.js', 'const env = {\n\n  API_SECRET_KEY: process.env.KEY };\nmodule.exports = { env };\n'],
  ])('stands in env of %s', (path, text) => {
    expect(findIn({ [path]: text })).toEqual([`error client-side-secret ${path}:3`]);
  });
});

describe('a secret that is written out', () => {
  it.each([
    ['Dockerfile', `FROM node:24\nENV STRIPE_WEBHOOK_SECRET=${whsec('docker')}\n`],
    ['vercel.json', `{ "env": {\n  "STRIPE_API_KEY": "${apiKey('live', 'vercel')}" } }\n`],
    ['app.json', `{ "env": {\n  "STRIPE_API_KEY": "${apiKey('test', 'app')}" } }\n`],
    ['Procfile', `release: true\nweb: STRIPE_API_KEY=${apiKey('live', 'proc')} node server.js\n`],
    ['ci.sh', `#!/bin/sh\nexport TOKEN=${['github', 'pat', wordOf('a', 22), wordOf('b', 59)].join('_')}\n`],
    ['k8s/a.yaml', `kind: Secret\nstringData: { STRIPE_WEBHOOK_SECRET: ${wordOf('k8s')} }\n`],
    ['k8s/b.yaml', `kind: Secret\ndata: { signing-key: ${Buffer.from(wordOf('k8s')).toString('base64')} }\n`],
  ])('is found in %s', (path, text) => {
    const at = findIn({ 'package.json': '{}', [path]: text }).filter((line) => !line.includes('store-not-shared'));
    expect(at).toEqual([`error secret-in-source ${path}:2`]);
  });

  it.each([
    ['pesapalConfirm', 'consumerKey: fromEnv("A"),\n  consumerSecret: "of ours",', 4],
    ['clickpesaConfirm', 'clientId: "our id",\n  apiKey: process.env.A ?? "of ours",', 4],
    ['mtnMomoConfirm', `apiUser: "our id",\n  subscriptionKey: \`${hexOf('momo')}\`,`, 4],
  ])('is found in the credentials of %s', (name, credentials, line) => {
    const source = `import { fromEnv } from '@postern/core';\nimport { ${name} } from '@postern/core/confirm';\nexport const confirm = ${name}({ ${credentials}\n});\n`;
    expect(findIn({ 'a.js': source })).toEqual([`error secret-in-source a.js:${line}`]);
  });
});

it.each([
  'const event = delivery.json(); console.log(event);',
  'const event = delivery.json<Order>(); console.log(JSON.stringify(event));',
  'const text = JSON.stringify(await delivery.json()); log.info({ text });',
  'const body = req.body; const all = body; items.forEach(() => console.log(`came ${all}`));',
])('finds a body in logs behind its name: %s', (line) => {
  const source = GUARD.replace('() => {}', `async (delivery, req) => {\n  ${line}\n}`);
  expect(findIn({ 'hook.ts': source })).toEqual(['warning body-logged hook.ts:5']);
});

describe('an error that callers are shown', () => {
  const handler = (body: string, error = 'err') =>
    `import express from 'express';\nexport const app = express();\napp.use((${error}, req, res, next) => {\n${body}\n});\n`;
  const WHOLE = 'warning error-exposed app.js:4';

  it.each([
    ['res.send(String(err));', WHOLE],
    ['res.send(err.toString());', WHOLE],
    ['res.status(500).send(`failed: ${err}`);', WHOLE],
    ["res.end('failed: ' + err);", WHOLE],
    ['res.json({ ...err });', WHOLE],
    ['res.json({ error: err });', WHOLE],
    ['const { message } = err; res.json({ message });', WHOLE],
    ['const { stack: trace } = err; res.send(trace);', 'error error-exposed app.js:4'],
    ['const body = { ok: false, error: err.message }; res.status(500).json(body);', WHOLE],
    ['const text = `${err.stack}`; const body = { text }; res.json(body);', 'error error-exposed app.js:4'],
  ])('by %s', (body, found) => {
    expect(findIn({ 'app.js': handler(body) })).toEqual([found]);
  });

  it('that is taken apart where it comes in', () => {
    const found = findIn({ 'app.js': handler('res.status(500).json({ message, stack });', '{ message, stack }') });
    expect(found).toEqual(['error error-exposed app.js:4']);
  });

  const caught = 'try { await work(); } catch (e) {\n    res.status(500).json({ error: e.message });\n  }';
  it.each([
    ['of the guard', GUARD.replace('() => {}', `async (delivery, req, res) => {\n  ${caught}\n}`), 6],
    ['behind the guard', `${GUARD}app.post('/hooks', guard, async (req, res) => {\n  ${caught}\n});\n`, 7],
  ])('in a catch of the route %s', (_, source, line) => {
    expect(findIn({ 'a.js': source })).toEqual([`warning error-exposed a.js:${line}`]);
  });
});

it.each([
  ["import Fastify from 'fastify';\nconst app = Fastify({ trustProxy: true });\n", 'note'],
  [
    `import Fastify from 'fastify';\nconst app = Fastify({ trustProxy: true });\n${GUARD.replace('onVerdict', "allow: ['192.0.2.1'], trustProxy: 'loopback', onVerdict")}`,
    'warning',
  ],
])('finds that Fastify trusts everybody', (source, level) => {
  expect(findIn({ 'app.js': source })).toEqual([`${level} trust-proxy-too-wide app.js:2`]);
});

describe('.env beside .env.production', () => {
  const ignored = { '.gitignore': '.env*\n' };

  it('shares no credential with it', () => {
    const file = `API_SECRET=${wordOf('both')}\n`;
    expect(findIn({ ...ignored, '.env': file, '.env.production': file })).toEqual([
      'error shared-credential .env.production:1',
    ]);
  });

  it('has no live key', () => {
    expect(findIn({ ...ignored, '.env': `A=${apiKey('live', 'a')}\n`, '.env.production': 'B=1\n' })).toEqual([
      'error wrong-environment-key .env:1',
    ]);
  });

  it('is a second environment, which guards are told', () => {
    const source = GUARD.replaceAll('github', 'stripe');
    expect(findIn({ ...ignored, 'a.js': source, '.env': 'A=1\n', '.env.production': 'A=1\n' })).toEqual([
      'warning environment-unset a.js:4',
    ]);
  });
});

it.each([
  'process.env.GITHUB_WEBHOOK_SECRET',
  'process.env.GITHUB_WEBHOOK_SECRET!',
  "process.env.GITHUB_WEBHOOK_SECRET ?? ''",
  "[{ id: 'a', value: process.env.GITHUB_WEBHOOK_SECRET }]",
])('misses in a file of --env what a guard reads with %s', (secrets) => {
  const root = makeProject({ 'a.ts': GUARD.replace("fromEnv('GITHUB_WEBHOOK_SECRET')", secrets) });
  const ids = (text: string) =>
    told(doctor(root, { envFiles: [join(makeProject({ 'a.env': text }), 'a.env')] })).filter((line) =>
      line.includes('env-incomplete'),
    );
  expect(ids('OTHER=1\n')).toEqual(['error env-incomplete a.ts:4']);
  expect(ids(`GITHUB_WEBHOOK_SECRET=${hexOf('there')}\n`)).toEqual([]);
});

it.each([
  ['kustomization.yaml', 'resources: [a.yaml]\nreplicas:\n  - name: shop\n    count: 4\n', 4],
  ['overlays/live.yaml', 'kind: Kustomization\nreplicas: [{ name: shop, count: 4 }]\n', 2],
])('finds the replicas of %s', (path, text, line) => {
  const { findings } = doctor(makeProject({ 'a.js': GUARD, [path]: text }));
  expect(findings.map(({ id, where }) => `${id} ${where}`)).toEqual(['store-not-shared a.js:4']);
  expect(findings[0]?.what).toContain(`4 replicas, ${path}:${line}`);
});

it.each(['prod.env', '.env.production', '.env.prod.example'])('finds another NODE_ENV in %s', (path) => {
  expect(findIn({ '.gitignore': '*.env\n.env*\n', [path]: 'NODE_ENV=development\n' })).toEqual([
    `warning node-env-not-production ${path}:1`,
  ]);
});

it.each([3_001, 60_000])('finds a deadline that is longer than Slack waits: %i ms', (deadline) => {
  const source = GUARD.replaceAll('github', 'slack').replace('onVerdict', `handlerTimeoutMs: ${deadline}, onVerdict`);
  expect(findIn({ 'a.js': source })).toEqual(['note handler-deadline a.js:4']);
});
