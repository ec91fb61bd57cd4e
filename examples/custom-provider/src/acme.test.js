import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { it } from 'node:test';
import { parseCapture, sign, verify } from '@postern/core';
import { acme } from './acme.js';

const secret = 'test-secret-test-secret-test-secret';
const body = '{"id":"evt_1","type":"order.paid","amount":25.00}';
const timestamp = 1767225600;

/** What Acme's page says, in other words than the provider's: a test that only signed with our own data could not find a mistake in it. */
const written = `t=${timestamp},v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;

/** @param {Record<string, string>} headers */
function judge(headers, text = body) {
  const capture = parseCapture(JSON.stringify({ headers: Object.entries(headers), body: text }));
  return verify(capture, { provider: acme, secrets: secret, now: 'signed-time' });
}

it('signs as Acme says', async () => {
  assert.deepEqual(await sign(acme, { secret, body, timestamp }), { 'x-acme-signature': written });
});

it('accepts what Acme signs', async () => {
  const verdict = await judge({ 'X-Acme-Signature': written });
  assert.equal(verdict.outcome, 'accepted');
  const { id, type, covers } = verdict.delivery;
  assert.deepEqual([id, type, verdict.delivery.timestamp], ['evt_1', 'order.paid', timestamp]);
  assert.deepEqual(covers, { body: true, timestamp: true, id: true, type: true, fields: [], unsigned: [] });
});

it('refuses a body that was changed, a time that was changed, and another secret', async () => {
  const reason = async (/** @type {Promise<import('@postern/core').Verdict>} */ pending) => {
    const verdict = await pending;
    return verdict.outcome === 'rejected' ? verdict.reason : verdict.outcome;
  };
  assert.equal(await reason(judge({ 'x-acme-signature': written }, body.replace('25.00', '99.00'))), 'bad-signature');
  assert.equal(
    await reason(judge({ 'x-acme-signature': written.replace(String(timestamp), '1767225601') })),
    'bad-signature',
  );
  const other = await sign(acme, { secret: 'other-test-secret-other-test-secret', body, timestamp });
  assert.equal(await reason(judge(other)), 'bad-signature');
});
