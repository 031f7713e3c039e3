import { isTabId, nameOf, readFacts } from './tab-facts';

describe(readFacts.name, () => {
  it('reads what a tab says', () => {
    const facts = { id: 'a1', page: '/events', leads: true, sagas: 2 };
    expect(readFacts({ ...facts, more: 1 })).toEqual(facts);
    expect(readFacts({ ...facts, page: 'x'.repeat(999) })?.page).toHaveLength(200);
  });

  it.each([
    [undefined],
    [null],
    ['text'],
    [{ id: 'a.b', page: '/', leads: true, sagas: 0 }],
    [{ id: 'a', page: 1, leads: true, sagas: 0 }],
    [{ id: 'a', page: '/', leads: 'yes', sagas: 0 }],
    [{ id: 'a', page: '/', leads: true }],
  ])('leaves out %j', (told) => {
    expect(readFacts(told)).toBeUndefined();
  });
});

describe(nameOf.name, () => {
  it('is short', () => {
    expect(nameOf('a1b2c3d4')).toBe('Tab a1b2');
    expect([isTabId('a1'), isTabId(''), isTabId('*'), isTabId('x'.repeat(17))]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
