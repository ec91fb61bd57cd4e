// The one list, on every mount; and careless mounts, which it must find out.
import { type AdapterCase, adapterCases, checkDifferences, type Mount } from '@postern/testing';
import { describe, expect, it } from 'vitest';
import * as careless from '../src/careless-mounts.ts';
import { loadMount, mountNames } from '../src/wire/mounts.ts';
import { mount as express5 } from './express5.ts';

describe.each(mountNames(['own']))('%s', async (name) => {
  const mount = await loadMount(name);

  it('is named like its file, and names no difference of a case that there is not', () => {
    expect(mount.name).toBe(name);
    checkDifferences(mount);
  });
  // Each case has a server of its own, and mostly waits.
  it.concurrent.each(adapterCases)('$title', ({ run }) => run(mount));
});

// What fails takes seconds to fail: nothing more came.
describe.concurrent('the list', () => {
  it('has one case of each id, and titles that are sentences', () => {
    expect(new Set(adapterCases.map(({ id }) => id)).size).toBe(adapterCases.length);
    for (const { id, title } of adapterCases) expect(`${id}: ${title}`).toMatch(/^[a-z0-9-]+: [a-z]+(?: \S+){3,}[^.]$/);
  });

  it('fails a mount that accepts everything and one that refuses everything, in every single case between them', async () => {
    const [believed, refused] = await Promise.all([
      passing(careless.believing, adapterCases),
      passing(careless.refusing, adapterCases),
    ]);
    expect(believed.filter((id) => refused.includes(id))).toEqual([]);
    // Each fails for what it does, and not because nothing works on it.
    expect(believed).toContain('genuine');
    expect(refused).toContain('body-changed');
  });

  it.each<[what: string, mount: Mount, failing: readonly string[]]>([
    ['takes every method for POST', careless.methodless, ['method-get', 'method-put', 'method-head', 'method-options']],
    ['hands on other bytes', careless.decoding, ['not-utf8', 'gzip']],
    ['answers with the handler’s error', careless.talkative, ['throws', 'rejects']],
    ['does not wait for the handler', careless.hasty, ['rejects', 'hangs', 'answers-4xx', 'simultaneous']],
    ['has a store for every request', careless.forgetful, ['replay-finished', 'replay-failed', 'simultaneous']],
    ['reads the body first', careless.greedy, ['limit-declared', 'limit-chunked', 'slow-body', 'held-bytes']],
    ['hides repeated header lines', careless.merging, ['signature-twice']],
    ['closes every connection', careless.unfriendly, ['keep-alive', 'refused-then-genuine', 'method-head']],
    ['gives up with its client', careless.loyal, ['gone-mid-handler']],
  ])('fails a mount that %s', async (_what, mount, failing) => {
    expect(
      await passing(
        mount,
        adapterCases.filter(({ id }) => failing.includes(id)),
      ),
    ).toEqual([]);
    expect(await passing(mount, [caseOf('genuine')])).toEqual(['genuine']);
  });
});

describe.concurrent('a case', () => {
  it('looks once more when the server is down', async () => {
    await expect(caseOf('genuine').run(careless.restless)).rejects.toThrow('"runs":[1,1]');
  });

  it('waits for records that come later than the answer', async () => {
    const ids = ['genuine', 'body-changed', 'replay-failed', 'refusal-says-nothing', 'acknowledges-early'];
    expect(await passing(careless.remote, ids.map(caseOf))).toEqual(ids);
  });
});

describe.concurrent('a known difference', () => {
  it('replaces the parts of the expectation that it names', async () => {
    const mount = differing(careless.merging, 'signature-twice', {
      answers: [200],
      verdicts: ['accepted'],
      runs: [1],
      settled: ['committed'],
    });
    expect(await passing(mount, [caseOf('signature-twice')])).toEqual(['signature-twice']);
    const half = differing(careless.merging, 'signature-twice', { answers: [200], verdicts: ['accepted'] });
    await expect(caseOf('signature-twice').run(half)).rejects.toThrow('"runs":[1]');
  });

  it('fails when it is not there any more', async () => {
    const stale = differing(express5, 'signature-twice', { verdicts: ['malformed-signature'] });
    await expect(caseOf('signature-twice').run(stale)).rejects.toThrow('duplicate-header');
  });

  it('fails when it names nothing, what everybody sees, or what nobody looks at', async () => {
    for (const sees of [{}, { verdicts: ['duplicate-header'] }, { answers: [400], elsewhere: 1 }])
      await expect(caseOf('signature-twice').run(differing(express5, 'signature-twice', sees))).rejects.toThrow(
        'makes none',
      );
  });

  it('fails when there is no such case', () => {
    expect(() => checkDifferences(differing(express5, 'no-such-case', { answers: [200] }))).toThrow('no-such-case');
  });

  it('must say that a body cannot be spoilt in some way, and holds only where it is so', async () => {
    const parsed = caseOf('spoilt-parsed');
    const { spoilt: _, ...bare } = express5;
    await expect(parsed.run(bare)).rejects.toThrow('impossible');
    expect(await passing(differing(bare, parsed.id, { impossible: true }), [parsed])).toEqual([parsed.id]);
    await expect(parsed.run(differing(express5, parsed.id, { impossible: true }))).rejects.toThrow('misconfigured');
    const genuine = caseOf('genuine');
    await expect(genuine.run(differing(bare, genuine.id, { impossible: true }))).rejects.toThrow('accepted');
  });
});

function caseOf(id: string): AdapterCase {
  const one = adapterCases.find((candidate) => candidate.id === id);
  if (one === undefined) throw new Error(`there is no case ${id}`);
  return one;
}

function differing(mount: Mount, id: string, sees: Readonly<Record<string, unknown>>): Mount {
  return { ...mount, differences: { [id]: { why: 'a test says so', sees } } };
}

/** The ids of the cases that pass on a mount. They are played all at once: a failing one takes seconds. */
async function passing(mount: Mount, cases: readonly AdapterCase[]): Promise<readonly string[]> {
  const ended = await Promise.allSettled(cases.map(({ run }) => run(mount)));
  return cases.filter((_, index) => ended[index]?.status === 'fulfilled').map(({ id }) => id);
}
