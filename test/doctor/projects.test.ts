// `postern doctor` on three prepared projects: exactly these findings, at exactly these places.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../../packages/cli/src/doctor/check-ids.ts';
import { carelessProject } from './careless.ts';
import { dangerousProject } from './dangerous.ts';
import { goodProject } from './good.ts';
import { commitAll, doctor, git, lineOf, makeProject, pem, told, whsec, writeFiles } from './rig.ts';

describe('doctor', () => {
  it('finds nothing in a project that has done it all, not even a note', () => {
    const root = makeProject(goodProject());
    commitAll(root);
    const diagnosis = doctor(root);
    expect(told(diagnosis)).toEqual([]);
    const notAsked = ['env-incomplete', 'endpoint-tls', 'clock-off'];
    expect(diagnosis.checks.map(({ id }) => id)).toEqual(CHECK_IDS);
    for (const { id, outcome } of diagnosis.checks)
      expect([id, outcome]).toEqual([id, notAsked.includes(id) ? 'skipped' : 'ok']);
  });

  it('finds in a careless project what is left to chance', () => {
    const files = carelessProject();
    const root = makeProject(files);
    commitAll(root);
    const server = (part: string) => `server.js:${lineOf(files['server.js'] ?? '', part)}`;
    expect([...told(doctor(root))].sort()).toEqual(
      [
        'warning env-file-not-ignored .gitignore:1',
        'warning capture-not-ignored captures/one.json',
        'warning client-side-import public/hook.js:1',
        `warning environment-unset ${server("post('/ozow'")}`,
        'warning url-not-https .env.staging:1',
        'warning tls-weakened lib/database.js:1',
        `warning allow-behind-proxy ${server("post('/github'")}`,
        `warning trust-proxy-too-wide ${server('trust proxy')}`,
        `warning trust-proxy-too-wide ${server('trustProxy')}`,
        `warning body-limit-high ${server('maxBodyBytes')}`,
        `warning server-not-hardened ${server('requestTimeout')}`,
        ...["post('/github'", "post('/slack'", "post('/ozow'", "post('/yookassa'"].map(
          (part) => `warning store-not-shared ${server(part)}`,
        ),
        `warning error-exposed ${server('err.message')}`,
        'warning node-env-not-production .env.production:1',
        'warning node-env-not-production Dockerfile:2',
        `warning body-logged ${server("'came'")}`,
        'warning node-unsupported .node-version:1',
        'warning node-unsupported Dockerfile:1',
        'warning node-unsupported package.json:3',
        'warning versions-apart package.json:7',
        `warning secret-expiry ${server('2026-11-01')}`,
        `warning secret-expiry ${server('2026-12-10')}`,
        `note allow-not-set ${server("post('/yookassa'")}`,
        `note handler-deadline ${server('handlerTimeoutMs')}`,
        `note verdicts-unseen ${server("post('/github'")}`,
        `note secret-without-rotation ${server('GITHUB_WEBHOOK_SECRET')}`,
        `note secret-without-rotation ${server('OZOW_KEY')}`,
        `note observing ${server('observe')}`,
      ].sort(),
    );
  });

  it('finds in a dangerous project what is open already, its history included', () => {
    const files = dangerousProject();
    const root = makeProject(files);
    writeFiles(root, { 'old/key.pem.txt': pem('old'), 'old/config.js': `module.exports = '${whsec('old')}';\n` });
    commitAll(root);
    const first = git(root, 'rev-parse', '--short', 'HEAD').trim();
    rmSync(join(root, 'old'), { recursive: true });
    git(root, 'rm', '-q', '--cached', '.env.production', 'web/.env');
    git(root, 'commit', '-qam', 'tidy up');
    const at = (file: string, part: string) => `${file}:${lineOf(files[file] ?? '', part)}`;
    const diagnosis = doctor(root);
    expect([...told(diagnosis)].sort()).toEqual(
      [
        `error secret-in-source ${at('src/hooks.js', 'SECRET =')}`,
        `error secret-in-source ${at('src/hooks.js', 'development-secret')}`,
        'error secret-in-source src/keys.ts:1',
        `error secret-in-source ${at('src/keys.ts', 'webhookSecret')}`,
        ...[
          '.env',
          '.env.example',
          '.env.production',
          'old/config.js',
          'old/key.pem.txt',
          'src/hooks.js',
          'src/keys.ts',
          'web/.env',
        ]
          // The template’s value has no vendor’s spelling, which is all that counts in one.
          .filter((file) => file !== '.env.example')
          .map((file) => `error secret-in-history ${file} in ${first}`),
        'error env-file-in-git .env:2',
        'error env-file-not-ignored .env.production:3',
        'error env-file-not-ignored web/.env:1',
        'error example-env-real .env.example:1',
        'error client-side-secret web/.env:1',
        'error client-side-secret web/src/button.tsx:3',
        'error client-side-import web/src/button.tsx:2',
        'error shared-credential .env.production:4',
        'error wrong-environment-key .env.sandbox:3',
        'warning wrong-environment-key .env.production:3',
        'error environment-mismatch .env.production:2',
        `error environment-unset ${at('src/hooks.js', "post('/pesapal'")}`,
        `warning environment-unset ${at('src/hooks.js', "post('/stripe'")}`,
        'error url-not-https .env.production:5',
        `error url-not-https ${at('src/hooks.js', 'publicUrl')}`,
        'error tls-weakened package.json:3',
        'error tls-weakened deploy/nginx.conf:2',
        `error tls-weakened ${at('src/app.js', 'NODE_TLS')}`,
        'error tls-weakened src/agent.ts:2',
        'error tls-weakened src/agent.ts:2',
        `error trust-proxy-too-wide ${at('src/hooks.js', 'trustProxy')}`,
        `error unproven-provider ${at('src/hooks.js', "post('/momo'")}`,
        `error body-parser-first ${at('src/app.js', 'express.json')}`,
        `error error-exposed ${at('src/app.js', 'error.stack')}`,
        `note server-not-hardened ${at('src/app.js', 'app.listen')}`,
        `note secret-without-rotation ${at('src/hooks.js', "'development-secret'")}`,
        `note secret-without-rotation ${at('src/hooks.js', 'process.env.SQUARE')}`,
      ].sort(),
    );
    // Names and places, and none of the values.
    const printed = JSON.stringify(diagnosis);
    const secrets = Object.values(files).flatMap((text) =>
      [...text.matchAll(/(?:whsec_|sk_)?\w{24,}/g)].map(([word]) => word).filter((word) => /\d/.test(word)),
    );
    expect(secrets.length).toBeGreaterThan(10);
    expect(secrets.filter((secret) => printed.includes(secret))).toEqual([]);
  });
});
