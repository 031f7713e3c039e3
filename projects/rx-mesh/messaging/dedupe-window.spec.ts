import fc from 'fast-check';
import { ManualClock } from 'rx-mesh/testing';
import { DedupeWindow } from './dedupe-window';

describe(DedupeWindow.name, () => {
  it('knows an id for its time, as a plain list of all ids does', () => {
    const aCommand = fc.oneof(
      fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), wait: fc.nat(40) }),
      fc.record({ forget: fc.constantFrom('a', 'b', 'c') }),
    );
    fc.assert(
      fc.property(fc.array(aCommand, { maxLength: 60 }), (commands) => {
        const clock = new ManualClock();
        const window = new DedupeWindow(clock, 50, 1000);
        let model: { readonly id: string; readonly at: number }[] = [];
        for (const command of commands) {
          if ('forget' in command) {
            window.forget(command.forget);
            model = model.filter(({ id }) => id !== command.forget);
            continue;
          }
          clock.advance(command.wait);
          const now = clock.monotonic();
          model = model.filter(({ at }) => now - at < 50);
          const known = model.some(({ id }) => id === command.id);
          if (!known) model.push({ id: command.id, at: now });

          expect(window.sees(command.id)).toBe(known);
          expect(window.size).toBe(model.length);
        }
      }),
    );
  });

  it('holds no more ids than it may: the oldest give way', () => {
    const window = new DedupeWindow(new ManualClock(), 1000, 3);
    for (const id of ['a', 'b', 'c', 'd']) window.sees(id);

    expect(window.size).toBe(3);
    expect([window.sees('d'), window.sees('a')]).toEqual([true, false]);
  });

  it('does not lose an id that was forgotten and came again', () => {
    const window = new DedupeWindow(new ManualClock(), 1000, 3);
    window.sees('a');
    window.forget('a');
    window.sees('a');
    window.sees('b');
    window.sees('c'); // the first sighting of a gives way

    expect(window.sees('a')).toBe(true);
  });

  it('knows nothing with a window of 0, and after clear()', () => {
    const none = new DedupeWindow(new ManualClock(), 0, 3);
    const window = new DedupeWindow(new ManualClock(), 1000, 3);
    window.sees('a');
    window.clear();

    expect([none.sees('a'), none.sees('a'), window.sees('a')]).toEqual([false, false, false]);
  });
});
