// Fields sealed here open elsewhere, and the other way round: OpenSSL's command, the JDK and Python's cryptography.
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@postern/core';
import { mask, open, readSealingKey, seal } from '@postern/core/fields';
import { afterAll, describe, expect, it } from 'vitest';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PUBLIC = String(publicKey.export({ format: 'pem', type: 'spki' }));
const PRIVATE = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl && process.env.CI === 'true') throw new Error('In CI there must be an openssl command: install it.');

describe.skipIf(!hasOpenssl)(
  `openssl pkeyutl${hasOpenssl ? '' : ' (skipped: there is no openssl command here)'}`,
  () => {
    const folder = hasOpenssl ? mkdtempSync(join(tmpdir(), 'postern-fields-')) : '';
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    /** Runs the command on a file. The keys are made for this run. */
    function pkeyutl(input: Uint8Array, mgf1: string, ...args: readonly string[]): Buffer {
      for (const [name, contents] of Object.entries({ in: input, 'public.pem': PUBLIC, 'private.pem': PRIVATE }))
        writeFileSync(join(folder, name), contents);
      const padding = ['rsa_padding_mode:oaep', 'rsa_oaep_md:sha256', `rsa_mgf1_md:${mgf1}`];
      const options = ['-in', 'in', ...args, ...padding.flatMap((option) => ['-pkeyopt', option])];
      const { status, stdout, stderr } = spawnSync('openssl', ['pkeyutl', ...options], { cwd: folder });
      if (status !== 0) throw new Error(`openssl pkeyutl: ${stderr}`);
      return stdout;
    }

    const texts = ['4821', '', 'pässword 🔑', 'x'.repeat(190)];

    it.each(['sha256', 'sha1'] as const)('opens what is sealed here, mask of %s', async (mgf1) => {
      for (const text of texts) {
        const sealed = Buffer.from(await seal(text, PUBLIC, { mgf1 }), 'base64');
        expect(pkeyutl(sealed, mgf1, '-decrypt', '-inkey', 'private.pem').toString()).toBe(text);
      }
    });

    it.each(['sha256', 'sha1'] as const)(
      'seals what is opened here, mask of %s, and not with the other one',
      async (mgf1) => {
        for (const text of texts.filter((one) => one !== '')) {
          const sealed = pkeyutl(Buffer.from(text), mgf1, '-encrypt', '-pubin', '-inkey', 'public.pem').toString(
            'base64',
          );
          expect(await open(sealed, PRIVATE, { mgf1 })).toBe(text);
          const other = mgf1 === 'sha1' ? 'sha256' : 'sha1';
          await expect(open(sealed, PRIVATE, { mgf1: other })).rejects.toMatchObject({ code: 'not-opened' });
        }
      },
    );
  },
);

