// Vendors that want their notice back, byte for byte, and say whether they sent it.
import { vendor } from './vendor.ts';

/** @see https://developer.paypal.com/api/nvp-soap/ipn/IPNImplementation/ */
export const paypalIpn = vendor({
  hosts: ['ipnpb.paypal.com', 'ipnpb.sandbox.paypal.com'],
  credentials: { merchantId: 'SIMULATED0001' },
  answer({ path, headers, body }, book) {
    if (path !== '/cgi-bin/webscr' || headers['user-agent'] === undefined) return { status: 403, body: 'simulated' };
    const [, notice] = /^cmd=_notify-validate&(.*)$/s.exec(body) ?? [];
    return { body: notice !== undefined && book.sent(notice) ? 'VERIFIED' : 'INVALID' };
  },
});

/** @see https://developers.payfast.co.za/docs#step_4_confirm_payment */
export const payfast = vendor({
  hosts: ['www.payfast.co.za', 'sandbox.payfast.co.za'],
  credentials: { merchantId: '10000100' },
  answer({ path, body }, book) {
    if (path !== '/eng/query/validate') return { status: 404, body: 'simulated' };
    return { body: book.sent(body) ? 'VALID' : 'INVALID' };
  },
});
