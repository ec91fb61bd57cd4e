// A project of somebody who means well: nothing is lost yet, and much is left to chance.
import { type Files, hexOf, wordOf } from './rig.ts';

/** What stands in the folder. */
export function carelessProject(): Files {
  return {
    'package.json': `{
  "name": "careless",
  "engines": { "node": "^18.0.0" },
  "scripts": { "start": "pm2-runtime start server.js -i max" },
  "dependencies": {
    "@postern/core": "^0.4.0",
    "@postern/express": "0.3.1",
    "express": "^4.0.0"
  }
}
`,
    '.gitignore': 'node_modules\n',
    '.node-version': '20.11.0\n',
    '.env.production': 'NODE_ENV=development\nIPN_HINT=none\n',
    '.env.staging': 'WEBHOOK_URL=http://staging.shop.example/webhooks\n',
    Dockerfile: 'FROM node:18-slim\nENV NODE_ENV=development PORT=3000\nCMD node server.js\n',
    'nginx/site.conf': 'location / {\n  proxy_pass http://127.0.0.1:3000;\n}\n',
    'captures/one.json': '{}\n',
    'server.js': `const { webhook } = require('@postern/express');
const { github, ozow, yookassa, slack } = require('@postern/core/providers');
const express = require('express');

const app = express();
app.set('trust proxy', true);
app.post('/github', webhook({
  provider: github(),
  secrets: process.env.GITHUB_WEBHOOK_SECRET,
  allow: ['192.0.2.1'],
  maxBodyBytes: 100 * 1024 * 1024,
}, async (delivery, req) => {
  console.log('came', delivery.json());
}));
app.post('/slack', webhook({
  provider: slack(),
  secrets: [{ id: 'old', value: process.env.OLD, notAfter: '2026-11-01' }, { id: 'new', value: process.env.NEW, notAfter: new Date('2026-12-10T00:00:00Z') }],
  handlerTimeoutMs: 20_000,
  trustProxy: ['64.0.0.0/2'],
  observe: { until: '2026-12-20' },
  onVerdict: console.log,
}));
app.post('/ozow', webhook({ provider: ozow(), secrets: process.env.OZOW_KEY || '', onVerdict: console.log }, () => {}));
app.post('/yookassa', webhook({ provider: yookassa(), secrets: [], environment: 'live', confirm: globalThis.confirm, expected: () => undefined, onVerdict: console.log }, () => {}));

app.use((err, req, res, next) => {
  res.status(500).send(err.message);
});
const server = app.listen(3000);
server.requestTimeout = 0;
`,
    'lib/database.js': 'module.exports = { ssl: { rejectUnauthorized: false } };\n',
    'public/hook.js': "import { diagnose } from '@postern/core';\nexport const why = diagnose;\n",
    // Honest: a digest that is no secret, and a key whose name says that all may have it.
    'lib/etag.js': `module.exports = { etag: '${hexOf('etag')}', publicKey: '${wordOf('public')}' };\n`,
  };
}
