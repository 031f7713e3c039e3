import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { SEED, seededChance } from './seed';

const open = (search: string) =>
  TestBed.configureTestingModule({
    providers: [{ provide: DOCUMENT, useValue: { location: { search } } }],
  });

describe('SEED', () => {
  it.each([
    ['', 42],
    ['?seed=7', 7],
    ['?seed=-3&x=1', -3],
    ['?seed=', 42],
    ['?seed=seven', 42],
    ['?seed=1.5', 42],
  ])('is read from "%s"', (search, seed) => {
    open(search);
    expect(TestBed.inject(SEED)).toBe(seed);
  });

  it('makes the same chance again', () => {
    open('?seed=7');
    const draw = () => {
      const chance = TestBed.runInInjectionContext(seededChance);
      return [chance.next(), chance.next()];
    };
    expect(draw()).toEqual(draw());
  });
});
