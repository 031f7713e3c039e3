import { type CacheEntry, type Freshness } from 'rx-mesh/caching';
import { keyLook, lifeOf, rowOf } from './caching-view';
import { GOODS, type Product } from './goods';

const NOW = 1_000_000;
const entry = (age: number, freshness: Freshness): CacheEntry<Product> => ({
  key: 'a',
  value: { sku: 'LMP-014', name: 'Desk lamp', category: 'lighting', price: 89, customer: 'anna' },
  timestamp: new Date(NOW - age),
  ttl: 20_000,
  tags: ['lighting'],
  dependencies: [],
  freshness,
});

describe(lifeOf.name, () => {
  it.each([
    [0, 'fresh', 1, 'fresh', 'Fresh, 20 s left'],
    // Its clock is ahead of ours.
    [-50, 'fresh', 1, 'fresh', 'Fresh, 20 s left'],
    [5000, 'fresh', 0.75, 'fresh', 'Fresh, 15 s left'],
    [16_000, 'fresh', 0.2, 'due', 'Fresh, 4 s left · the next read loads ahead'],
    [20_000, 'stale', 0, 'stale', 'Stale, given while it is loaded anew for 10 s'],
    [31_000, 'stale', 0, 'stale', 'Stale, given only where the source fails for 49 s'],
  ] as const)('after %i ms, %s: %f is left', (age, freshness, left, state, text) => {
    expect(lifeOf(entry(age, freshness), NOW)).toEqual({ left, state, text });
  });

  it('is none where there is no value', () => {
    expect(lifeOf(undefined, NOW)).toEqual({ left: 0, state: 'none', text: 'Not in the page' });
  });
});

describe(keyLook.name, () => {
  const report = { origin: 'page', took: 3, trouble: '' } as const;
  const of = (...[entryOf, reported]: [unknown, Parameters<typeof keyLook>[1]]) => {
    const { absent, look, note } = keyLook(entryOf ? entry(0, 'fresh') : undefined, reported, NOW);
    return [look?.text, absent, note];
  };

  it('says from where a value came, and how long that took', () => {
    expect(of(true, report)).toEqual(['From the page', 'Dropped', 'in 3 ms']);
    expect(of(true, { ...report, origin: 'ahead' })).toEqual(['Loaded ahead', 'Dropped', '']);
    expect(of(true, { ...report, origin: 'written' })).toEqual(['Written here', 'Dropped', '']);
  });

  it('says what went wrong instead', () => {
    const failed = { origin: 'failed', took: 3, trouble: 'No.' } as const;
    expect(of(false, failed)).toEqual(['Not loaded', 'Dropped', 'No.']);
    expect(of(true, { ...report, trouble: 'No.' })).toEqual(['From the page', 'Dropped', 'No.']);
  });

  it('says nothing of what is gone, or was never read', () => {
    expect(of(false, report)).toEqual([undefined, 'Dropped', '']);
    expect(of(true, undefined)).toEqual([undefined, 'Not read', '']);
  });
});

describe(rowOf.name, () => {
  const [good] = GOODS;

  it('has the price and the tags of what the page has', () => {
    const { price, tags } = rowOf(good, entry(0, 'fresh'), undefined, NOW);
    expect([price, tags]).toEqual([89, ['lighting']]);
  });

  it('has the tag that it will have, and no price, where there is none', () => {
    const { price, tags } = rowOf(good, undefined, undefined, NOW);
    expect([price, tags]).toEqual([undefined, ['lighting']]);
  });
});
