import { computed, effect } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, Subject, defer, of, throwError } from 'rxjs';
import type { CircuitBreakerState } from './circuit-breaker-events';
import { CIRCUIT_BREAKER } from './circuit-breaker-options';
import { CircuitBreakerService } from './circuit-breaker-service';
import { CircuitOpenError } from './resilience-errors';

function world() {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      CIRCUIT_BREAKER.provide({ consecutiveFailures: 2, openWait: 1000, jitter: 0 }),
    ],
  });
  const service = TestBed.inject(CircuitBreakerService);
  return {
    service,
    clock: TestBed.inject(ManualClock),
    open: (name: string) => {
      for (let i = 0; i < 2; i++) service.get(name).tryAcquire()?.failure();
    },
  };
}

const phases = (map: ReadonlyMap<string, CircuitBreakerState>) =>
  [...map].map(([name, { calls, state }]) => `${name} ${state} ${calls}`);

describe(CircuitBreakerService.name, () => {
  it('makes a breaker for a name once, with the options of the application', () => {
    const { open, service } = world();
    const orders = service.get('orders');

    expect(service.get('orders')).toBe(orders);
    expect(service.get('users')).not.toBe(orders);
    expect(orders.name).toBe('orders');

    open('orders');

    expect([orders.phase, orders.retryAfter]).toEqual(['open', 1000]);
    expect(service.get('users').phase).toBe('closed');
  });

  it('makes one inside of a computed, too, where Angular refuses a write', () => {
    const { open, service } = world();
    const phase = computed(() => service.get('orders').state().state);

    expect(phase()).toBe('closed');

    open('orders');

    expect(phase()).toBe('open');
    expect(phases(service.status())).toEqual(['orders open 2']);
  });

  it('takes any text for a name', () => {
    const { service } = world();
    for (const name of ['__proto__', 'constructor', '']) service.get(name);

    expect([...service.status().keys()]).toEqual(['__proto__', 'constructor', '']);
  });

  it('holds no timer, for however many breakers', () => {
    const { clock, open, service } = world();
    for (let i = 0; i < 1000; i++) service.get(`service ${i}`);
    open('service 1');

    expect(clock.pending).toBe(0);
  });

  describe('status', () => {
    it('is empty before a breaker is used', () => {
      expect(world().service.status().size).toBe(0);
    });

    it('tells of every breaker, as a signal that only changes when one does', () => {
      const { open, service } = world();
      service.get('orders');
      const before = service.status();

      expect(service.status()).toBe(before);

      open('users');

      expect(phases(service.status())).toEqual(['orders closed 0', 'users open 2']);
      expect(phases(before)).toEqual(['orders closed 0']);
      expect(service.status().get('orders')).toBe(before.get('orders'));
    });

    it('wakes an effect that reads it', () => {
      const { open, service } = world();
      const seen: string[][] = [];
      TestBed.runInInjectionContext(() => effect(() => seen.push(phases(service.status()))));
      TestBed.tick();
      open('orders');
      TestBed.tick();

      expect(seen).toEqual([[], ['orders open 2']]);
    });
  });

  describe('status$', () => {
    it('tells what is on subscribe, then each change, once', () => {
      const { clock, service } = world();
      service.get('users');
      const seen: string[][] = [];
      service.status$.subscribe((map) => seen.push(phases(map)));
      const orders = service.get('orders');
      orders.tryAcquire()?.success();
      orders.tryAcquire()?.release();
      service.isolate('orders')();
      clock.advance(60_000);

      expect(seen).toEqual([
        ['users closed 0'],
        ['users closed 0', 'orders closed 0'],
        ['users closed 0', 'orders closed 1'],
        ['users closed 0', 'orders isolated 1'],
        ['users closed 0', 'orders closed 1'],
      ]);
    });

    it('tells whoever changes a breaker on the first value of that change', () => {
      const { service } = world();
      const seen: string[][] = [];
      service.status$.subscribe((map) => {
        seen.push(phases(map));
        if (map.size === 0) service.isolate('orders');
      });

      expect(seen.at(-1)).toEqual(['orders isolated 0']);
    });

    it('may be subscribed to in an effect, which does not come to depend on it', () => {
      const { open, service } = world();
      let runs = 0;
      TestBed.runInInjectionContext(() =>
        effect((onCleanup) => {
          runs++;
          const subscription = service.status$.subscribe();
          onCleanup(() => subscription.unsubscribe());
        }),
      );
      TestBed.tick();
      open('orders');
      TestBed.tick();

      expect(runs).toBe(1);
    });

    it('listens only while somebody does', () => {
      const { open, service } = world();
      const seen: unknown[] = [];
      service.status$.subscribe((map) => seen.push(map)).unsubscribe();
      open('orders');

      expect(seen).toHaveLength(1);
    });
  });

  it('tells what all breakers do', () => {
    const { open, service } = world();
    const events: string[] = [];
    service.events$.subscribe(({ name, type }) => events.push(`${name} ${type}`));
    service.isolate('users');
    open('orders');

    expect(events).toEqual([
      'users transition',
      'orders settled',
      'orders transition',
      'orders settled',
    ]);
  });

  describe('protect', () => {
    it('runs a stream while the circuit is closed', () => {
      const { service } = world();
      const values: number[] = [];
      of(1, 2)
        .pipe(service.protect('orders'))
        .subscribe((value) => values.push(value));

      expect(values).toEqual([1, 2]);
      expect(service.status().get('orders')).toMatchObject({ calls: 1, successCount: 1 });
    });

    it('makes no breaker before somebody subscribes', () => {
      const { service } = world();
      of(1).pipe(service.protect('orders'));

      expect(service.status().size).toBe(0);
    });

    it('opens on failures, and then fails without running anything', () => {
      const { service } = world();
      const errors: unknown[] = [];
      let runs = 0;
      const guarded = defer(() => throwError(() => new Error(`down ${++runs}`))).pipe(
        service.protect('orders'),
      );
      for (let i = 0; i < 3; i++) {
        guarded.subscribe({ error: (error: unknown) => errors.push(error) });
      }

      expect(runs).toBe(2);
      expect(errors).toEqual([
        new Error('down 1'),
        new Error('down 2'),
        new CircuitOpenError('orders', 1000),
      ]);
    });

    it('cancels the work when the subscriber leaves', () => {
      const { service } = world();
      const work = new Subject<number>();
      const subscription = work.pipe(service.protect('orders')).subscribe();

      expect(work.observed).toBe(true);

      subscription.unsubscribe();

      expect(work.observed).toBe(false);
      expect(service.status().get('orders')?.calls).toBe(0);
    });
  });

  describe('isOpen and retryAfter', () => {
    it('know nothing against a service that was never called, and make no breaker for it', () => {
      const { service } = world();

      expect([service.isOpen('orders'), service.retryAfter('orders')]).toEqual([false, 0]);
      expect(service.status().size).toBe(0);
    });

    it('tell whether a call would be turned away, and for how long', () => {
      const { clock, open, service } = world();
      const told = () => [service.isOpen('orders'), service.retryAfter('orders')];
      service.get('orders');

      expect(told()).toEqual([false, 0]);

      open('orders');
      clock.advance(400);

      expect(told()).toEqual([true, 600]);

      clock.advance(600);

      expect(told()).toEqual([false, 0]);

      const probe = NEVER.pipe(service.protect('orders')).subscribe();

      expect(told()).toEqual([true, 15_000]);

      probe.unsubscribe();

      expect(told()).toEqual([false, 0]);
    });

    it('tell of an isolated one that time will not help', () => {
      const { service } = world();
      const release = service.isolate('orders');

      expect([service.isOpen('orders'), service.retryAfter('orders')]).toEqual([true, Infinity]);

      release();

      expect(service.isOpen('orders')).toBe(false);
    });
  });
});
