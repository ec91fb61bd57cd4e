// The corpus of hostile and odd deliveries, and published vectors, through the judging code of the command line.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Case, compareWithExpectation } from '../packages/cli/src/cases.ts';
import { type CaseVerdict, judgeCase } from '../packages/cli/src/judge-case.ts';
import { readCases } from './src/wire/read-cases.ts';

const CORPUS = fileURLToPath(new URL('corpus/deliveries.dev.jsonl', import.meta.url));
const SHARED = process.env.POSTERN_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url));
const VECTORS = `${SHARED}/vectors/vectors.dev.jsonl`;
const PROVIDERS = ['github', 'liasonpay', 'shopify', 'slack', 'standard-webhooks', 'stripe'];

interface Judged {
  readonly one: Case;
  readonly verdict: CaseVerdict;
}

async function judgeFile(file: string): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const one of await readCases(file)) judged.push({ one, verdict: await judgeCase(one) });
  return judged;
}

/** How a case came out, in one line that says enough when a test fails. */
function told({ one, verdict }: Judged): string {
  return `${one.id}: ${verdict.outcome} ${verdict.reason ?? ''}`.trim();
}

describe('the corpus of deliveries', () => {
  let all: readonly Judged[];
  let strict: readonly Judged[];
  beforeAll(async () => {
    all = await judgeFile(CORPUS);
    strict = all.filter(({ one }) => !one.expect?.lenient);
  });

  it('holds 518 deliveries of six providers, each with an id of its own and an expectation', () => {
    expect(all).toHaveLength(518);
    expect(strict).toHaveLength(479);
    expect([...new Set(all.map(({ one }) => one.provider))].sort()).toEqual(PROVIDERS);
    expect(new Set(all.map(({ one }) => one.id)).size).toBe(518);
    expect(all.filter(({ one }) => one.expect === undefined)).toEqual([]);
    expect(all.filter(({ verdict }) => verdict.outcome === 'unknown-provider')).toEqual([]);
  });

  it('accepts none that must be refused', () => {
    const refusals = strict.filter(({ one }) => one.expect?.outcome === 'reject');
    expect(refusals.length).toBeGreaterThan(350);
    expect(refusals.filter(({ verdict }) => verdict.outcome !== 'reject').map(told)).toEqual([]);
  });

  it('refuses none that must be accepted', () => {
    const genuine = strict.filter(({ one }) => one.expect?.outcome === 'accept');
    expect(genuine.length).toBeGreaterThan(100);
    expect(genuine.filter(({ verdict }) => verdict.outcome !== 'accept').map(told)).toEqual([]);
  });

  it('gives each refusal a reason that is right for it', () => {
    const refusals = strict.filter(({ one }) => one.expect?.outcome === 'reject');
    expect(refusals.filter(({ one }) => one.expect?.reasons.length === 0)).toEqual([]);
    const wrong = refusals.filter(
      ({ one, verdict }) => compareWithExpectation(one, verdict.outcome, verdict.reason) !== 'as-expected',
    );
    expect(wrong.map(told)).toEqual([]);
  });

  it('decides each case that could go either way as it is written down', () => {
    const lenient = all.filter(({ one }) => one.expect?.lenient);
    expect(lenient).toHaveLength(39);
    for (const judged of lenient) {
      const rules = DECISIONS.filter(({ ids }) => ids.test(judged.one.id));
      expect(rules, `${judged.one.id} falls under one decision`).toHaveLength(1);
      expect(told(judged)).toBe(`${judged.one.id}: ${rules[0]?.outcome}`);
    }
    const idle = DECISIONS.filter(({ ids }) => !lenient.some(({ one }) => ids.test(one.id)));
    expect(idle).toEqual([]);
  });
});

