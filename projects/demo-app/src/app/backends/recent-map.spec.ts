import { RecentMap } from './recent-map';

describe(RecentMap.name, () => {
  it('keeps the latest entries and hands over what gives way', () => {
    const dropped: string[] = [];
    const map = new RecentMap<number, string>(2, (value) => dropped.push(value));
    map.set(1, 'a');
    map.set(2, 'b');
    map.set(3, 'c');
    expect(map.get(1)).toBeUndefined();
    expect(map.get(3)).toBe('c');
    expect(map.values()).toEqual(['c', 'b']);
    expect(dropped).toEqual(['a']);
  });

  it('replaces a value without dropping another', () => {
    const map = new RecentMap<number, string>(2);
    map.set(1, 'a');
    map.set(2, 'b');
    map.set(1, 'A');
    expect(map.values()).toEqual(['b', 'A']);
  });
});
