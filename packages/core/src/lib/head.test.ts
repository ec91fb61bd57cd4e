import { describe, expect, it } from 'vitest';
import { github } from '../providers/github.ts';
import { standardWebhooks } from '../providers/standard-webhooks.ts';
import { allowlist } from './address/allowlist.ts';
import { compileSource } from './address/client-address.ts';
import { judgeHead } from './head.ts';
import type { HeaderLines } from './scheme/header-reader.ts';
import type { Provider, RequestHead } from './types.ts';

const SIGNATURE: [string, string] = ['X-Hub-Signature-256', `sha256=${'ab'.repeat(32)}`];

function judge(changes: Partial<RequestHead>, provider: Provider = github(), allow?: readonly string[]) {
  const head = { method: 'POST', url: '/', headers: [SIGNATURE] as HeaderLines, peerAddress: '192.0.2.7', ...changes };
  const mount = { endpoint: 'test', warn: () => undefined, now: Date.now, judged: true, peerIsTold: false };
  const source = compileSource({}, mount)({ head });
  const judged = judgeHead(head, { provider, maxBodyBytes: 100, allow: allow && allowlist(allow) }, source);
  return 'reason' in judged ? judged.reason : judged;
}

describe('judgeHead', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'post', 'POST ', '', 'CONNECT', 'toString'])(
    'refuses the method %j before anything else',
    (method) => {
      expect(judge({ method, headers: [], peerAddress: undefined }, github(), ['192.0.2.7'])).toBe(
        'method-not-allowed',
      );
    },
  );

  it('looks at the source before it looks at length or signature', () => {
    const headers: HeaderLines = [['content-length', '101']];
    expect(judge({ headers, peerAddress: '198.51.100.1' }, github(), ['192.0.2.7'])).toBe('source-not-allowed');
    expect(judge({ headers, peerAddress: undefined }, github(), ['192.0.2.7'])).toBe('source-unknown');
    expect(judge({ headers, peerAddress: '192.0.2.7' }, github(), ['192.0.2.7'])).toBe('body-too-large');
  });

  it('refuses a source it cannot read', () => {
    for (const peerAddress of ['', 'unknown', '192.0.2.7, 10.0.0.1', '192.0.2.7:443', '::ffff:192.0.2.7%1'])
      expect(judge({ peerAddress }, github(), ['192.0.2.7'])).toBe('source-not-allowed');
  });

  it('never takes the source from a header', () => {
    const headers: HeaderLines = [
      SIGNATURE,
      ['x-forwarded-for', '192.0.2.7'],
      ['x-real-ip', '192.0.2.7'],
      ['forwarded', 'for=192.0.2.7'],
    ];
    expect(judge({ headers, peerAddress: '198.51.100.1' }, github(), ['192.0.2.7'])).toBe('source-not-allowed');
  });

  it('asks nothing of the source where there is no list', () => {
    expect(judge({ peerAddress: undefined })).toHaveProperty('proof');
  });

  it('looks at the declared length before the signature', () => {
    expect(judge({ headers: [['content-length', '101']] })).toBe('body-too-large');
    expect(judge({ headers: [['content-length', '100']] })).toBe('missing-signature');
    expect(judge({ headers: [['content-length', '9'.repeat(15)]] })).toBe('body-too-large');
  });

  it('believes no length that is not plain digits; the reading itself is limited', () => {
    for (const length of ['', '-1', '1e9', '0x65', '101.0', '101, 101', '9'.repeat(400)])
      expect(judge({ headers: [SIGNATURE, ['content-length', length]] })).toMatchObject({ declaredBytes: undefined });
  });

  it('refuses two lines of a header that it reads, equal or not, and passes over other repeats', () => {
    expect(judge({ headers: [SIGNATURE, SIGNATURE] })).toBe('duplicate-header');
    expect(judge({ headers: [['x-hub-signature-256', ''], SIGNATURE] })).toBe('duplicate-header');
    expect(judge({ headers: [SIGNATURE, ['a', '1'], ['a', '2']] })).toHaveProperty('proof');
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'])
      expect(
        judge(
          {
            headers: [
              ['webhook-id', 'a'],
              ['webhook-timestamp', '1'],
              ['webhook-signature', `v1,${'A'.repeat(43)}=`],
              [name.toUpperCase(), 'b'],
            ],
          },
          standardWebhooks(),
        ),
      ).toBe('duplicate-header');
  });

  it.each([
    ['in a header with an underscore', [['x_hub_signature_256', SIGNATURE[1]]]],
    ['under the legacy name', [['x-hub-signature', `sha1=${'ab'.repeat(20)}`]]],
    ['in a cookie', [['cookie', `x-hub-signature-256=${SIGNATURE[1]}`]]],
  ] as [string, HeaderLines][])('does not find a signature %s', (_, headers) => {
    expect(judge({ headers })).toBe('missing-signature');
  });

  it('does not find a signature in the query', () => {
    expect(judge({ headers: [], url: `/?x-hub-signature-256=${SIGNATURE[1]}` })).toBe('missing-signature');
  });
});