/** The cases that could go either way: decided once, the same in every mount, and explained in `corpus/README.md`. */
const DECISIONS: readonly { readonly ids: RegExp; readonly outcome: string; readonly why: string }[] = [
  {
    ids: /-ok-body-notjson$/,
    outcome: 'accept',
    why: 'the signature is over bytes; whether they are JSON is the handler’s question, and its own answer',
  },
  {
    ids: /-enc-gzip-wire$/,
    outcome: 'accept',
    why: 'the signature is over the bytes on the wire, and those are what is verified',
  },
  { ids: /-ok-many-16$/, outcome: 'accept', why: '16 signatures are looked at; a rotation needs two' },
  {
    ids: /-hex-upper$/,
    outcome: 'accept',
    why: 'the same bytes in another spelling; a delivery’s identity is made of bytes, never of the header’s text',
  },
  {
    ids: /-dup-(?:identical|good-bad)$/,
    outcome: 'reject duplicate-header',
    why: 'which of two lines counts would be the framework’s choice, even where they are equal today',
  },
  {
    ids: /-b64-(?:url-alphabet|noncanonical|unpadded)$/,
    outcome: 'reject malformed-signature',
    why: 'no sender writes it; a decoder that forgives it gives one signature many spellings',
  },
  {
    ids: /-ts-(?:future-\d+|ms)$/,
    outcome: 'reject future',
    why: 'both sides of the window are checked: a time far ahead stays replayable until then',
  },
  {
    ids: /-ts-leading-zero-literal$/,
    outcome: 'reject malformed-timestamp',
    why: 'a time is plain decimal: other spellings are how parsers come to disagree',
  },
  {
    ids: /-(?:two-t-same|spaces|newline-sep|no-prefix|prefix-upper|V0)$/,
    outcome: 'reject malformed-signature',
    why: 'the header is not written as its provider writes it',
  },
  {
    ids: /-V1-upper$/,
    outcome: 'reject unsupported-scheme',
    why: 'versions are compared exactly: V1 is a version nobody has defined',
  },
  {
    ids: /-method-get$/,
    outcome: 'reject method-not-allowed',
    why: 'these providers send POST; the method is not signed, so it is pinned',
  },
];

const there = existsSync(VECTORS);
if (!there) console.warn(`skipped: the third-party vectors are not at ${VECTORS} (POSTERN_SHARED names their folder)`);

describe.skipIf(!there)('third-party vectors', () => {
  let vectors: readonly Judged[];
  beforeAll(async () => {
    vectors = (await judgeFile(VECTORS)).filter(({ verdict }) => verdict.outcome !== 'unknown-provider');
  });

  it('come out as their publishers say, but for those that are judged wrong', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(188);
    const wrong = vectors.filter(({ one, verdict }) => verdict.outcome !== one.expect?.outcome);
    const judged = [...JUDGED_WRONG, ...NEVER_TAKEN].map(({ id, verdict }) => `${id}: ${verdict}`);
    expect(wrong.map(told).sort()).toEqual(judged.sort());
  });

  it('are refused for what they are, and not for a setting or a secret that is not taken', () => {
    const misconfigured = vectors.filter(({ verdict }) => verdict.reason === 'misconfigured');
    // No key at all, and blank ones: no receiver can be made with them.
    const blank = ['box/no-keys', 'messagebird/none-alg-get', 'scalr/empty-key'];
    expect(misconfigured.map(({ one }) => one.id).sort()).toEqual(blank);
  });

  it.each(JUDGED_WRONG)('accept $id where the receiver chose it, and only there', async ({ id, settings }) => {
    const found = vectors.find(({ one }) => one.id === id);
    if (found === undefined) throw new Error(`there is no vector ${id}`);
    const chosen = { ...found.one, settings: { ...found.one.settings, ...settings } };
    expect(told({ one: chosen, verdict: await judgeCase(chosen) })).toBe(`${id}: accept`);
  });
});

/** Vectors that come out otherwise: the evidence, and the setting by which a receiver takes them. */
const JUDGED_WRONG = [
  {
    id: 'aws-sns/unsubscribeurl-changed-not-covered-by-the-signature',
    verdict: 'reject unsupported-scheme',
    settings: { algorithm: 'sha1' },
    why: 'SignatureVersion 1 is RSA with SHA-1, and the message’s own field would choose it: the receiver chooses',
  },
  {
    id: 'github/form-encoded-delivery-payload-signed-over-the-raw-urlencoded',
    verdict: 'reject missing-signature',
    settings: { algorithm: 'sha1' },
    why: 'GitHub sends the SHA-256 header with every delivery: one without it was not sent by it, or had its stronger signature taken away',
  },
  {
    id: 'github/go-github-sha1-in-x-hub-signature',
    verdict: 'reject missing-signature',
    settings: { algorithm: 'sha1' },
    why: 'the same',
  },
  {
    id: 'http-message-signatures/b-2-sig-b21-minimal-rsa-pss-sha512-no-covered-components-a-v',
    verdict: 'reject unsupported-scheme',
    settings: { components: [] },
    why: 'RFC 9421, section 7.2.1: a signature that covers nothing proves nothing of this message, so a verifier says what it needs covered',
  },
  {
    id: 'http-message-signatures/b-2-sig-b26-ed25519',
    verdict: 'reject unsupported-scheme',
    settings: { components: ['@method', '@authority'] },
    why: 'the same: the digest of the body is not covered, so any body stands under this signature',
  },
] as const;

/** Vectors that come out otherwise whatever the receiver chose. */
const NEVER_TAKEN = [
  {
    id: 'contentful/timestamp-header-not-in-the-signed-list',
    verdict: 'reject malformed-signature',
    why: 'its time is not signed, so anybody could make it fresh again. The official library always signs it, and the vector’s own note says to refuse this',
  },
] as const;
