import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { DIAGNOSTICS } from 'rx-mesh';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { PriceTicker, heardProviders } from './price-ticker';

describe(PriceTicker.name, () => {
  it('asks once for all, again after a rest, and not at all without a listener', () => {
    TestBed.configureTestingModule({
      providers: [provideHttpClient(), provideHttpClientTesting(), provideRxMeshTesting()],
    });
    const http = TestBed.inject(HttpTestingController);
    const clock = TestBed.inject(ManualClock);
    const { prices$ } = TestBed.inject(PriceTicker);
    const both = [see(prices$), see(prices$)];
    http.expectOne('/api/prices').flush([1]);
    clock.advance(30_000);
    http.expectOne('/api/prices').error(new ProgressEvent('error'));
    clock.advance(30_000);
    http.expectOne('/api/prices').flush([2]);
    expect(both.map(({ values }) => values)).toEqual([
      [[1], [2]],
      [[1], [2]],
    ]);
    for (const seen of both) seen.leave();
    clock.advance(100_000);
    http.verify();
    expect(clock.pending).toBe(0);
  });

  it('hears of failures that nobody awaits', () => {
    const told: unknown[] = [];
    Reflect.set(globalThis, 'reportError', (error: unknown) => told.push(String(error)));
    TestBed.configureTestingModule({ providers: [heardProviders] });
    const report = { source: 'test', message: 'lost', cause: undefined };
    TestBed.inject(DIAGNOSTICS).report({ code: 'RXM803', severity: 'error', ...report });
    TestBed.inject(DIAGNOSTICS).report({ code: 'RXM309', severity: 'warning', ...report });
    expect(told).toEqual(['Error: RXM803: lost']);
    Reflect.deleteProperty(globalThis, 'reportError');
  });
});
