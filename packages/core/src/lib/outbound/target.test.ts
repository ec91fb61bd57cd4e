import { describe, expect, it } from 'vitest';
import { readTarget } from './target.ts';

const HOSTS = ['api.paypal.com', 'sns.*.amazonaws.com', 'sns.*.amazonaws.com.cn'];

describe('readTarget', () => {
  it('reads a plain URL of a host that is named', () => {
    expect(readTarget('https://api.paypal.com/v1/certs/CERT-1?a=b', HOSTS)).toEqual({
      host: 'api.paypal.com',
      path: '/v1/certs/CERT-1?a=b',
    });
    expect(readTarget('https://API.PayPal.com', HOSTS)).toEqual({ host: 'api.paypal.com', path: '/' });
    expect(readTarget('https://sns.us-east-1.amazonaws.com/x.pem', HOSTS)?.host).toBe('sns.us-east-1.amazonaws.com');
    expect(readTarget('https://sns.cn-north-1.amazonaws.com.cn/x.pem', HOSTS)?.path).toBe('/x.pem');
  });

  it.each([
    ['plain http', 'http://api.paypal.com/'],
    ['another scheme', 'file:///etc/passwd'],
    ['userinfo', 'https://api.paypal.com@evil.example/'],
    ['userinfo before the right host', 'https://user:password@api.paypal.com/'],
    ['a port', 'https://api.paypal.com:8443/'],
    ['its own port, written out', 'https://api.paypal.com:443/'],
    ['a backslash', 'https://evil.example\\@api.paypal.com/'],
    ['a backslash after the host', 'https://api.paypal.com\\.evil.example/'],
    ['a dot at the end', 'https://api.paypal.com./'],
    ['a longer name', 'https://api.paypal.com.evil.example/'],
    ['a name that ends alike', 'https://evil-api.paypal.com/'],
    ['full-width letters', 'https://api.p\uff41ypal.com/'],
    ['a Cyrillic letter', 'https://api.p\u0430ypal.com/'],
    ['an IDN in its ASCII form', 'https://sns.xn--80ak6aa92e.amazonaws.com/'],
    ['a soft hyphen', 'https://api.pay\u00adpal.com/'],
    ['an IP literal', 'https://127.0.0.1/'],
    ['an IPv6 literal', 'https://[::1]/'],
    ['a fragment', 'https://api.paypal.com/#@evil.example'],
    ['a query right after the host', 'https://api.paypal.com?@evil.example/'],
    ['white space', ' https://api.paypal.com/'],
    ['a line break', 'https://api.paypal.com/a\r\nHost: evil.example'],
    ['a step up', 'https://api.paypal.com/v1/certs/../../x'],
    ['an escaped step up', 'https://api.paypal.com/v1/%2e%2E/x'],
    ['two labels for one star', 'https://sns.evil.example.amazonaws.com/'],
    ['no label for a star', 'https://sns.amazonaws.com/'],
    ['an empty label', 'https://sns..amazonaws.com/'],
    ['too long a URL', `https://api.paypal.com/${'a'.repeat(2048)}`],
    ['no text', undefined],
  ])('refuses %s', (_, url) => {
    expect(readTarget(url, HOSTS)).toBeUndefined();
  });

  it('refuses an address even where somebody named it as a host', () => {
    for (const host of ['127.0.0.1', '127.1', '2130706433', '0x7f.0.0.1', 'localhost'])
      expect(readTarget(`https://${host}/`, [host])).toBeUndefined();
  });

  it('takes no star for a registered domain', () => {
    expect(readTarget('https://sns.evil.com/', ['sns.*.com'])).toBeUndefined();
    expect(readTarget('https://evil.example/', ['*.*'])).toBeUndefined();
  });
});
