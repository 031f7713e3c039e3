import { MetricsExportWorld, pointsIn, status } from '../../spec-support/metrics-export-world';
import { settled } from '../../spec-support/settled';
import { MetricsExport } from './metrics-export';
import { otlpMetricsExporter } from './otlp-metrics-exporter';

const worldOf = () => {
  const { ɵproviders } = otlpMetricsExporter({ url: 'http://collector.test' });
  return new MetricsExportWorld(ɵproviders, MetricsExport);
};
type World = ReturnType<typeof worldOf>;

const MINUTE = 60_000;

describe('the bodies of an export', () => {
  const fill = (world: World): void => {
    for (let i = 0; i < 150; i++) {
      world.metrics.incrementCounter('paid', { tag: `${i}-`.padEnd(240, 'ü') });
      world.metrics.incrementCounter('sold', { tag: `${i}-`.padEnd(240, 'ü') });
    }
  };

  it('have at most 60,000 bytes, and go out one after the other', async () => {
    const world = worldOf();
    let flying = 0;
    let most = 0;
    world.answers = [
      async () => {
        most = Math.max(most, ++flying);
        await settled();
        flying--;
        return new Response('{}');
      },
    ];
    fill(world);
    await world.advance(MINUTE);
    for (let i = 0; i < 10; i++) await settled();
    const points = world.sent.flatMap(({ body }) => pointsIn(body));

    expect(world.sent.length).toBeGreaterThan(2);
    expect(Math.max(...world.sent.map(({ bytes }) => bytes))).toBeLessThanOrEqual(60_000);
    expect(most).toBe(1);
    expect(points).toHaveLength(300);
    expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(300);
    expect(world.status).toMatchObject({ sent: 300, state: 'idle' });
  });

  it('that were not sent yet go out when the page is left, one of them surely', async () => {
    const world = worldOf();
    fill(world);
    await world.leave();
    const points = world.sent.flatMap(({ body }) => pointsIn(body));

    expect(points).toHaveLength(300);
    expect(world.sent.filter(({ keepalive }) => keepalive)).toHaveLength(1);
  });

  it('after one that failed wait for the next export', async () => {
    const world = worldOf();
    world.answers = [() => new Response('{}'), status(404)];
    fill(world);
    await world.advance(MINUTE);
    const first = world.sent.length;
    world.answers = [() => new Response('{}')];
    await world.advance(MINUTE);
    const points = world.sent.flatMap(({ body }, i) => (i === 1 ? [] : pointsIn(body)));

    expect(first).toBe(2);
    expect(points).toHaveLength(300);
  });
});
