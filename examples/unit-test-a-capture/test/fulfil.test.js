import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { it } from 'node:test';
import { parseCapture, verify } from '@postern/core';
import { stripe } from '@postern/core/providers/stripe';
import { fulfil } from '../src/fulfil.js';

// The secret of a test endpoint that is gone: a capture is signed with it, so it belongs beside the capture, and no live one does.
const options = /** @type {const} */ ({
  provider: stripe(),
  secrets: 'whsec_test_only_secret_of_the_capture',
  // The capture does not grow stale: it is judged by the clock of the day it was signed.
  now: 'signed-time',
});

// As bytes: an editor, or a checkout that changes line ends, would change what was signed.
const capture = await readFile(new URL('captures/checkout-completed.http', import.meta.url));

it('fulfils a genuine checkout', async () => {
  const verdict = await verify(parseCapture(capture), options);
  assert.equal(verdict.outcome, 'accepted');
  assert.deepEqual(fulfil(verdict.delivery), { order: 'cs_test_1', cents: 2500 });
});

it('never sees one that was tampered with', async () => {
  const tampered = capture.toString('latin1').replace('"amount_total": 2500', '"amount_total": 2501');
  const verdict = await verify(parseCapture(Buffer.from(tampered, 'latin1')), options);
  assert.deepEqual(verdict, { outcome: 'rejected', reason: 'bad-signature', status: 401 });
});

it('would be refused as stale today', async () => {
  const verdict = await verify(parseCapture(capture), { ...options, now: () => Date.now() });
  assert.deepEqual(verdict, { outcome: 'rejected', reason: 'stale', status: 401 });
});
