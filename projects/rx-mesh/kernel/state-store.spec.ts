import { computed, effect, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import fc from 'fast-check';
import { config } from 'rxjs';
import { StateStore } from './state-store';

describe(StateStore.name, () => {
  it('is readable as a value, as a signal and as a stream', () => {
    const store = new StateStore({ count: 0 });
    const seen: number[] = [];
    store.changes$.subscribe(({ count }) => seen.push(count));
    store.update(({ count }) => ({ count: count + 1 }));

    expect(store.snapshot).toEqual({ count: 1 });
    expect(store.signal()).toBe(store.snapshot);
    expect(seen).toEqual([0, 1]);
  });

  it('lets nobody write through its views', () => {
    const store = new StateStore(0);

    expect(store.changes$).not.toHaveProperty('next');
    expect(store.signal).not.toHaveProperty('set');
  });

  it('tells a late subscriber the current state only', () => {
    const store = new StateStore(0);
    store.update(() => 1);
    store.update(() => 2);
    const seen: number[] = [];
    store.changes$.subscribe((state) => seen.push(state));

    expect(seen).toEqual([2]);
  });

  it('agrees with a plain value in all its views, after any updates', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double())), (values) => {
        const store = new StateStore<number>(0);
        const seen: number[] = [];
        store.changes$.subscribe((state) => {
          expect(store.signal()).toBe(state);
          expect(store.snapshot).toBe(state);
          seen.push(state);
        });
        const told = [0];
        for (const value of values) {
          store.update(() => value);
          if (!Object.is(value, told.at(-1))) told.push(value);
        }
        expect(seen).toEqual(told);
      }),
    );
  });

  it('selects a part, and tells only when it changes', () => {
    const store = new StateStore<{ part: number; other: number }>({ part: NaN, other: 0 });
    const parts: number[] = [];
    store.select(({ part }) => part).subscribe((part) => parts.push(part));
    store.update((state) => ({ ...state, other: 1 }));
    store.update((state) => ({ ...state, part: 0 }));
    store.update((state) => ({ ...state, part: -0 }));

    expect(parts).toEqual([NaN, 0, -0]);
  });

  it('takes undefined for a state like others', () => {
    const store = new StateStore<number | undefined>(1);
    const seen: (number | undefined)[] = [];
    store.changes$.subscribe((state) => {
      seen.push(state);
      if (state === 2) store.update(() => undefined);
      if (state === undefined) store.update(() => 3);
    });
    store.update(() => 2);

    expect(seen).toEqual([1, 2, undefined, 3]);
  });

  it('tells every listener the same states in order when one updates', () => {
    const store = new StateStore(0);
    const seen: string[] = [];
    store.changes$.subscribe((state) => {
      seen.push(`a${state}`);
      if (state === 1) {
        store.update(() => 2);
        store.update(() => 3);
      }
    });
    store.changes$.subscribe((state) => seen.push(`b${state}`));
    store.update(() => 1);

    expect(seen).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
    expect(store.signal()).toBe(3);
  });

  it('leaves everything as it was when the reducer throws', () => {
    const store = new StateStore(0);
    const seen: number[] = [];
    store.changes$.subscribe((state) => seen.push(state));
    const failing = () => {
      throw new Error('a bug in a reducer');
    };

    expect(() => store.update(failing)).toThrow('a bug in a reducer');
    expect([store.snapshot, store.signal(), seen]).toEqual([0, 0, [0]]);

    store.update(() => 1);

    expect(seen).toEqual([0, 1]);
  });

  it('leaves everything as it was when Angular refuses the write', () => {
    const store = new StateStore(0);
    const seen: number[] = [];
    store.changes$.subscribe((state) => seen.push(state));
    const writing = computed(() => store.update(() => 1));

    expect(() => writing()).toThrow('NG0600');
    expect([store.snapshot, store.signal(), seen]).toEqual([0, 0, [0]]);
  });

  it('goes on when a listener throws, and reports the error outside', async () => {
    const store = new StateStore(0);
    const seen: number[] = [];
    const reported = new Promise((resolve) => (config.onUnhandledError = resolve));
    store.changes$.subscribe((state) => {
      if (state === 1) throw new Error('a bug in a listener');
    });
    store.changes$.subscribe((state) => seen.push(state));
    store.update(() => 1);
    store.update(() => 2);

    expect(seen).toEqual([0, 1, 2]);
    expect(await reported).toEqual(new Error('a bug in a listener'));

    config.onUnhandledError = null;
  });

  it('ends its streams after the states before, and stays readable', () => {
    const store = new StateStore(0);
    const seen: (number | string)[] = [];
    store.changes$.subscribe({
      next: (state) => {
        seen.push(state);
        if (state !== 1) return;
        store.update(() => 2);
        store.complete();
      },
      complete: () => seen.push('end'),
    });
    store.update(() => 1);
    store.update(() => 3);

    expect(seen).toEqual([0, 1, 2, 'end']);
    expect([store.snapshot, store.signal()]).toEqual([3, 3]);
  });

  it('does not make an effect that updates depend on what listeners read', () => {
    const store = new StateStore(0);
    const read = signal(1);
    let runs = 0;
    store.changes$.subscribe(() => read());
    TestBed.runInInjectionContext(() =>
      effect(() => {
        runs++;
        store.update((state) => state + 1);
      }),
    );
    TestBed.tick();
    read.set(2);
    TestBed.tick();

    expect(runs).toBe(1);
  });
});
