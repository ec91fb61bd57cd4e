// A project that is open already.
import { apiKey, type Files, hexOf, pem, wordOf, whsec } from './rig.ts';

/** What stands in the folder, the history apart. */
export function dangerousProject(): Files {
  return {
    'package.json':
      '{\n  "name": "dangerous",\n  "scripts": { "start": "NODE_TLS_REJECT_UNAUTHORIZED=0 node src/app.js" },\n  "dependencies": { "@postern/core": "0.4.0" }\n}\n',
    '.gitignore': 'node_modules\n.env.sandbox\n',
    '.env': `PORT=3000\nLIASONPAY_WEBHOOK_SECRET=${wordOf('committed')}\n`,
    '.env.production': `PAYMENTS_ENVIRONMENT=live\nPESAPAL_BASE_URL=https://cybqa.pesapal.com/pesapalv3\nSTRIPE_API_KEY=${apiKey('test', 'danger')}\nCLICKPESA_CHECKSUM_KEY=${wordOf('shared')}\nIPN_URL=http://shop.example/webhooks/pesapal\n`,
    '.env.sandbox': `CLICKPESA_KEY_OLD=x\nCHECKSUM_KEY=${wordOf('shared')}\nSTRIPE_API_KEY=${apiKey('live', 'danger')}\n`,
    '.env.example': `LIASONPAY_WEBHOOK_SECRET=${wordOf('template')}\n`,
    'web/.env': `VITE_WEBHOOK_SECRET=${wordOf('vite')}\nVITE_MAPS_TOKEN=${wordOf('maps')}\n`,
    'deploy/nginx.conf': 'server {\n  ssl_protocols TLSv1 TLSv1.2;\n}\n',
    'src/app.js': `import express from 'express';
import { hooks } from './hooks.js';

const app = express();
app.use(express.json());
app.use('/webhooks', hooks);
app.use(function (error, request, response, next) {
  console.error(error);
  response.status(500).json({ message: 'failed', stack: error.stack });
});
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
app.listen(3000);
`,
    'src/hooks.js': `import { pesapalConfirm } from '@postern/core/confirm';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { mtnMomo, pesapal, square, stripe } from '@postern/core/providers';
import { webhook } from '@postern/express';
import { Router } from 'express';

const SECRET = '${whsec('hard coded')}';
const onVerdict = console.log;
export const hooks = Router();
hooks.post('/stripe', webhook({ provider: stripe(), secrets: SECRET, onVerdict }, () => {}));
hooks.post('/liasonpay', webhook({ provider: liasonpay(), secrets: process.env.LIASONPAY_WEBHOOK_SECRET ?? 'development-secret', onVerdict }, () => {}));
hooks.post('/square', webhook({ provider: square({ publicUrl: 'http://shop.example/webhooks/square' }), secrets: process.env.SQUARE, trustProxy: ['0.0.0.0/0'], onVerdict }, () => {}));
hooks.post('/momo', webhook({ provider: mtnMomo(), secrets: [], onVerdict }, () => {}));
hooks.post('/pesapal', webhook({ provider: pesapal(), secrets: [], confirm: pesapalConfirm({}), expected: () => undefined, onVerdict }, () => {}));
`,
    'src/keys.ts': `export const signingKey = \`${pem('key')}\`;\nconst webhookSecret: string = '${hexOf('assigned')}';\n`,
    'src/agent.ts':
      "import { Agent } from 'node:https';\nexport const agent = new Agent({ rejectUnauthorized: false, minVersion: 'TLSv1.1' });\n",
    'web/src/button.tsx':
      "'use client';\nimport { createReceiver } from '@postern/core';\nexport const Button = () => <b>{String(createReceiver)}{import.meta.env.VITE_WEBHOOK_SECRET}</b>;\n",
    'web/package.json': '{ "name": "web" }\n',
  };
}
