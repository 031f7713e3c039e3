import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { ServiceCaller } from 'rx-mesh/communication';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { timer } from 'rxjs';
import { see } from './spec-support/see';
import { Instances, shopProviders } from './slow-instance';

type Instance = 'a' | 'b' | 'c' | 'd';

function setUp(latencyOf: (id: Instance) => number) {
  TestBed.configureTestingModule({
    providers: [shopProviders, provideHttpClientTesting(), provideRxMeshTesting({ seed: 2 })],
  });
  const clock = TestBed.inject(ManualClock);
  const backend = TestBed.inject(HttpTestingController);
  const caller = TestBed.inject(ServiceCaller);
  const counts = { a: 0, b: 0, c: 0, d: 0 };
  return {
    counts,
    /** Calls, twenty a second; each instance answers after its time. */
    traffic: (calls: number) => {
      for (let call = 0; call < calls; call++) {
        see(caller.call({ service: 'orders', path: '/orders' }));
        for (const request of backend.match(() => true)) {
          const id = new URL(request.request.url).host.charAt(0) as Instance;
          counts[id]++;
          timer(latencyOf(id), clock.scheduler).subscribe(() => request.flush('fine'));
        }
        clock.advance(50);
      }
    },
  };
}

describe('Recipe: find the slow instance', () => {
  it('gives an instance that is ten times slower hardly any calls', () => {
    const { counts, traffic } = setUp((id) => (id === 'c' ? 400 : 40));
    traffic(400);
    expect(counts.c).toBeLessThan(20);
    expect(Math.min(counts.a, counts.b, counts.d)).toBeGreaterThan(80);
  });

  it('spreads evenly where all are alike', () => {
    const { counts, traffic } = setUp(() => 40);
    traffic(400);
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(60);
  });

  it('shows which one it is', async () => {
    const { traffic } = setUp((id) => (id === 'c' ? 400 : 40));
    const fixture = TestBed.createComponent(Instances);
    traffic(200);
    await fixture.whenStable();
    const rows = Array.from(
      (fixture.nativeElement as HTMLElement).querySelectorAll('p'),
      ({ textContent }) => textContent.trim(),
    );
    const slowest = rows
      .map((row) => Number(/(\d+) ms/.exec(row)?.[1]))
      .reduce((worst, ms, at, all) => (ms > (all[worst] ?? 0) ? at : worst), 0);
    expect(rows[slowest]).toMatch(/^c: \d{3} ms/);
    fixture.destroy();
  });
});
