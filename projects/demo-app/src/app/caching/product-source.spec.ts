import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { type Observable } from 'rxjs';
import { SERVICE_STORAGE } from '../sagas/service-ledger';
import { ProductSource } from './product-source';

const setUp = (text: string | null = null) => {
  let stored = text;
  const storage = {
    getItem: () => stored,
    setItem: (_key: string, written: string) => (stored = written),
  };
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), { provide: SERVICE_STORAGE, useValue: storage }],
  });
  const clock = TestBed.inject(ManualClock);
  const answer = (asked$: Observable<unknown>, ms = 400) => {
    const got: unknown[] = [];
    asked$.subscribe({
      next: (value) => got.push(value),
      error: (error: unknown) => got.push(String(error)),
    });
    clock.advance(ms);
    return got;
  };
  return { answer, clock, source: TestBed.inject(ProductSource), stored: () => stored };
};

describe(ProductSource.name, () => {
  it('gives each customer his price, after a while', () => {
    const { answer, clock, source } = setUp();
    const lamp = { sku: 'LMP-014', name: 'Desk lamp', category: 'lighting' };
    expect(answer(source.product('LMP-014', 'anna'), 399)).toEqual([]);
    clock.advance(1);
    expect(answer(source.product('LMP-014', 'anna'))).toEqual([
      { ...lamp, price: 89, customer: 'anna' },
    ]);
    expect(answer(source.product('LMP-014', 'bert'))).toEqual([
      { ...lamp, price: 80, customer: 'bert' },
    ]);
    expect(answer(source.product('LMP-014', undefined))).toEqual([
      { ...lamp, price: 89, customer: undefined },
    ]);
    expect(source.calls()).toBe(4);
  });

  it('knows no other products', () => {
    const { answer, source } = setUp();
    expect(answer(source.product('X', 'anna'))).toEqual(['ServiceRefusal: There is no product X.']);
  });

  it('sums up prices, and tells what sells best', () => {
    const { answer, source } = setUp();
    expect(answer(source.priceList('anna'))).toEqual([{ count: 8, total: 780 }]);
    expect(answer(source.bestSellers())).toEqual([['Desk lamp', 'Floor lamp', 'Paper lantern']]);
  });

  it('keeps what is agreed, of each product the last, and counts that as no question', () => {
    const { answer, source, stored } = setUp();
    const agreed = { customer: 'anna', sku: 'LMP-014', price: 70 };
    answer(source.agree([agreed, { ...agreed, customer: 'bert', price: 60 }]));
    answer(source.agree([{ ...agreed, price: 71 }]));
    expect(source.agreed()).toEqual([
      { ...agreed, customer: 'bert', price: 60 },
      { ...agreed, price: 71 },
    ]);
    expect(source.calls()).toBe(0);
    expect(answer(source.product('LMP-014', 'anna'))).toEqual([
      expect.objectContaining({ price: 71 }),
    ]);
    expect(JSON.parse(stored() ?? '')).toEqual(source.agreed());
  });

  it('refuses everything while it is down', () => {
    const { answer, source } = setUp();
    source.down.set(true);
    const agreed = { customer: 'anna', sku: 'LMP-014', price: 70 };
    expect(answer(source.product('LMP-014', 'anna'))).toEqual([
      'ServiceRefusal: The source is down.',
    ]);
    expect(answer(source.agree([agreed]))).toEqual(['ServiceRefusal: The source is down.']);
    expect(source.agreed()).toEqual([]);
  });

  it.each([['{}'], ['[null, 3, {"customer":"anna","sku":"LMP-014","price":"7"}]'], ['no JSON']])(
    'distrusts %s',
    (text) => {
      expect(setUp(text).source.agreed()).toEqual([]);
    },
  );
});
