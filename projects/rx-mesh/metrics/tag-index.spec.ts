import fc from 'fast-check';
import type { MetricTags } from './metric-data';
import { TagIndex } from './tag-index';

const aTag = fc.oneof(fc.constantFrom('', '1', 'x'), fc.constantFrom(1, -0, 0, NaN), fc.boolean());
const someTags = fc.dictionary(fc.constantFrom('a', 'b', '7', 'constructor'), aTag, {
  noNullPrototype: true,
});
// Paths are told apart by names and values in the order of the object; -0 is 0.
const pathOf = (tags: MetricTags) =>
  Object.entries(tags)
    .map(([name, value]) => `${name}:${typeof value}:${String(value)}`)
    .join();

describe(TagIndex.name, () => {
  it('finds what a map of whole paths finds', () => {
    fc.assert(
      fc.property(fc.array(someTags), fc.array(someTags), (put, asked) => {
        const index = new TagIndex<number>();
        const model = new Map<string, number>();
        put.forEach((tags, i) => {
          index.put(tags, i);
          model.set(pathOf(tags), i);
        });

        for (const tags of [...put, ...asked]) {
          expect(index.find(tags)).toBe(model.get(pathOf(tags)));
        }
        expect(index.size).toBe(put.length);
      }),
    );
  });

  it('looks at what the tags are now', () => {
    const index = new TagIndex<string>();
    const tags: Record<string, string> = { a: '1' };
    index.put(tags, 'one');
    tags['a'] = '2';

    expect(index.find(tags)).toBeUndefined();

    tags['a'] = '1';
    tags['b'] = '1';

    expect(index.find(tags)).toBeUndefined();

    delete tags['b'];

    expect(index.find(tags)).toBe('one');
  });

  it('does not take what an object inherits for a tag', () => {
    const index = new TagIndex<string>();
    index.put({ a: 1, b: 2 }, 'both');
    index.put({ a: 1 }, 'one');

    expect(index.find(Object.assign(Object.create({ b: 2 }), { a: 1 }) as MetricTags)).toBe('one');
  });

  it('passes over tags that are not kept', () => {
    const index = new TagIndex<string>((name) => name !== 'user');
    index.put({ user: 1, a: 1 }, 'one');

    expect(index.find({ a: 1, user: 'someone else' })).toBe('one');
    expect(index.find({ a: 1 })).toBe('one');
    expect(index.find({ user: 1 })).toBeUndefined();
  });
});
