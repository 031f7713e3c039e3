import { HttpBackend, HttpResponse, provideHttpClient } from '@angular/common/http';
import { inject } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRxMesh, withRxMeshInterceptors } from 'rx-mesh';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { map, timer } from 'rxjs';
import { EXPERIMENTS } from './experiments';
import { Policies } from './policies';

const setUp = () => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideHttpClient(withRxMeshInterceptors()),
      provideRxMesh(),
      {
        provide: HttpBackend,
        useFactory: () => {
          const { scheduler } = inject(ManualClock);
          const handle: HttpBackend['handle'] = () =>
            timer(40, scheduler).pipe(map(() => new HttpResponse({ status: 200, body: {} })));
          return { handle };
        },
      },
    ],
  });
  const fixture = TestBed.createComponent(Policies);
  const clock = TestBed.inject(ManualClock);
  const host = fixture.nativeElement as HTMLElement;
  TestBed.tick();
  const pass = (ms: number) => {
    clock.advance(ms);
    TestBed.tick();
  };
  const press = (label: string) => {
    const button = [...host.querySelectorAll('button')].find(
      (one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === label,
    );
    button?.click();
    TestBed.tick();
  };
  const card = (id: string) => {
    const found = host.querySelector(`[aria-labelledby="${id}"]`);
    return {
      summary: found?.querySelector('.summary')?.textContent ?? '',
      marks: [...(found?.querySelectorAll('[data-mark]') ?? [])].map((mark) =>
        mark.getAttribute('data-mark'),
      ),
    };
  };
  return { card, clock, fixture, pass, press };
};

describe(Policies.name, () => {
  it('has not run anything by itself', () => {
    const { card, clock } = setUp();

    expect(EXPERIMENTS.map(({ id }) => card(id).summary)).toEqual(
      EXPERIMENTS.map(() => 'Not run yet.'),
    );
    expect(clock.pending).toBe(0);
  });

  it('shows how each call ended, for every policy', () => {
    const { card, pass, press } = setUp();
    press('Run all');
    for (let i = 0; i < 100; i++) pass(100);

    for (const { calls, id } of EXPERIMENTS) {
      expect(card(id).marks).toHaveLength(calls);
      expect(card(id).summary).toMatch(new RegExp(`^${calls} calls, \\d+ requests · `));
    }
  });

  it.each([
    ['retry', 'Retry with a budget', /tried again/],
    ['timeout', 'Time-out', /failed/],
    ['breaker', 'Circuit breaker', /refused here/],
    ['bulkhead', 'Bulkhead', /8 answered · 8 refused here · 6 had to wait/],
    ['rate', 'Rate limit', /refused here · \d+ had to wait/],
    ['throttle', 'Adaptive throttle', /refused here/],
    ['hedge', 'Hedging', /12 answered · \d+ hedged/],
    ['fallback', 'Fallback', /answered by a stand-in/],
    ['stale', 'Last good answer', /answered by a stand-in/],
    ['flight', 'Single flight', /12 calls, 1 requests · 12 answered/],
  ])('lets %s be seen at work', (id, title, words) => {
    const { card, pass, press } = setUp();
    press(`Run ${title}`);
    for (let i = 0; i < 100; i++) pass(100);

    expect(card(id).summary).toMatch(words);
  });

  it('leaves nothing running behind when the page is left', () => {
    const { clock, fixture, pass, press } = setUp();
    press('Run all');
    pass(100);
    fixture.destroy();

    expect(clock.pending).toBe(0);
  });
});
