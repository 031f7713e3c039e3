import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ManualClock, ManualPage, provideRxMeshTesting } from 'rx-mesh/testing';
import { moments } from './moments';

const setUp = (view: object | null) => {
  const document = new EventTarget();
  Object.assign(document, { defaultView: view, querySelectorAll: () => [] });
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), { provide: DOCUMENT, useValue: document }],
  });
  const page = TestBed.inject(ManualPage);
  let count = 0;
  const moments$ = TestBed.runInInjectionContext(moments);
  const subscription = moments$.subscribe(() => count++);
  const look = (change: () => void) => {
    change();
    document.dispatchEvent(new Event('visibilitychange'));
  };
  const counted = () => count;
  return { clock: TestBed.inject(ManualClock), counted, look, page, subscription };
};

describe(moments.name, () => {
  it('are four a second while the page is seen', () => {
    const { clock, counted, look, page, subscription } = setUp(null);
    expect(counted()).toBe(1);
    clock.advance(1000);
    expect(counted()).toBe(5);
    look(() => page.hide());
    clock.advance(5000);
    expect([counted(), clock.pending]).toEqual([5, 0]);
    look(() => page.show());
    expect(counted()).toBe(6);
    subscription.unsubscribe();
    expect(clock.pending).toBe(0);
  });

  it('are one a second for those who do not want things to move', () => {
    const { clock, counted } = setUp({ matchMedia: () => ({ matches: true }) });
    clock.advance(1999);
    expect(counted()).toBe(2);
  });
});
