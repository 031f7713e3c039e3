import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { ServiceCaller } from 'rx-mesh/communication';
import { AlertingService, METRICS_FETCH, SloMonitor } from 'rx-mesh/metrics';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { Trouble, shopProviders } from './slo-alert';
import { see, settled } from './spec-support/see';

const MINUTE = 60_000;

function setUp() {
  const posted: string[] = [];
  TestBed.configureTestingModule({
    providers: [
      shopProviders,
      provideHttpClientTesting(),
      provideRxMeshTesting(),
      {
        provide: METRICS_FETCH,
        useValue: (url: string) => {
          posted.push(url);
          return Promise.resolve(new Response());
        },
      },
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const backend = TestBed.inject(HttpTestingController);
  const caller = TestBed.inject(ServiceCaller);
  const alerting = TestBed.inject(AlertingService);
  return {
    posted,
    firing: () => alerting.alerts().map(({ rule, state }) => `${rule} ${state}`),
    report: () =>
      TestBed.inject(SloMonitor)
        .reports()
        .find(({ name }) => name === 'orders-answer'),
    /** A call each ten seconds, each with this answer. */
    traffic: async (minutes: number, status: number) => {
      for (let call = 0; call < minutes * 6; call++) {
        see(caller.call({ service: 'orders', retries: 0 }));
        for (const request of backend.match(() => true)) {
          request.flush('', { status, statusText: String(status) });
        }
        clock.advance(MINUTE / 6);
        await settled(); // what was posted is answered
      }
    },
  };
}

describe('Recipe: an SLO, and an alert on what users feel', () => {
  it('stays calm while a single call fails', async () => {
    const { firing, report, traffic } = setUp();
    await traffic(60, 200);
    await traffic(1 / 6, 500);
    await traffic(5, 200);
    expect(firing()).toEqual([]);
    expect(report()).toMatchObject({ state: 'healthy' });
  });

  it('fires some minutes into an outage, tells it once, and ends soon after it', async () => {
    const { firing, posted, traffic } = setUp();
    await traffic(60, 200);
    await traffic(4, 500);
    expect(firing()).toEqual([]);
    await traffic(8, 500);
    expect(firing()).toEqual(['OrdersBurn firing']);
    await traffic(4, 500);
    expect(posted).toEqual(['/api/alerts']);

    await traffic(8, 200);
    expect(firing()).toEqual([]);
  });

  it('says so where users look', async () => {
    const { traffic } = setUp();
    const fixture = TestBed.createComponent(Trouble);
    await traffic(20, 500);
    await fixture.whenStable();
    const text = (fixture.nativeElement as HTMLElement).textContent;
    expect(text).toContain('Users cannot order.');
    expect(text).toMatch(/orders-answer: -[\d.]+ of the budget is left/);
    fixture.destroy();
  });
});
