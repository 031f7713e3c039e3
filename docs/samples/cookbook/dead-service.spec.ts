import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { MicroservicesCommunicationService } from 'rx-mesh/communication';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { RatesService, shopProviders } from './dead-service';
import { see } from './spec-support/see';

const DOWN = { status: 500, statusText: 'Internal Server Error' };

function setUp() {
  TestBed.configureTestingModule({
    providers: [shopProviders, provideHttpClientTesting(), provideRxMeshTesting()],
  });
  const http = TestBed.inject(HttpTestingController);
  const rates = TestBed.inject(RatesService);
  const requests = () => http.match(() => true);
  return {
    clock: TestBed.inject(ManualClock),
    requests,
    services: TestBed.inject(MicroservicesCommunicationService),
    load: () => see(rates.load()),
    /** One call that the service answers so; what the caller gets, and how many requests it took. */
    ask: (answer: (request: ReturnType<typeof requests>[number]) => void) => {
      const seen = see(rates.load());
      const sent = requests();
      sent.forEach(answer);
      return { values: seen.values, sent: sent.length };
    },
  };
}

describe('Recipe: stop hammering a dead service', () => {
  it('answers with what it knew, then says that it does not know, and sends nothing', () => {
    const { ask, clock, services } = setUp();
    const fine = ask((request) => request.flush({ euro: 1.1 }));
    expect(fine).toEqual({ values: [{ euro: 1.1 }], sent: 1 });

    for (let failure = 0; failure < 3; failure++) {
      expect(ask((request) => request.flush('down', DOWN)).values).toEqual([{ euro: 1.1 }]);
    }
    const dead = Array.from({ length: 50 }, () => ask((request) => request.flush('down', DOWN)));
    expect(dead.every(({ sent }) => sent === 0)).toBe(true);
    expect(dead.at(-1)?.values).toEqual([{ euro: 1.1 }]);
    expect(services.circuitBreakerStatus().get('rates')?.state).toBe('open');

    // Old enough to be wrong: better no number than that one.
    for (let probe = 0; probe < 8; probe++) {
      clock.advance(20_000);
      ask((request) => request.flush('down', DOWN));
    }
    expect(ask((request) => request.flush('down', DOWN)).values).toEqual([{ euro: undefined }]);
  });

  it('finds out with two calls that the service is well again', () => {
    const { ask, clock, requests, load, services } = setUp();
    for (let failure = 0; failure < 3; failure++) ask((request) => request.flush('down', DOWN));
    clock.advance(6000);
    // One goes through; the others do not wait for it.
    const crowd = Array.from({ length: 20 }, load);
    const probes = requests();
    expect(probes.length).toBe(1);
    expect(crowd.filter(({ values }) => values.length > 0)).toHaveLength(19);
    probes[0]?.flush({ euro: 1.2 });
    expect(ask((request) => request.flush({ euro: 1.2 })).sent).toBe(1);
    expect(services.circuitBreakerStatus().get('rates')?.state).toBe('closed');
  });

  it('tells for each call what it was answered with', () => {
    const { ask, clock, services } = setUp();
    const told: unknown[] = [];
    services.serviceCallEvents$.subscribe((event) => {
      if (event.type === 'call-settled') told.push([event.outcome, event.age]);
    });
    ask((request) => request.flush({ euro: 1.1 }));
    clock.advance(30_000);
    ask((request) => request.flush('down', DOWN));
    expect(told).toEqual([
      ['success', undefined],
      ['fallback', 30_000],
    ]);
  });
});
