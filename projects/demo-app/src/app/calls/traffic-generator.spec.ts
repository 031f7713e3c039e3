import { seededRandom } from 'rx-mesh/kernel';
import { ManualClock } from 'rx-mesh/testing';
import { EMPTY, NEVER, type Observable, Subject, finalize, of, take, throwError } from 'rxjs';
import { CATALOG, type CatalogService } from '../backends/catalog';
import { TrafficGenerator } from './traffic-generator';

const setUp = (
  answer: () => Observable<unknown> = () => of('fine'),
  services: readonly CatalogService[] = CATALOG,
) => {
  const clock = new ManualClock();
  const sent: string[] = [];
  const generator = new TrafficGenerator(
    {
      clock,
      random: seededRandom(1),
      services,
      send: (service, operation) => {
        sent.push(`${service} ${operation.label}`);
        return answer();
      },
    },
    { running: false, perSecond: 10 },
  );
  return { clock, generator, sent };
};

describe(TrafficGenerator.name, () => {
  it('does nothing before it is subscribed and started', () => {
    const { clock, generator, sent } = setUp();
    generator.toggle();
    expect(clock.pending).toBe(0);
    generator.toggle();
    generator.run$.subscribe();
    clock.advance(60_000);
    expect(sent).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('makes as many calls a second as it was told, on average', () => {
    const { clock, generator, sent } = setUp();
    generator.run$.subscribe();
    generator.toggle();
    clock.advance(100_000);
    expect(sent.length).toBeGreaterThan(900);
    expect(sent.length).toBeLessThan(1100);
    generator.setPace(1);
    sent.length = 0;
    clock.advance(100_000);
    expect(sent.length).toBeGreaterThan(70);
    expect(sent.length).toBeLessThan(130);
  });

  it('is as fast as it was told though its timers are late, and does not make up for a sleep', () => {
    const manual = new ManualClock();
    let slept = 0;
    // Timers of a page that is busy: each takes twice as long as it should.
    const clock = {
      now: () => manual.now(),
      monotonic: () => manual.monotonic() * 2 + slept,
      scheduler: manual.scheduler,
    };
    let sent = 0;
    const ports = { clock, random: seededRandom(1), services: CATALOG };
    const send = () => (sent++, EMPTY);
    const generator = new TrafficGenerator({ ...ports, send }, { running: true, perSecond: 50 });
    generator.run$.subscribe();
    manual.advance(10_000);
    expect(sent).toBeGreaterThan(900);
    expect(sent).toBeLessThan(1100);
    sent = 0;
    slept = 3_600_000;
    manual.advance(200);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(60);
  });

  it('gives each service its share and leaves the probes to others', () => {
    const { clock, generator, sent } = setUp();
    generator.run$.subscribe();
    generator.toggle();
    clock.advance(500_000);
    const share = (name: string) => sent.filter((one) => one.startsWith(name)).length / sent.length;
    expect(share('orders')).toBeCloseTo(4 / 13, 1);
    expect(share('rates')).toBeCloseTo(1 / 13, 1);
    expect(sent).toContain('orders POST /orders');
    expect(sent.filter((one) => one.endsWith('/health'))).toEqual([]);
  });

  it('stops when told, and starts again', () => {
    const { clock, generator, sent } = setUp();
    generator.run$.subscribe();
    generator.toggle();
    expect(generator.state()).toEqual({ running: true, perSecond: 10 });
    clock.advance(5000);
    generator.toggle();
    const before = sent.length;
    expect(clock.pending).toBe(0);
    clock.advance(60_000);
    expect(sent).toHaveLength(before);
    generator.toggle();
    clock.advance(5000);
    expect(sent.length).toBeGreaterThan(before);
  });

  it('leaves nothing behind when it is left', () => {
    let open = 0;
    const { clock, generator } = setUp(() => {
      open++;
      return NEVER.pipe(finalize(() => open--));
    });
    const running = generator.run$.subscribe();
    generator.toggle();
    clock.advance(2000);
    expect(open).toBeGreaterThan(0);
    running.unsubscribe();
    expect(open).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('lets calls finish that are under way when it stops', () => {
    let open = 0;
    const { clock, generator } = setUp(() => {
      open++;
      return NEVER.pipe(finalize(() => open--));
    });
    generator.run$.subscribe();
    generator.toggle();
    clock.advance(2000);
    const before = open;
    generator.toggle();
    expect(open).toBe(before);
  });

  it('does not pile calls up when nobody answers', () => {
    const answers = new Subject<string>();
    const { clock, generator, sent } = setUp(() => answers.pipe(take(1)));
    generator.run$.subscribe();
    generator.toggle();
    clock.advance(60_000);
    expect(sent).toHaveLength(50);
    answers.next('at last');
    expect(sent).toHaveLength(50);
    clock.advance(1000);
    expect(sent.length).toBeGreaterThan(50);
    expect(sent.length).toBeLessThan(75);
  });

  it('goes on after a call that failed', () => {
    const { clock, generator, sent } = setUp(() => throwError(() => new Error('down')));
    const errors: unknown[] = [];
    generator.run$.subscribe({ error: (error: unknown) => errors.push(error) });
    generator.toggle();
    clock.advance(5000);
    expect(sent.length).toBeGreaterThan(20);
    expect(errors).toEqual([]);
  });

  it('makes no calls to nobody', () => {
    const { clock, generator, sent } = setUp(() => EMPTY, []);
    generator.run$.subscribe();
    generator.toggle();
    clock.advance(5000);
    expect(sent).toEqual([]);
  });
});
