import { TestBed } from '@angular/core/testing';
import { setImmediate } from 'node:timers/promises';
import { ApplicationRef } from '@angular/core';
import { provideShopWork } from './provide-shop-work';
import { ShopWork } from './shop-work';

const setUp = () => {
  const started: string[] = [];
  TestBed.configureTestingModule({
    providers: [
      provideShopWork(),
      { provide: ShopWork, useValue: { start: () => started.push('started') } },
    ],
  });
  TestBed.inject(ApplicationRef);
  return started;
};
const turns = async () => {
  for (let i = 0; i < 20; i++) await setImmediate();
};

describe(provideShopWork.name, () => {
  it('lets the shop work from the start of the application', async () => {
    const started = setUp();
    expect(started).toEqual([]);
    await turns();
    expect(started).toEqual(['started']);
  });

  it('starts nothing any more once the application has ended', async () => {
    const started = setUp();
    TestBed.resetTestingModule();
    await turns();
    expect(started).toEqual([]);
  });
});
