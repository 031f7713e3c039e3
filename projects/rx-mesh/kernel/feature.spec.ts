import { InjectionToken, makeEnvironmentProviders } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ɵmakeFeature } from './feature';

describe('ɵmakeFeature', () => {
  it('keeps its kind and its providers, plain ones and those of an environment', () => {
    const plain = new InjectionToken<number>('plain');
    const environment = new InjectionToken<number>('environment');
    const feature = ɵmakeFeature('spec', [
      { provide: plain, useValue: 1 },
      makeEnvironmentProviders([{ provide: environment, useValue: 2 }]),
    ]);
    TestBed.configureTestingModule({ providers: [...feature.ɵproviders] });

    expect(feature.ɵkind).toBe('spec');
    expect([TestBed.inject(plain), TestBed.inject(environment)]).toEqual([1, 2]);
  });
});
