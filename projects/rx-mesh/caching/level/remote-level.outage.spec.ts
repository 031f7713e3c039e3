import { LevelWorld } from '../spec-support/level-world';
import { CACHE } from '../cache-options';
import { RemoteLevel } from './remote-level';

const setUp = (options: Parameters<LevelWorld['client']>[0] = {}) => {
  const world = new LevelWorld();
  const { remote, clock } = world;
  /** The level answers again, and is tried again. */
  const recover = () => {
    remote.fail(undefined);
    clock.advance(60_000);
  };
  return {
    world,
    remote,
    clock,
    diagnostics: world.diagnostics,
    recover,
    ann: world.client(options),
    other: world.client(options),
  };
};
const NOTHING = [{ marks: undefined }];

describe(`${RemoteLevel.name} when the second level is down`, () => {
  it('misses at once, and asks no more after three failures', () => {
    const { ann, remote, diagnostics, clock } = setUp();
    remote.fail('unreachable');

    expect([1, 2, 3, 4, 5].map(() => ann.lookup('k'))).toEqual(Array(5).fill(NOTHING));
    expect([remote.calls.length, diagnostics.codes, clock.pending]).toEqual([3, ['RXM706'], 0]);
  });

  it('misses after the time-out when it is slow', () => {
    const { ann, remote, clock } = setUp();
    remote.next = () => ({ there: 10_000, back: 0 });
    const answers = ann.lookup('k');
    clock.advance(499);

    expect(answers).toEqual([]);

    clock.advance(1);

    expect([answers, remote.open]).toEqual([NOTHING, 0]);
  });

  it.each([
    ['less than was asked for', (texts: unknown[]) => texts.slice(1)],
    ['more', (texts: unknown[]) => [...texts, 'x']],
  ])('takes %s for no answer', (_what, tamper) => {
    const { ann, remote } = setUp();
    remote.tamper = tamper as typeof remote.tamper;

    expect(ann.lookup('k')).toEqual(NOTHING);
  });

  it('puts off what is made void, gives nothing of it meanwhile, and repeats it when it is back', () => {
    const { ann, other, remote, recover, clock, diagnostics } = setUp();
    ann.store('k', 1, { tags: ['t'] });
    remote.fail('unreachable');

    expect(ann.invalidate({ tags: ['t'] })).toEqual([false, 'end']);

    remote.fail(undefined);

    // One failure: it is asked still, but what it says may be of before.
    expect(ann.lookup('k', { tags: ['t'] })).toEqual(NOTHING);
    expect(ann.lookup('other')[0]?.marks).toBeDefined();

    recover();

    expect([ann.value('k'), other.value('k', { tags: ['t'] })]).toEqual([undefined, undefined]);
    expect(ann.store('k', 2, { tags: ['t'] })).toEqual([true, 'end']);
    expect([other.value('k'), clock.pending, diagnostics.codes]).toEqual([2, 0, []]);
  });

  it('repeats it as soon as anything is answered again, under another token', () => {
    const { ann, remote, clock } = setUp();
    // It is written, but the answer comes too late.
    remote.next = () => ({ there: 0, back: 600 });
    ann.invalidate({ tags: ['t'] });
    clock.advance(500);
    remote.fail(undefined);
    ann.lookup('k');

    expect(remote.writes.map(({ text }) => text.slice(-1))).toEqual(['1', '1', '2', '2']);
    expect(clock.pending).toBe(0);
  });

  it('tries by itself with longer and longer pauses, and rests when all is done', () => {
    const { ann, remote, clock, recover } = setUp();
    remote.fail('unreachable');
    ann.invalidate({ tags: ['t'] });
    clock.advance(300_000);
    const tries = remote.calls.length;

    expect(tries).toBeGreaterThan(10);
    expect(tries).toBeLessThan(30);

    recover();

    expect([remote.calls.length, clock.pending]).toEqual([tries + 1, 0]);

    clock.advance(300_000);

    expect(remote.calls.length).toBe(tries + 1);
  });

  it('repeats what a caller did not wait for', () => {
    const { ann, other, remote, recover } = setUp();
    ann.store('k', 1);
    remote.next = () => ({ there: 100, back: 100, failure: 'unreachable' });
    ann.level
      .invalidate({ keys: ['k'] })
      .subscribe()
      .unsubscribe();
    recover();

    expect(other.value('k')).toBeUndefined();
  });

  it('puts off values, and writes them when it is back', () => {
    const { ann, other, remote, recover, clock } = setUp();
    const marks = ann.marks('k');
    const isValue = (what: string, count: number) => what === 'write' && count === 1;
    remote.next = (...call) => ({ there: 0, back: 0, failure: isValue(...call) ? 'timeout' : undefined }); // prettier-ignore

    expect(ann.store('k', 1, {}, marks)).toEqual([false, 'end']);
    expect(ann.set('set', 2)).toEqual([true, 'end']);

    clock.advance(100);
    recover();

    expect([other.value('k'), other.value('set')]).toEqual([1, 2]);
    expect(clock.pending).toBe(0);
  });

  it('of a value that is set while it is down repeats only that the earlier one is void', () => {
    const { ann, other, remote, recover } = setUp();
    ann.store('k', 1);
    remote.fail('unreachable');

    expect(ann.set('k', 2)).toEqual([false, 'end']);

    recover();

    expect(other.value('k')).toBeUndefined();
  });

  it('writes nothing that is outdated by then, or was made void since, or has a newer one', () => {
    const { ann, other, remote, recover } = setUp();
    const marks = ['a', 'b', 'c', 'd'].map((key) => ann.marks(key, { tags: [key] }));
    remote.fail('unreachable');
    ann.store('a', 1, { tags: ['a'], ttl: 10 }, marks[0]);
    ann.store('b', 1, { tags: ['b'] }, marks[1]);
    ann.store('c', 1, { tags: ['c'] }, marks[2]);
    ann.store('c', 2, { tags: ['c'] }, marks[2]);
    ann.set('set', 1, { tags: ['b'] });
    ann.invalidate({ tags: ['b', 'd'] });
    ann.store('d', 1, { tags: ['d'] }, marks[3]);
    remote.writes.length = 0;
    recover();

    expect(remote.writes.filter(({ key }) => key.includes(':e:')).length).toBe(1);
    expect(['a', 'b', 'c', 'd', 'set'].map((key) => other.value(key))).toEqual([
      undefined,
      undefined,
      2,
      undefined,
      undefined,
    ]);
  });

  it('writes what is void before values', () => {
    const { ann, remote, recover } = setUp();
    const marks = ann.marks('k');
    remote.fail('unreachable');
    ann.store('k', 1, {}, marks);
    ann.invalidate({ tags: ['t'] });
    recover();

    expect(remote.writes.map(({ key }) => key)).toEqual(['rx:uann:m:tag:t', 'rx:s:m:tag:t', 'rx:uann:e:k']); // prettier-ignore
  });

  it('makes all void when more was made void than it may remember', () => {
    const { ann, other, remote, recover, diagnostics } = setUp({ maxMissed: 3 });
    ann.store('k', 1);
    ann.store('s', 1, { audience: 'shared' });
    const marks = ann.marks('late');
    remote.fail('unreachable');
    ann.store('late', 1, {}, marks);
    ann.invalidate({ tags: ['a'] });
    ann.invalidate({ tags: ['b'] });
    remote.writes.length = 0;
    recover();

    expect(remote.writes.map(({ key }) => key)).toEqual(['rx:uann:m:clear', 'rx:s:m:clear']);
    expect([other.value('k'), other.value('late')]).toEqual([undefined, undefined]);
    expect(other.value('s', { audience: 'shared' })).toBeUndefined();
    expect(diagnostics.codes).toEqual(['RXM706', 'RXM708', 'RXM706']);
  });

  it('keeps no more values than it may, and no more text', () => {
    const { ann, other, remote, recover } = setUp({ maxMissed: 2, maxTextSize: 1000 });
    const keys = ['a', 'b', 'c'];
    const marks = keys.map((key) => ann.marks(key));
    remote.fail('unreachable');
    keys.forEach((key, at) => ann.store(key, at, {}, marks[at]));
    recover();

    expect(keys.map((key) => other.value(key))).toEqual([undefined, 1, 2]);
  });

  it('gives up a value that the level refuses, and is not down', () => {
    const { ann, remote, diagnostics, clock } = setUp();
    const marks = ann.marks('k');
    remote.fail('full');

    expect(ann.store('k', 1, {}, marks)).toEqual([false, 'end']);
    expect([diagnostics.codes, clock.pending]).toEqual([['RXM708'], 0]);
  });

  it('loses no invalidation when keys cannot be dropped', () => {
    const { ann, other, remote } = setUp();
    ann.store('k', 1);
    remote.next = (what) => ({
      there: 0,
      back: 0,
      failure: what === 'delete' ? 'refused' : undefined,
    });

    expect(ann.invalidate({ keys: ['k'] })).toEqual([true, 'end']);
    expect(other.value('k')).toBeUndefined();
  });

  it('finds nothing of before while an invalidation of its own is on its way', () => {
    const { ann, remote, clock } = setUp();
    ann.store('k', 1);
    remote.next = () => ({ there: 100, back: 0 });
    const first = ann.invalidate({ keys: ['k'] });
    remote.next = () => ({ there: 0, back: 300 });
    const answers = ann.lookup('k');
    clock.advance(300);

    expect([first, answers]).toEqual([[true, 'end'], NOTHING]);
  });

  it('does nothing by itself any more once it is destroyed', () => {
    const { ann, remote, clock } = setUp();
    remote.fail('unreachable');
    ann.invalidate({ tags: ['t'] });

    expect(clock.pending).toBe(1);

    ann.level.destroy();
    ann.invalidate({ tags: ['u'] });

    expect(clock.pending).toBe(0);
    expect(ann.level.keeps(CACHE.defaults)).toBe(true);
  });
});
