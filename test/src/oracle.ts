// A vendor's own library as a judge, and what is asked of it and of us.
import { type Capture, createVerifier, type Provider, signRequest } from '@postern/core';
import { describe, expect, it } from 'vitest';

/** Headers by lower-case name. */
export type Headers = Readonly<Record<string, string>>;

/** What the vendor's library sees of a request. */
export interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A key as it signs and as it verifies: one text where it is shared. */
interface Key {
  readonly signs: string;
  readonly verifies: string;
}

/** A vendor's library, beside the provider that it judges. */
export interface Oracle {
  readonly provider: Provider;
  /** Obviously test keys: the right one and another. */
  readonly keys: readonly [Key, Key];
  /** What is sent before it is signed. */
  readonly body: string;
  /** Default `/webhooks`. */
  readonly url?: string;
  /** True where the vendor's library finds the delivery genuine. */
  accepts(sent: Sent, key: string): boolean | Promise<boolean>;
  /** What the vendor's library signs; where it cannot sign, what its page says. */
  sign(sent: Sent, key: string): Sent | Promise<Sent>;
  /** The same delivery with one byte changed that the signature covers. Absent where it covers none. */
  change?(sent: Sent): Sent;
}

/** Keys that are shared, of these texts. */
export function share(key: string, another: string): readonly [Key, Key] {
  return [
    { signs: key, verifies: key },
    { signs: another, verifies: another },
  ];
}

/** Changes one letter of the body: its first `e`. */
export function changeBody(sent: Sent): Sent {
  return { ...sent, body: sent.body.replace('e', 'f') };
}

/** True where a check does not throw. */
export async function passes(check: () => unknown): Promise<boolean> {
  try {
    await check();
    return true;
  } catch {
    return false;
  }
}

/** States the tests that each of the vendors' libraries must pass. */
export function playOracles(oracles: Readonly<Record<string, Oracle>>): void {
  describe.each(Object.entries(oracles))('%s', (_, oracle) => {
    const { keys, body, provider, change } = oracle;
    const [key, another] = keys;
    const unsigned: Sent = { url: oracle.url ?? '/webhooks', headers: {}, body };

    it('accepts what is signed here, and only under its own key', async () => {
      const { url } = unsigned;
      const signed = await signRequest(provider, { secret: key.signs, body, url });
      const sent = {
        url: signed.url,
        headers: Object.fromEntries(signed.headers),
        body: new TextDecoder().decode(signed.body),
      };
      expect(await oracle.accepts(sent, key.verifies)).toBe(true);
      expect(await oracle.accepts(sent, another.verifies)).toBe(false);
      if (change !== undefined) expect(await oracle.accepts(change(sent), key.verifies)).toBe(false);
    });

    it('is accepted here when it signs', async () => {
      const sent = await oracle.sign(unsigned, key.signs);
      expect(await oracle.accepts(sent, key.verifies)).toBe(true);
      expect(await judge(provider, sent, key.verifies)).toBe('accepted');
    });

    it('refuses, as is refused here, another key', async () => {
      const sent = await oracle.sign(unsigned, another.signs);
      expect(await oracle.accepts(sent, key.verifies)).toBe(false);
      expect(await judge(provider, sent, key.verifies)).toBe('bad-signature');
    });

    it.runIf(change !== undefined)('refuses, as is refused here, one changed byte', async () => {
      const sent = await oracle.sign(unsigned, key.signs);
      const changed = change?.(sent) ?? sent;
      expect(changed).not.toEqual(sent);
      expect(await oracle.accepts(changed, key.verifies)).toBe(false);
      expect(await judge(provider, changed, key.verifies)).toBe('bad-signature');
    });
  });
}

async function judge(provider: Provider, { url, headers, body }: Sent, key: string): Promise<string> {
  const request: Capture = {
    method: 'POST',
    url,
    headers: Object.entries(headers),
    body: new TextEncoder().encode(body),
  };
  const verdict = await createVerifier({ provider, secrets: key })(request);
  return verdict.outcome === 'rejected' ? verdict.reason : verdict.outcome;
}
