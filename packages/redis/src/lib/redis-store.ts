import { answerWithin, type ClaimRequest, type ClaimResult, type ClaimStore } from '@postern/core';
import { createAsker } from './asker.ts';
import { compileOptions, type RedisStoreOptions } from './options.ts';
import { CLAIM, COMPLETE, DESCRIBE, RELEASE } from './scripts.ts';

const SOMETHING_ELSE = 'Redis answered something else than the script returns.';

/**
 * Keeps claims in Redis 5 or later, or Valkey, over any number of processes. Each call is one atomic script on one key, so a cluster is as good as one server.
 *
 * Kept of an event: a digest of its identity and one of its signed bytes, who handles it, until when, and how often it was begun. Never a body, an id or a secret.
 * A call that has no answer after `timeoutMs` throws, and what it may have claimed all the same is given back as soon as Redis answers.
 *
 * @throws ConfigurationError for an option that could not work
 */
export function redisStore(options: RedisStoreOptions): ClaimStore {
  const { connection, prefix, timeoutMs } = compileOptions(options);
  const asker = createAsker(connection, timeoutMs);

  const settle = async (script: string, key: string, owner: string) => {
    const answer = await answerWithin(timeoutMs, () => asker.ask(script, prefix + key, [owner]));
    const yesOrNo = Number(answer);
    if (yesOrNo !== 0 && yesOrNo !== 1) throw new Error(SOMETHING_ELSE);
    return yesOrNo === 1;
  };

  return Object.freeze<ClaimStore>({
    async claim(key: string, request: ClaimRequest) {
      const { owner, leaseMs, keepMs, material = '', retryOnly = false } = request;
      const args = [owner, String(leaseMs), String(keepMs), material, retryOnly ? '1' : '0'];
      asker.keep(prefix + key, owner);
      const asked = asker.ask(CLAIM, prefix + key, args);
      try {
        return readClaim(await answerWithin(timeoutMs, () => asked));
      } catch (error) {
        asker.withdraw(asked, prefix + key, owner, leaseMs);
        throw error;
      }
    },
    complete: (key: string, owner: string) => settle(COMPLETE, key, owner),
    release: (key: string, owner: string) => settle(RELEASE, key, owner),
    async check() {
      const text = String(await answerWithin(timeoutMs, () => asker.ask(DESCRIBE, `${prefix}check`, [])));
      return judgeServer(text);
    },
  });
}

function readClaim(answer: unknown): ClaimResult {
  const [outcome, number] = Array.isArray(answer) ? answer.map(String) : [];
  const count = Number(number);
  if (outcome === 'claimed') return { claimed: true, attempt: count, previouslyStarted: count > 1 };
  if (outcome === 'running') return { inFlight: true, retryAfterMs: count };
  if (outcome === 'done') return { done: true };
  if (outcome === 'unknown') return { unknown: true };
  throw new Error(SOMETHING_ELSE);
}

/** Sentences for the operator, of what would lose claims. */
function judgeServer(text: string): readonly string[] {
  const sentences: string[] = [];
  const policy = /^maxmemory_policy:([\w-]+)/m.exec(text)?.[1];
  if (policy !== undefined && policy !== 'noeviction')
    sentences.push(
      `Redis forgets claims when its memory is full, and a repeat then runs again: maxmemory-policy is ${policy}. Set it to noeviction, or give the claims a Redis of their own.`,
    );
  if (/^role:slave/m.test(text))
    sentences.push('This Redis is a replica and takes no claims: give the client the address of the primary.');
  return sentences;
}
