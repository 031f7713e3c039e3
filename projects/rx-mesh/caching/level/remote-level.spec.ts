import { NEVER, of } from 'rxjs';
import { CACHE } from '../cache-options';
import { LevelWorld } from '../spec-support/level-world';
import { RemoteLevel } from './remote-level';
import { REMOTE_LEVEL } from './remote-level-options';

const setUp = () => {
  const world = new LevelWorld();
  const { remote, clock, diagnostics } = world;
  return { world, remote, clock, diagnostics, ann: world.client(), other: world.client() };
};

describe(RemoteLevel.name, () => {
  it.each([{ a: 1 }, null, undefined, 0, ''])('gives %p to another client', (value) => {
    const { ann, other, clock } = setUp();

    expect(ann.store('k', value, {}, ann.marks('k'), { validator: '"7"' })).toEqual([true, 'end']);

    clock.advance(100);

    expect(other.lookup('k', { tags: ['t'], dependencies: ['d'] })).toEqual([
      {
        found: { value, age: 100, ttl: 300_000, validator: '"7"', tags: [], dependencies: [] },
        marks: expect.objectContaining({ prefix: 'rx:uann:' }) as unknown,
      },
    ]);
    expect(clock.pending).toBe(0);
  });

  it('asks once where the options name the tags, and twice where the value has others', () => {
    const { ann, remote } = setUp();
    const options = { tags: ['t', 'u'], dependencies: ['d'] };
    ann.store('k', 1, options);
    remote.calls.length = 0;

    expect(ann.lookup('k', options)[0]?.found).toMatchObject({
      tags: ['t', 'u'],
      dependencies: ['d'],
    });
    expect(remote.calls).toEqual(['read 6']);

    remote.calls.length = 0;

    expect(ann.value('k')).toBe(1);
    expect(remote.calls).toEqual(['read 3', 'read 3']);
  });

  it.each([
    [{ keys: ['k'] }],
    [{ tags: ['u'] }],
    [{ dependencies: ['d'] }],
    [{ keys: ['d'] }],
    [{ all: true }],
  ])('makes void by %p, for all clients and for loads under way', (what) => {
    const { ann, other } = setUp();
    const options = { tags: ['t', 'u'], dependencies: ['d'] };
    ann.store('k', 1, options);
    const marks = other.marks('k', options);

    expect(ann.invalidate(what)).toEqual([true, 'end']);
    expect([ann.value('k', options), other.value('k')]).toEqual([undefined, undefined]);

    other.store('k', 'old', options, marks);

    expect([ann.value('k', options), other.value('k')]).toEqual([undefined, undefined]);

    other.store('k', 'new', options);

    expect(ann.value('k', options)).toBe('new');
  });

  it('does not touch others: other keys, and a key by its name as a dependency', () => {
    const { ann } = setUp();
    ann.store('k', 1);
    ann.invalidate({ keys: ['other'], tags: ['t'], dependencies: ['k'] });

    expect(ann.value('k')).toBe(1);
    expect(ann.invalidate({})).toEqual([true, 'end']);
  });

  it('writes all marks in one call, and drops the keys', () => {
    const { ann, remote } = setUp();
    ann.store('k', 1);
    remote.calls.length = 0;
    ann.invalidate({ keys: ['k'], tags: ['t'] });

    // Of the user, and of what is for everybody.
    expect(remote.calls).toEqual(['write 6', 'delete 2']);
    expect([...remote.texts.keys()].filter((key) => key.includes(':e:'))).toEqual([]);
    expect(remote.writes.at(-1)?.ttl).toBe(604_800_000);
  });

  it('lets a value that is set win over a load, and makes void what depends on the key', () => {
    const { ann, other } = setUp();
    const marks = other.marks('k');
    ann.store('child', 1, { dependencies: ['k'] });

    expect(ann.set('k', 'set')).toEqual([true, 'end']);

    other.store('k', 'loaded', {}, marks);

    expect([ann.value('k'), ann.value('child')]).toEqual([undefined, undefined]);

    ann.set('k', 'again');

    expect(other.value('k')).toBe('again');
  });

  it('makes void what a value that is set cannot replace', () => {
    const { ann, diagnostics } = setUp();
    ann.store('k', 1);
    ann.store('gone', 1);

    expect(ann.set('k', 1n)).toEqual([true, 'end']);
    expect(ann.set('gone', 2, { ttl: 0 })).toEqual([true, 'end']);
    expect([ann.value('k'), ann.value('gone')]).toEqual([undefined, undefined]);
    expect(diagnostics.codes).toEqual(['RXM708']);
  });

  it('writes nothing without marks, with those of another user, or where a mark was not asked for', () => {
    const { ann, remote, diagnostics } = setUp();
    const marks = ann.marks('k');
    ann.scope = 'bob';

    expect(ann.store('k', 1, {}, marks)).toEqual([false, 'end']);

    ann.level.store('k', 1, CACHE.defaults, undefined).subscribe();

    expect(diagnostics.codes).toEqual([]);
    expect(ann.store('k', 1, { tags: ['late'] }, ann.marks('k'))).toEqual([false, 'end']);
    expect([remote.writes, diagnostics.codes]).toEqual([[], ['RXM708']]);
  });

  it('keeps the values of users apart, and those for all together', () => {
    const { ann, other } = setUp();
    other.scope = 'bob';
    ann.store('k', 1);
    ann.store('s', 2, { audience: 'shared' });

    expect([other.value('k'), other.value('s', { audience: 'shared' })]).toEqual([undefined, 2]);

    other.invalidate({ all: true });

    expect([ann.value('k'), ann.value('s', { audience: 'shared' })]).toEqual([1, 2]);

    other.invalidate({ keys: ['k', 's'] });

    expect([ann.value('k'), ann.value('s', { audience: 'shared' })]).toEqual([1, undefined]);
  });

  it('does not keep what is of a user as long as nobody knows who that is, nor what is local', () => {
    const { ann, remote } = setUp();
    ann.scope = undefined;
    const keeps = (options: object) => ann.level.keeps(CACHE.resolve(options));

    expect([keeps({}), keeps({ audience: 'shared' })]).toEqual([false, true]);
    expect([ann.lookup('k'), ann.set('k', 1)]).toEqual([[{ marks: undefined }], [false, 'end']]);
    expect(remote.calls).toEqual([]);

    ann.scope = 'ann';

    expect([keeps({}), keeps({ levels: 'local' })]).toEqual([true, false]);
  });

  it.each([['a'.repeat(129)], ['é'.repeat(40)], ['\ud800']])(
    'tells once that a scope is none, and keeps nothing of it: %p',
    (scope) => {
      const { ann, remote, diagnostics } = setUp();
      ann.scope = scope;
      ann.set('k', 1);
      ann.set('k', 2);

      expect(ann.lookup('k')).toEqual([{ marks: undefined }]);
      expect([remote.calls, diagnostics.records]).toMatchObject([
        [],
        [{ code: 'RXM708', message: "'*' of the cache 'fake' is not kept: the scope is no proper text of at most 128 characters." }], // prettier-ignore
      ]);
    },
  );

  it('takes an empty scope for nobody, and says nothing', () => {
    const { ann, remote, diagnostics } = setUp();
    ann.scope = '';

    expect(ann.set('k', 1)).toEqual([false, 'end']);
    expect([remote.calls, diagnostics.codes]).toEqual([[], []]);
  });

  it('with all drops the texts of the user, after the mark, and nothing else', () => {
    const { ann, other, remote } = setUp();
    other.scope = 'ann2';
    for (const client of [ann, other]) client.store('k', 1);
    ann.store('s', 1, { audience: 'shared' });
    ann.store('long', 1, { tags: ['t'] });
    remote.calls.length = 0;

    expect(ann.invalidate({ all: true })).toEqual([true, 'end']);
    expect(remote.calls).toEqual(['write 1', 'deleteAll 10']);
    expect([...remote.texts.keys()]).toEqual(['rx:uann2:e:k', 'rx:s:e:s', 'rx:uann:m:clear']);
  });

  it('does without when the texts cannot be dropped', () => {
    const { ann, remote } = setUp();
    ann.store('k', 1);
    remote.next = (what) => ({ there: 0, back: 0, failure: what === 'deleteAll' ? 'refused' : undefined }); // prettier-ignore

    expect([ann.invalidate({ all: true }), ann.value('k')]).toEqual([[true, 'end'], undefined]);

    Object.assign(remote, { deleteAll: undefined });
    ann.store('k', 1);

    expect([ann.invalidate({ all: true }), ann.value('k')]).toEqual([[true, 'end'], undefined]);
  });

  it('gives what the loader has decided of stale use', () => {
    const { ann, other } = setUp();
    const limits = { staleWhileRevalidate: 5, staleIfError: 7 };
    ann.store('k', 1, { ttl: 1000 }, ann.marks('k'), { limits });

    expect(other.lookup('k')[0]?.found?.limits).toEqual(limits);
  });

  it('keeps nothing that has more marks than can be read again, but makes void what was there', () => {
    const { ann, remote } = setUp();
    ann.store('k', 1);
    const names = Array.from({ length: 255 }, (_, at) => `t${at}`);
    const options = { ...CACHE.defaults, tags: names };
    const told: unknown[] = [];
    ann.level.store('k', 2, options, 'set').subscribe((done) => told.push(done));
    remote.calls.length = 0;
    ann.level.lookup('k', options).subscribe((found) => told.push(found));

    expect([told, remote.calls]).toEqual([[true, { marks: undefined }], []]);
    expect(ann.value('k')).toBeUndefined();
  });

  it('with no user makes void all that is for everybody', () => {
    const { ann } = setUp();
    ann.scope = undefined;
    ann.store('s', 2, { audience: 'shared' });
    ann.invalidate({ all: true });

    expect(ann.value('s', { audience: 'shared' })).toBeUndefined();
  });

  it('keeps values over the time in which they are served stale, but half as long as marks at most', () => {
    const { ann, clock, remote } = setUp();
    ann.store('k', 1, { ttl: 1000, staleIfError: 5000, staleWhileRevalidate: 10 });
    ann.store('long', 1, { ttl: Infinity });

    expect(remote.writes.map(({ ttl }) => ttl)).toEqual([6000, 302_400_000]);
    expect(ann.lookup('long')[0]?.found?.ttl).toBe(Infinity);

    clock.advance(5999);

    expect(ann.lookup('k')[0]?.found).toMatchObject({ age: 5999, ttl: 1000 });

    clock.advance(1);

    expect(ann.value('k')).toBeUndefined();
  });

  it('keeps null for negativeTtl, and asks for nothing that may not be kept', () => {
    const { ann, remote } = setUp();
    ann.store('k', null, { negativeTtl: 10 });

    expect(remote.writes[0]?.ttl).toBe(10);
    expect(ann.store('k', null, { negativeTtl: 0 })).toEqual([false, 'end']);
    expect(ann.lookup('k', { ttl: 0 })).toEqual([{ marks: undefined }]);
  });

  it('takes a clock that went back for age 0', () => {
    const { ann, clock } = setUp();
    ann.store('k', 1);
    clock.jumpWall(-1000);

    expect(ann.lookup('k')[0]?.found?.age).toBe(0);
  });

  it('takes what cannot be read for a miss, and tells it once until it can be', () => {
    const { ann, remote, diagnostics } = setUp();
    const breakIt = (key: string, text: string) =>
      remote.texts.set(`rx:uann:e:${key}`, { text, until: Infinity });
    breakIt('a', 'x');
    breakIt('b', '{"v":9}');
    breakIt('c', 'x'.repeat(2_000_000));

    expect(['a', 'b', 'c'].map((key) => ann.lookup(key)[0]?.found)).toEqual([undefined, undefined, undefined]); // prettier-ignore
    expect(diagnostics.records).toMatchObject([
      {
        code: 'RXM707',
        severity: 'warning',
        message: "'a' of the cache 'fake' cannot be used: it is no JSON.",
      },
    ]);
    expect(ann.store('b', 1)).toEqual([true, 'end']);
    expect([ann.value('b'), ann.store('a', 1), ann.value('a')]).toEqual([1, [true, 'end'], 1]);

    ann.lookup('c');

    expect(diagnostics.codes).toEqual(['RXM707', 'RXM707']);
  });

  it('takes a value that the codec cannot read for a miss', () => {
    const { world, ann, diagnostics } = setUp();
    const broken = world.client({}, { name: 'json', encode: () => of('x'), decode: () => [] });
    broken.store('k', 1);

    expect([ann.lookup('k')[0]?.found, broken.lookup('k')[0]?.found]).toEqual([
      undefined,
      undefined,
    ]);
    expect(diagnostics.codes).toEqual(['RXM707']);
  });

  it('does not keep a text that is too long', () => {
    const { world, remote, diagnostics } = setUp();
    const small = world.client({ maxTextSize: 300 });

    expect(small.store('k', 'x'.repeat(300))).toEqual([false, 'end']);
    expect([remote.writes, diagnostics.codes]).toEqual([[], ['RXM708']]);
  });

  it('stops what it does when the caller leaves, and does nothing before there is one', () => {
    const { ann, remote, clock } = setUp();
    remote.next = () => ({ there: 100, back: 100 });
    const lookup = ann.level.lookup('k', CACHE.defaults);

    expect(remote.calls).toEqual([]);

    const subscription = lookup.subscribe();

    expect([remote.open, clock.pending]).toEqual([1, 2]);

    subscription.unsubscribe();
    clock.advance(100);

    expect([remote.open, clock.pending]).toEqual([0, 0]);
  });

  it.each([
    ['namespace', 'a:b'],
    ['timeout', Infinity],
    ['failures', 0],
    ['maxMissed', 0],
    ['markTtl', 0],
    ['maxTextSize', 1.5],
  ])('refuses the option %s of %p', (name, value) => {
    expect(() => REMOTE_LEVEL.resolve({ [name]: value })).toThrow(`RemoteLevelOptions.${name}`);
  });

  it('waits for a codec, and for no longer than the caller', () => {
    const { world } = setUp();
    const slow = world.client({}, { name: 'json', encode: () => NEVER, decode: () => NEVER });
    const sub = slow.level.store('k', 1, CACHE.defaults, slow.marks('k')).subscribe();
    sub.unsubscribe();

    expect([world.clock.pending, world.remote.open]).toEqual([0, 0]);
  });
});
