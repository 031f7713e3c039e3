import { READ_MODEL_STORAGE, memoryReadModels } from 'rx-mesh/event-sourcing';
import { NEVER, type Observable, Subject, concat, finalize, of } from 'rxjs';
import { type CommandEnd, COMMAND_SENDER } from 'rx-mesh/cqrs';
import { TestBed } from '@angular/core/testing';
import { commandWorld, fails } from '../../spec-support/command-world';
import { watched } from '../../spec-support/messaging-world';
import { settled } from '../../spec-support/settled';
import { CommandDispatcher } from './command-dispatcher';
import { CommandLanes } from './command-lanes';
import type { CommandHandlerOptions } from './handler-options';
import { mayBeSentAgain } from './failure-verdict';
import { CommandRefusedError } from './command-errors';

const any = (id: string, aggregateId = 'a') => ({ type: 'Any', aggregateId, payload: 0, id });
const begun = expect.objectContaining({ code: 'RXM542', reason: 'already-begun' }) as unknown;

/** A handler that never ends, and who has called it. */
const world = (options: CommandHandlerOptions = {}) => {
  const commands = commandWorld();
  const calls: string[] = [];
  commands.bus.register<unknown, unknown>('Any', ({ id }) => (calls.push(id), NEVER), options);
  return { ...commands, calls };
};

/** What is thrown in a microtask would end the test run; here it is collected. */
const uncaught = async (work: () => void): Promise<readonly string[]> => {
  const caught: string[] = [];
  const queue = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
    void Promise.resolve()
      .then(task)
      .catch((error: unknown) => caught.push(String(error)));
  });
  work();
  await settled();
  queue.mockRestore();
  return caught;
};

describe(CommandDispatcher.name, () => {
  describe('a command that is left after it has begun', () => {
    it('is not begun again: what it did is unknown', () => {
      const { bus, calls } = world();
      watched(bus.send(any('x'))).stop();

      expect(watched(bus.send(any('x'))).errors).toEqual([begun]);
      expect(watched(bus.execute(any('x'))).values).toMatchObject([{ success: false }]);
      expect(calls).toEqual(['x']);
    });

    it('is begun again where that does no harm, and so is one that had not begun', () => {
      const harmless = world({ idempotent: true });
      watched(harmless.bus.send(any('x'))).stop();
      watched(harmless.bus.send(any('x'))).stop();

      expect(harmless.calls).toEqual(['x', 'x']);

      TestBed.resetTestingModule();
      const { bus, calls } = world();
      const first = watched(bus.send(any('x')));
      watched(bus.send(any('y'))).stop();
      first.stop();
      watched(bus.send(any('y'))).stop();

      expect(calls).toEqual(['x', 'y']);
    });

    it('is not begun again after a reload either, where results are kept', async () => {
      const storage = memoryReadModels();
      const page = () =>
        commandWorld({ keepResults: true }, [{ provide: READ_MODEL_STORAGE, useValue: storage }]);
      const before = page();
      before.bus.register('Any', () => NEVER);
      const left = watched(before.bus.send(any('x')));
      await settled();
      left.stop();
      await settled();
      before.end();
      const after = page();
      let calls = 0;
      after.bus.register('Any', () => of(++calls));
      const again = watched(after.bus.send(any('x')));
      await settled();

      expect(again.errors).toEqual([begun]);
      expect(calls).toBe(0);
    });

    it('is nothing that may be sent again', () => {
      expect(mayBeSentAgain(new CommandRefusedError('T', 'x', 'already-begun'))).toBe(false);
      expect(mayBeSentAgain(new CommandRefusedError('T', 'x', 'no-handler'))).toBe(true);
    });
  });

  describe('the end of the application', () => {
    it('begins nothing that waits, and takes nothing afterwards', () => {
      const { bus, calls, end, clock } = world();
      const sent = ['x', 'y', 'z'].map((id) => watched(bus.send(any(id))));
      end();
      const late = watched(bus.send(any('late', 'b')));

      expect([...sent, late].map(({ completed, errors }) => [completed(), errors])).toEqual(
        [1, 2, 3, 4].map(() => [true, []]),
      );
      expect(calls).toEqual(['x']);
      expect(clock.pending).toBe(0);
    });

    it('begins nothing either when it comes inside of a command', () => {
      const { bus, end } = commandWorld();
      const calls: string[] = [];
      const gate = new Subject<void>();
      bus.register(
        'Any',
        ({ id }) => {
          calls.push(id);
          if (id === 'y') end();
          return id === 'x' ? gate : NEVER;
        },
        { concurrency: 1 },
      );
      const sent = ['x', 'y', 'z'].map((id) => watched(bus.send(any(id, id))));
      gate.next();

      expect(calls).toEqual(['x', 'y']);
      expect(sent.map(({ completed }) => completed())).toEqual([true, true, true]);
    });

    it('is no result for an outbox', () => {
      const { bus, end } = world();
      const send = TestBed.inject(COMMAND_SENDER);
      const sent = ['x', 'y'].map((id) =>
        watched(send(any(id) as never, { isAnew: false }) as Observable<unknown>),
      );
      end();

      expect(sent.map(({ errors, values }) => [errors, values])).toEqual([
        [[begun], []],
        [[expect.objectContaining({ reason: 'no-handler' })], []],
      ]);
      expect(bus.waiting).toBe(0);
    });
  });

  describe('a handler whose teardown throws', () => {
    const ends: CommandEnd[] = [];
    const throwing = (source: Observable<unknown>) => {
      ends.length = 0;
      const observer = { started: () => ({ ended: (end: CommandEnd) => void ends.push(end) }) };
      const commands = commandWorld({}, [], [observer]);
      commands.bus.register<unknown, unknown>('Any', ({ id }) =>
        id === 'x' ? source.pipe(finalize(() => fails('teardown'))) : of('next'),
      );
      return { ...commands, sent: watched(commands.bus.send(any('x'))) };
    };

    it('holds nobody up when it is left', async () => {
      const { bus, sent } = throwing(NEVER);
      const behind = watched(bus.send(any('y')));
      const thrown = await uncaught(() => sent.stop());

      expect(behind.values).toEqual(['next']);
      expect(ends.map(({ outcome }) => outcome)).toEqual(['cancelled', 'success']);
      expect(thrown).toEqual([expect.stringContaining('teardown')]);
    });

    it('holds nobody up when its time is over', async () => {
      const { bus, sent, clock } = throwing(NEVER);
      const behind = watched(bus.send(any('y')));
      const thrown = await uncaught(() => clock.advance(30_000));

      expect(sent.errors).toMatchObject([{ code: 'RXM543' }]);
      expect(behind.values).toEqual(['next']);
      expect(ends.map(({ outcome }) => outcome)).toEqual(['timeout', 'success']);
      expect(thrown).toEqual([expect.stringContaining('teardown')]);
    });

    it('has its result told', async () => {
      const thrown = await uncaught(() => {
        const { bus, sent } = throwing(concat(of('done'), NEVER));

        expect(sent.values).toEqual(['done']);
        expect(watched(bus.send(any('y'))).values).toEqual(['next']);
      });

      expect(thrown).toEqual([]);
    });
  });
});

describe(CommandLanes.name, () => {
  it('has no timer once it is closed', () => {
    const { clock } = commandWorld();
    const lanes = new CommandLanes(10, clock, () => undefined);
    lanes.close();

    expect([lanes.isClosed, lanes.waiting, clock.pending]).toEqual([true, 0, 0]);
  });
});
