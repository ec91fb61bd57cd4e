import { describe, expect, it } from 'vitest';
import { github } from '../providers/github.ts';
import type { Reason } from './reasons.ts';
import { isReason, REASON_STATUS } from './reasons.ts';
import { defineProvider } from './scheme/define-provider.ts';
import { jittered, refusalAnswer, statusOf } from './verdict.ts';

describe('REASON_STATUS', () => {
  it('answers our own failures with 5xx, since senders give up on a 4xx', () => {
    const ours: Reason[] = [
      'in-flight',
      'store-unavailable',
      'secret-unavailable',
      'confirm-unavailable',
      'source-unavailable',
      'overloaded',
      'handler-failed',
      'handler-timeout',
      'draining',
      'invalid-payload',
      'misconfigured',
    ];
    for (const [reason, status] of Object.entries(REASON_STATUS))
      expect(status >= 500, reason).toBe(ours.includes(reason as Reason));
  });

  it('is closed', () => {
    expect(isReason('stale')).toBe(true);
    for (const text of ['', 'forged', 'toString', '__proto__', 'STALE']) expect(isReason(text)).toBe(false);
  });

  it('yields to the provider’s own status', () => {
    const provider = defineProvider({ name: 'acme', scheme: github().scheme, statuses: { 'bad-signature': 403 } });
    expect(statusOf('bad-signature', provider)).toBe(403);
    expect(statusOf('missing-signature', provider)).toBe(401);
  });
});

describe('refusalAnswer', () => {
  it('says no more than its status, and an opaque instance', () => {
    for (const status of new Set(Object.values(REASON_STATUS))) {
      const answer = refusalAnswer(status, 'aaaa', {});
      const body = JSON.parse(answer.body);
      expect(Object.keys(body)).toEqual(['title', 'status', 'instance']);
      expect(body).toMatchObject({ status, instance: 'urn:uuid:aaaa' });
      expect(answer).toMatchObject({
        status,
        headers: {
          'content-type': 'application/problem+json',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        },
      });
      // The title is the status's own: no reason shows through it.
      for (const reason of Object.keys(REASON_STATUS)) expect(answer.body).not.toContain(reason);
    }
  });

  it('has one body per status, whatever the reason, but for the instance', () => {
    expect(refusalAnswer(418, 'a', {}).body).toBe('{"title":"Refused","status":418,"instance":"urn:uuid:a"}');
  });

  it('names the methods and the waiting time where there are any', () => {
    expect(refusalAnswer(405, 'a', { allow: ['POST', 'GET'] }).headers).toMatchObject({ allow: 'POST, GET' });
    expect(refusalAnswer(503, 'a', { retryAfter: 7 }).headers).toMatchObject({ 'retry-after': '7' });
    expect(refusalAnswer(401, 'a', {}).headers).not.toHaveProperty('retry-after');
  });
});

describe('jittered', () => {
  it('spreads whole seconds from the least to half as much again', () => {
    const seen = new Set(Array.from({ length: 2000 }, () => jittered(10)));
    expect([...seen].sort((a, b) => a - b)).toEqual([10, 11, 12, 13, 14, 15]);
  });

  it('never says less than a second', () => {
    for (const least of [-5, 0, 0.001, 1]) expect(jittered(least)).toBeGreaterThanOrEqual(1);
    expect(jittered(4.2)).toBeGreaterThanOrEqual(5);
  });
});