describe('what other libraries sealed for a test key', () => {
  // Made for this test: it opens nothing else.
  const TEST_KEY = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDcuCh7G2SSjekH
2jaRdKaiJnvDZR0OARdvNNH5a24Mi9ke5TYo4BhSn9Ew3wT1k971zyQzm1J0R+2v
tGy39oPuaAKNCDw6zSW+W++AO2rSnSDLfta1qQj4XMOfwQIGSScwYkpbGSISn289
g+05y9g+YyYT4EXEDOQaDCuGX99CcfgH5jR9VDtEizh4+bs4QO4lXlY4t2WH9gHM
oeI5K3jkT7e0h1k3oH131K8x+Brs+GZlVwP8K5Ce7dHK/1saxhN1ZkQDWkrPat7M
uRGjbYn/DNHuko68H+OsS7F63YKDuvdjQ0QoYwh+x34YY5d6jv1w3AT9tThHqsbG
YUGaW8AvAgMBAAECggEACvl5KDRCrVEzC6BOlq+z88ILS1OriZCFh5Ka+ImrIIj5
LbxJE7U4xse9hG5b9irF3kQ2nf5Hr98+GT6hkHAVO6hrE0CCkvKz9FTotRNY12Ok
R5n+t2xrm49foE53eRqJp7IFCNlYd8NhQ5Zb5RDJ2sHeGQTnH/CU8udoaDdu7jda
Bv6tLeGNKIqJ8doNO6URQoQv9TUg2aobU45TM2651S4KHIsX2dPOzfeUm8CzEhTD
P1hlJZJHW6iInDK/bcTkulRe+Rikr3wV3NPkwPMoET4Aij0dYJ8jkX3n5iOeJpND
SuHrAwVw749dly5/pBrRavA6N40W8qV3iYz3Zo61EQKBgQD24U7iPGMYi89xa/wS
eUNqiSoLAFWq2yj/1hERzbxxWVZxw3rQ/Euhl/LxoZly0C4Lt0UA+mBhYo/bE2Qj
2glXPFBKAf0F5yWaeKPUKdtQn82qBm4+KfzjSAbo6MJT3211BKLZ5k8i5ZIkcM4g
Md+22EAkABgi9P/RYbfz2Ml82QKBgQDk33QYr/BYz8qeb22yWrjwAqkHuIIvq0u6
U3PcHOjXcHYhpcls7hnfXVhu0b1ybNeC0PrMKHmswBdtDTnMMi2Wv1bkQReOJdlo
BJEN5QzXX+697KGaZF+awyY1R8cpYPV72nRFmy2G5olF+KbzsYMlZkdpyIt+VUJY
+edvEncgRwKBgDg6DEs+UZtvjCla3Kggchg7cRXcV6Z4D5hk2rJhVv/BxwxV5wzd
ySPehXg+w8IAY9xLOy4D2BuV5QmSGwaHTAVQOUEBvuyvPkM2IqnZdpegLakBme4S
hgQFjX1SNaAAjN9P1P8nkvJxsp0WC/wNH9R23/TTCKw9fF3lkY252/nRAoGBALq7
TV9u/GuZbTkCtL9VoZnAseQot57o5SoqOFcYByjvCpK9Tq/fO6Cv6hzQZv7aqqKC
mnzDcTJury48IjHlpqhdiClGqk9BtjVVtHtfq7B1BrZSQC9VQWNlYOELpQSvpNne
DAtWZjiwEsPR8XTWGagD4LP/+T+jlDRAAIDw0dy1AoGAQ4l5JNFRXfQ+f7wlHvbf
mrDlJObZKh6p6ulBBUV/cKUCzkC6P56rZcCq57LKcf9MHlre6JdOeaqFVX0hm5iQ
5rwTrvIOQiMzS+oy0joRa2qoZM+jH90LjGqLis9kYWwYPSclgjNMzQq7pkT4pacz
KolNnud4fTILlFJasX6CnWo=
-----END PRIVATE KEY-----`;
  const TEXT = '4821 é';

  it.each([
    [
      'sha1',
      'the JDK 17, Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding") as it comes',
      'zZjhtet0YWdRZDfTn9ahW59KmLLnEoW3Vcdn7Tbu29E3FTTKhf/cNvAAdzjSv1/bk4HinaJg+ifuoGtuU/R1gLwjdlTQwuGhImjwvjThfG74EX2iFI+3MhZLRRK2GoBrW8x9YPLVgX+glF/zzNaJ87jnQFA3dNLp7hMWO6N18V6uw0x4hZN7hmlj2xIlWD5SrFwY77TqwB9QuRLXmT7DwrK19bzdlNaVk7hmViRSJHy9S/4O88Ml1MM5TPDXYz4P4lFYHPIMv8MxLT/Q5fBPveeL+VaLEE+ZQv524BaB3pWly0o4mlrgNprUpvJ9NJxhGB2C70jhuGhbfoi0Ej1UCg==',
    ],
    [
      'sha256',
      'Python, cryptography 48 with MGF1(SHA256()) and SHA256()',
      'u7bjWAJRKKaWgaZ0qIaLFPhFIyGacuOiOsBShoS1M6jNoz5o9dmRZcm2jBKxAL9JG6+ry70BZrO6uxq8JTVJlK1I5gzgijCekqgpEVzISDtmAnlMkPm5gC6IqRj5QtZGXlvJF+SfqVFckRsSu12G0zUKgrYFnc9x+cJPWB7isHLe9XTsLvNYDot9D1oIwnoPqmHSQCrwFKP2Dlnd5Kg0Vw87r33t4jVlPMttjXJ/EkZbPV9TBXkeGQKsLWgy0F5RJEuwr/PGQwSxH105ft27+azzdIMahBpYMDrGpY5cPXiIAZbaenDB7jAKNuVSpdovMzUbVqebj90n5fXeOJupbA==',
    ],
  ] as const)('opens with mgf1 %s, and with nothing else: %s', async (mgf1, _, sealed) => {
    expect(await open(sealed, TEST_KEY, { mgf1 })).toBe(TEXT);
    const other = mgf1 === 'sha1' ? 'sha256' : 'sha1';
    await expect(open(sealed, TEST_KEY, { mgf1: other })).rejects.toMatchObject({ code: 'not-opened' });
  });

  it('and what is changed is refused alike with either mask, wherever it is changed', async () => {
    const said = new Set<string>();
    for (const mgf1 of ['sha1', 'sha256'] as const)
      for (const at of [0, 1, 100, 255]) {
        const sealed = Buffer.from(await seal(TEXT, PUBLIC, { mgf1 }), 'base64');
        sealed[at] = (sealed[at] ?? 0) ^ 1;
        const error = await open(sealed.toString('base64'), PRIVATE, { mgf1 }).catch((thrown: unknown) => thrown);
        said.add(JSON.stringify([String(error), error]));
      }
    expect(said.size).toBe(1);
  });
});

it('a key that was read once seals as its text does', async () => {
  expect(await open(await seal('4821', readSealingKey(PUBLIC)), PRIVATE)).toBe('4821');
});

it('mask is one function, at both doors', () => {
  expect(mask).toBe(core.mask);
});
