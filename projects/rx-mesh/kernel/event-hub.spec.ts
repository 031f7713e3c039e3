import { effect, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import fc from 'fast-check';
import { type Observable, config } from 'rxjs';
import { EventHub } from './event-hub';

type Door = { readonly type: 'opened'; readonly by: string } | { readonly type: 'closed' };

describe(EventHub.name, () => {
  it('tells events from now on', () => {
    const hub = new EventHub<string>();
    const heard: string[] = [];
    hub.emit('nobody listens');
    hub.events$.subscribe((event) => heard.push(event));
    hub.emit('a');
    hub.emit('b');

    expect(heard).toEqual(['a', 'b']);
  });

  it('lets nobody emit through its stream', () => {
    expect(new EventHub<string>().events$).not.toHaveProperty('next');
  });

  it('knows whether somebody listens', () => {
    const hub = new EventHub<string>();

    expect(hub.observed).toBe(false);

    const subscription = hub.events$.subscribe();

    expect(hub.observed).toBe(true);

    subscription.unsubscribe();

    expect(hub.observed).toBe(false);
  });

  it.each([[undefined], [null], [0], [''], [false]])('tells %p like any other event', (event) => {
    const hub = new EventHub<unknown>();
    const heard: unknown[] = [];
    hub.events$.subscribe((value) => {
      if (heard.push(value) < 3) hub.emit(event);
    });
    hub.emit('first');

    expect(heard).toEqual(['first', event, event]);
  });

  it('picks the events of one type', () => {
    const hub = new EventHub<Door | undefined>();
    const opened: string[] = [];
    (hub as EventHub<Door>).on('opened').subscribe(({ by }) => opened.push(by));
    hub.emit({ type: 'closed' });
    hub.emit(undefined);
    hub.emit({ type: 'opened', by: 'Ada' });

    expect(opened).toEqual(['Ada']);
  });

  it('completes, ignores later events, and completes late subscribers', () => {
    const hub = new EventHub<string>();
    const heard: string[] = [];
    const listen = (stream$: Observable<string>) =>
      stream$.subscribe({ next: (e) => heard.push(e), complete: () => heard.push('end') });
    listen(hub.events$);
    hub.complete();
    hub.emit('too late');
    listen(hub.events$);

    expect(heard).toEqual(['end', 'end']);
    expect(hub.observed).toBe(false);
  });

  it('tells everybody the same order when listeners emit, whatever they emit', () => {
    // Each event may cause others, by each of the listeners.
    const causes = fc.array(fc.array(fc.nat({ max: 4 }), { maxLength: 3 }), { maxLength: 5 });
    fc.assert(
      fc.property(causes, fc.nat({ max: 5 }), (effects, listeners) => {
        const hub = new EventHub<number>();
        const heard = Array.from({ length: listeners + 1 }, (): number[] => []);
        const left = effects.map((events) => [...events]);
        for (const list of heard) {
          hub.events$.subscribe((event) => {
            list.push(event);
            const next = left[event]?.shift();
            if (next !== undefined) hub.emit(next);
          });
        }
        hub.emit(0);
        hub.emit(1);
        for (const list of heard) expect(list).toEqual(heard[0]);
        expect(heard[0]?.[0]).toBe(0);
      }),
    );
  });

  it('goes on when a listener throws, and reports the error outside', async () => {
    const hub = new EventHub<string>();
    const heard: string[] = [];
    const reported = new Promise((resolve) => (config.onUnhandledError = resolve));
    hub.events$.subscribe((event) => {
      if (event === 'a') throw new Error('a bug in a listener');
      heard.push(`first ${event}`);
    });
    hub.events$.subscribe((event) => heard.push(`second ${event}`));
    hub.emit('a');
    hub.emit('b');

    expect(heard).toEqual(['second a', 'first b', 'second b']);
    expect(await reported).toEqual(new Error('a bug in a listener'));

    config.onUnhandledError = null;
  });

  it('tells the others when one leaves in its callback', () => {
    const hub = new EventHub<string>();
    const heard: string[] = [];
    const first = hub.events$.subscribe((event) => {
      heard.push(`first ${event}`);
      first.unsubscribe();
      hub.emit('b');
    });
    hub.events$.subscribe((event) => heard.push(`second ${event}`));
    hub.emit('a');

    expect(heard).toEqual(['first a', 'second a', 'second b']);
  });

  it('does not make an effect that emits depend on what listeners read', () => {
    const hub = new EventHub<string>();
    const read = signal(1);
    let runs = 0;
    hub.events$.subscribe(() => read());
    TestBed.runInInjectionContext(() =>
      effect(() => {
        runs++;
        hub.emit('event');
      }),
    );
    TestBed.tick();
    read.set(2);
    TestBed.tick();

    expect(runs).toBe(1);
  });
});
