import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import {
  ManualClock,
  ManualPage,
  RecordingDiagnostics,
  provideRxMeshTesting,
} from 'rx-mesh/testing';
import { isRxMeshError } from 'rx-mesh/kernel';
import { Prices } from './virtual-time';

// #region set-up
const DOWN = { status: 503, statusText: 'Service Unavailable' };

function setUp() {
  TestBed.configureTestingModule({
    providers: [provideHttpClient(), provideHttpClientTesting(), provideRxMeshTesting({ seed: 7 })],
  });
  const [clock, http] = [TestBed.inject(ManualClock), TestBed.inject(HttpTestingController)];
  const prices = TestBed.inject(Prices);
  const load = () => {
    const seen = { value: undefined as unknown, code: undefined as unknown };
    const subscription = prices.load().subscribe({
      next: (value) => (seen.value = value),
      error: (error: unknown) => (seen.code = isRxMeshError(error) ? error.code : error),
    });
    return Object.assign(seen, { leave: () => subscription.unsubscribe() });
  };
  return { clock, http, load, sent: () => http.match('/api/prices') };
}
// #endregion

describe('Recipe: test resilience in virtual time', () => {
  // #region after
  const nothingIsLeft = () => {
    expect(TestBed.inject(ManualClock).pending).toBe(0); // nothing ticks on
    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual([]); // and nothing failed in silence
  };
  afterEach(nothingIsLeft);
  // #endregion

  // #region retry
  it('tries again after a wait, and gives the answer of the second attempt', () => {
    const { clock, load, sent } = setUp();
    const seen = load();
    sent()[0]?.flush('down', DOWN);
    expect(sent().length).toBe(0); // not at once
    clock.advance(200); // the longest that the first wait can be
    sent()[0]?.flush([3]);
    expect(seen.value).toEqual([3]);
  });
  // #endregion

  // #region breaker
  it('stops after four failures, and asks again after a minute: in no time at all', () => {
    const { clock, load, sent } = setUp();
    for (let call = 0; call < 4; call++) {
      load();
      for (let attempt = 0; attempt < 2; attempt++) {
        sent().forEach((request) => request.flush('down', DOWN));
        clock.advance(1000);
      }
    }
    expect(load().code).toBe('RXM201');
    clock.advance(60_000);
    const probe = load();
    sent()[0]?.flush([3]);
    expect(probe.value).toEqual([3]);
  });
  // #endregion

  // #region leave
  it('aborts what hangs when its time is over, and when nobody wants it any more', () => {
    const { clock, load, sent } = setUp();
    const [hangs, left] = [load(), load()];
    const [first, second] = sent();
    left.leave();
    expect(second?.cancelled).toBe(true);
    clock.advance(2000);
    expect([hangs.code, first?.cancelled]).toEqual(['RXM202', true]);
  });
  // #endregion

  // #region offline
  it('waits for the network', () => {
    const { clock, load, sent } = setUp();
    const page = TestBed.inject(ManualPage);
    page.goOffline();
    const seen = load();
    clock.advance(5000);
    expect(sent().length).toBe(0);
    page.goOnline();
    clock.advance(1900); // who has waited goes within a moment that is drawn, so that not all go at once
    sent()[0]?.flush([3]);
    expect(seen.value).toEqual([3]);
  });
  // #endregion
});
