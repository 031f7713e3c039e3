import { AgingMap } from './aging-map';

function filled() {
  const map = new AgingMap<string>();
  map.put('a', 'A', 1);
  map.put('b', 'B', 2);
  map.put('c', 'C', 3);
  return map;
}

describe(AgingMap.name, () => {
  it('gives the value of a key, and leaves or takes it', () => {
    const map = filled();

    expect([map.get('a'), map.take('a'), map.get('a'), map.take('a')]).toEqual([
      'A',
      'A',
      undefined,
      undefined,
    ]);
    expect(map.size).toBe(2);
  });

  it('takes out first what was put longest ago', () => {
    const map = filled();
    map.put('a', 'again', 4);

    expect([1, 2, 3, 4].map(() => map.takeOldest())).toEqual(['B', 'C', 'again', undefined]);
    expect(map.size).toBe(0);
  });

  it('takes out nothing that was put later', () => {
    const map = filled();

    expect([0.9, 1, 2, 2.9].map((until) => map.takeOldest(until))).toEqual([
      undefined,
      'A',
      'B',
      undefined,
    ]);
    expect(map.size).toBe(1);
  });
});
