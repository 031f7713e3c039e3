import { TestBed } from '@angular/core/testing';
import fc from 'fast-check';
import { MetricsExportWorld, pointsIn, status } from '../../spec-support/metrics-export-world';
import { MetricsExport } from './metrics-export';
import { otlpMetricsExporter } from './otlp-metrics-exporter';

const worldOf = () => {
  const { ɵproviders } = otlpMetricsExporter({ url: 'http://collector.test' });
  return new MetricsExportWorld(ɵproviders, MetricsExport);
};

const aStep = fc.oneof(
  fc.record({ type: fc.constant('add' as const), by: fc.nat(9), tag: fc.nat(2) }),
  fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(500, 2000, 30_000, 60_000) }),
  fc.record({ type: fc.constant('leave' as const) }),
  fc.record({ type: fc.constant('reach' as const), down: fc.boolean() }),
);
const anAnswer = fc.constantFrom(200, 200, 200, 401, 404, 429, 500, 503);

describe('what a receiver has taken', () => {
  it('adds up to what was counted, whatever it answered and whenever the page was left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aStep, { maxLength: 25 }),
        fc.array(anAnswer, { minLength: 1, maxLength: 20 }),
        async (steps, codes) => {
          TestBed.resetTestingModule();
          const world = worldOf();
          const taken: boolean[] = [];
          world.answers = codes.map((code) => () => {
            taken.push(code === 200);
            return code === 200 ? new Response('{}') : status(code)();
          });
          for (const step of steps) {
            if (step.type === 'add')
              world.metrics.incrementCounter('paid', { tag: step.tag }, step.by);
            else if (step.type === 'wait') await world.advance(step.ms);
            else if (step.type === 'leave') await world.leave();
            else world.web.down = step.down;
          }
          world.web.down = false;
          world.answers = [
            () => {
              taken.push(true);
              return new Response('{}');
            },
          ];
          for (let i = 0; i < 3; i++) await world.advance(60_000);
          const received = world.sent
            .filter((_, i) => taken[i])
            .flatMap(({ body }) => pointsIn(body))
            .reduce((sum, [, { asDouble = 0 }]) => sum + asDouble, 0);
          const counted = world.metrics.collect().reduce((sum, { value = 0 }) => sum + value, 0);

          expect(received).toBe(counted);
          expect(world.web.open).toBe(0);
          // The next period, and nothing else.
          expect(world.clock.pending).toBe(1);
        },
      ),
      { numRuns: 60 },
    );
  });
});
