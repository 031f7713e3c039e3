import { EnvironmentInjector, createEnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { PriceDesk } from './price-desk';
import { provideShopCache } from './provide-shop-cache';
import { SHELF, SWITCH } from './shelf';

const build = globalThis as { ngServerMode?: boolean };

afterEach(() => {
  delete build.ngServerMode;
});

describe('SHELF', () => {
  it('is an IndexedDB, with a switch before it', () => {
    expect(TestBed.inject(SHELF).capabilities).toEqual({ shared: false, durable: true });
    expect(TestBed.inject(SWITCH).name).toBe('indexed-db');
  });

  it('is the memory on a server', () => {
    build.ngServerMode = true;
    expect(TestBed.inject(SHELF).name).toBe('memory');
  });
});

describe(provideShopCache.name, () => {
  it('starts nothing on a server', () => {
    const start = jest.spyOn(PriceDesk.prototype, 'start');
    build.ngServerMode = true;
    const parent = TestBed.inject(EnvironmentInjector);
    createEnvironmentInjector([provideShopCache()], parent).destroy();
    expect(start).not.toHaveBeenCalled();
    start.mockRestore();
  });
});
