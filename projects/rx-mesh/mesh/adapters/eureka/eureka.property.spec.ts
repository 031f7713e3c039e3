import { TestBed } from '@angular/core/testing';
import fc from 'fast-check';
import {
  FakeEureka,
  type FakeEurekaStatus,
  FakeWeb,
  ManualClock,
  provideRxMeshTesting,
  RecordingDiagnostics,
} from 'rx-mesh/testing';
import { settled } from '../../../spec-support/settled';
import type { HealthStatus, ServiceInstance } from '../../service-instance';
import { REGISTRY_FETCH } from '../registry/registry-request';
import { EUREKA } from './eureka-options';
import { EurekaService } from './eureka-service';

const PERIOD = 30_000;
const SLICE = 5000;
const HEALTH: Readonly<Record<string, HealthStatus>> = {
  UP: 'healthy',
  DOWN: 'unhealthy',
  OUT_OF_SERVICE: 'unhealthy',
  STARTING: 'unhealthy',
  UNKNOWN: 'unknown',
};

interface World {
  readonly eureka: FakeEureka;
  readonly web: FakeWeb;
  readonly pass: (ms: number) => Promise<void>;
}
type Step = (world: World) => void | Promise<void>;

// An id belongs to one application, as host:app:port does.
const aPlace = fc.constantFrom(
  ['orders', 'o1'],
  ['orders', 'o2'],
  ['users', 'u1'],
  ['users', 'u2'],
);
const aStatus = fc.constantFrom<FakeEurekaStatus>('UP', 'DOWN', 'OUT_OF_SERVICE', 'UNKNOWN');

const aStep: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(aPlace, aStatus).map(([[app = '', id = ''], status]): Step => ({ eureka }) => {
    eureka.register({ app, id, status });
  }),
  aPlace.map(([, id = '']): Step => ({ eureka }) => {
    eureka.cancel(id);
  }),
  fc.tuple(aPlace, aStatus).map(([[, id = ''], status]): Step => ({ eureka }) => {
    eureka.setStatus(id, status);
  }),
  fc.constant<Step>(async ({ pass }) => pass(PERIOD)),
  fc.constant<Step>(async ({ pass }) => pass(200_000)),
  fc.constant<Step>(({ eureka }) => {
    eureka.corruptHash = true;
  }),
  fc.constant<Step>(({ eureka }) => eureka.restart()),
  fc.boolean().map((down): Step => ({ web }) => {
    web.down = down;
  }),
  fc.boolean().map((disabled): Step => ({ eureka }) => {
    eureka.deltaDisabled = disabled;
  }),
  fc.boolean().map((syncing): Step => ({ eureka }) => {
    eureka.syncing = syncing;
  }),
);

describe(`${EurekaService.name}, after anything that can happen to a server`, () => {
  it('knows what the server knows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 12 }), fc.nat(), async (steps, seed) => {
        const web = new FakeWeb();
        TestBed.resetTestingModule();
        TestBed.configureTestingModule({
          providers: [
            provideRxMeshTesting({ seed }),
            { provide: REGISTRY_FETCH, useValue: web.fetch },
            EUREKA.provide({ url: 'http://eureka.test/eureka' }),
          ],
        });
        const clock = TestBed.inject(ManualClock);
        const eureka = new FakeEureka({ clock });
        web.host('http://eureka.test', eureka.handle);
        // In slices that are shorter than the time of a request, for promises do not settle while a clock moves.
        const pass = async (ms: number) => {
          for (let left = ms; left > 0; left -= SLICE) {
            clock.advance(Math.min(SLICE, left));
            await settled();
          }
        };
        let known: readonly ServiceInstance[] = [];
        const watched = TestBed.inject(EurekaService)
          .watchServices()
          .subscribe((list) => (known = list));
        await settled();
        for (const step of steps) await step({ eureka, web, pass });
        web.down = false;
        eureka.syncing = false;
        // A back-off, a reading, and the grace of an empty one.
        for (let round = 0; round < 5; round++) await pass(60_000);
        watched.unsubscribe();
        const facts = known.map(({ name, id, health }) => [name, id, health]).sort();
        const truth = eureka.instances.map(({ app, id, status }) => [
          app.toLowerCase(),
          id,
          HEALTH[status],
        ]);

        expect(facts).toEqual(truth.sort());
        expect([web.open, clock.pending]).toEqual([0, 0]);
        expect(TestBed.inject(RecordingDiagnostics).codes).not.toContain('RXM305');
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
