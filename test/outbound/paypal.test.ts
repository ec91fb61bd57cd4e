// PayPal's webhooks with the certificate fetched: over real TLS on loopback.
import { sign as signBytes } from 'node:crypto';
import { crc32 } from './crc32.ts';
import { paypalWebhookCert } from '@postern/core/providers/paypal-webhook-cert';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, type Issued } from './authority.ts';
import { openReceiver } from './receiving.ts';
import { startVendor, type Vendor } from './vendor.ts';

const HOST = 'api.paypal.com';
const NAME = 'messageverificationcerts.paypal.com';
const NOW = Date.parse('2027-01-01T00:00:00Z');
const WEBHOOK = 'WH-TEST-ONLY';
const urlOf = (id: string) => `https://${HOST}/v1/notifications/certs/CERT-${id}`;

const authority = createAuthority('Test authority of the host');
const middle = authority.issue({ commonName: 'Test intermediate', authority: true });
const genuine = middle.issue({ names: [NAME], type: 'rsa' });
// One key for all that follow: what differs is what the certificates say.
const files: Record<string, readonly Issued[]> = {
  leaf: [genuine],
  chain: [genuine, middle],
  expired: [middle.issue({ names: [NAME], type: 'rsa', notAfter: new Date('2026-12-31') })],
  sandbox: [middle.issue({ names: ['messageverificationcerts.sandbox.paypal.com'], type: 'rsa' })],
  forged: [authority.issue({ names: [NAME], type: 'rsa', signedBy: middle.key })],
  self: [createAuthority(NAME, 'rsa').issue({ names: [NAME], commonName: NAME, type: 'rsa' })],
};
let vendor: Vendor;

beforeAll(async () => {
  vendor = await startVendor(authority, [HOST], ({ url = '' }, response) => {
    const file = files[url.replace('/v1/notifications/certs/CERT-', '')];
    response.writeHead(file === undefined ? 404 : 200).end(file?.map(({ certificate }) => certificate).join(''));
  });
});
afterAll(() => vendor.close());

/** An event, signed as PayPal does. */
function event(file: string, { url = urlOf(file), body = '{"event_type":"PAYMENT.CAPTURE.COMPLETED"}' } = {}) {
  const time = '2027-01-01T00:00:00Z';
  const text = `transmission-${file}|${time}|${WEBHOOK}|${crc32(body)}`;
  const signature = signBytes('sha256', Buffer.from(text), (files[file]?.[0] ?? genuine).key);
  return {
    headers: {
      'paypal-transmission-id': `transmission-${file}`,
      'paypal-transmission-time': time,
      'paypal-transmission-sig': signature.toString('base64'),
      'paypal-auth-algo': 'SHA256withRSA',
      'paypal-cert-url': url,
    },
    body,
  };
}

const open = (settings: Partial<Parameters<typeof paypalWebhookCert>[0]> = {}) =>
  openReceiver(paypalWebhookCert({ webhookId: WEBHOOK, ...settings }), { routes: { [HOST]: vendor.route } }, NOW);

describe('a PayPal event', () => {
  it('is verified with the certificate that it names, alone or with its issuer', async () => {
    const { deliver, asked, records } = open();
    expect(await deliver(event('leaf'))).toBe('accepted');
    expect(records.at(-1)?.secretId).toBe('CERT-leaf');
    expect(await deliver(event('chain'))).toBe('accepted');
    expect(asked).toHaveLength(2);
    const changed = { ...event('leaf'), body: '{"event_type":"PAYMENT.CAPTURE.REFUNDED!"}' };
    expect(await deliver(changed)).toBe('bad-signature');
    expect(asked).toHaveLength(2);
  });

  it.each(['expired', 'sandbox', 'forged', 'missing'])('is refused with a certificate that is %s', async (file) => {
    const { deliver, handled } = open();
    expect(await deliver(event(file))).toBe('bad-signature');
    expect(handled).toEqual([]);
  });

  it('is refused where an authority is asked for, and the certificate does not lead to it', async () => {
    const { deliver } = open({ authorities: authority.certificate });
    expect(await deliver(event('leaf'))).toBe('bad-signature');
    expect(await deliver(event('self'))).toBe('bad-signature');
    expect(await deliver(event('chain'))).toBe('accepted');
    const pinned = open({ authorities: middle.certificate });
    expect(await pinned.deliver(event('leaf'))).toBe('accepted');
  });

  it.each([
    ['another host', 'https://evil.example/v1/notifications/certs/CERT-leaf'],
    ['the sandbox’s host', urlOf('leaf').replace('api.', 'api.sandbox.')],
    ['a host that ends alike', urlOf('leaf').replace('api.paypal', 'apipaypal')],
    ['a host that begins alike', urlOf('leaf').replace('.com/', '.com.evil.example/')],
    ['a look-alike', urlOf('leaf').replace('paypal', 'paypa1')],
    ['userinfo', urlOf('leaf').replace('.com/', '.com@evil.example/')],
    ['a port', urlOf('leaf').replace('.com/', '.com:444/')],
    ['a dot at the end', urlOf('leaf').replace('.com/', '.com./')],
    ['plain http', urlOf('leaf').replace('https', 'http')],
    ['another path', `https://${HOST}/v1/oauth2/token`],
    ['a query', `${urlOf('leaf')}?redirect=https://evil.example`],
  ])('asks nobody for a certificate at %s', async (_, url) => {
    const { deliver, asked } = open();
    expect(await deliver(event('leaf', { url }))).toBe('unsupported-scheme');
    expect(asked).toEqual([]);
  });

  it('asks nobody for an event whose head is wrong, or of another webhook’s algorithm', async () => {
    const { deliver, asked } = open();
    const sent = event('leaf');
    const without = (name: string, value?: string) => {
      const { [name]: _, ...headers } = sent.headers as Record<string, string>;
      return { ...sent, headers: value === undefined ? headers : { ...headers, [name]: value } };
    };
    expect(await deliver(without('paypal-transmission-sig'))).toBe('missing-signature');
    expect(await deliver(without('paypal-transmission-time'))).toBe('missing-timestamp');
    expect(await deliver(without('paypal-auth-algo', 'SHA1withRSA'))).toBe('unsupported-scheme');
    expect(await deliver(without('paypal-cert-url'))).toBe('malformed-signature');
    expect(asked).toEqual([]);
  });
});
