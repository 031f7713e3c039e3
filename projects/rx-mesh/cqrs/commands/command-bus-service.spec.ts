import { READ_MODEL_STORAGE } from 'rx-mesh/event-sourcing';
import { EMPTY, NEVER, Observable, Subject, concat, defer, of, range, throwError } from 'rxjs';
import { isInvalidOptionError } from 'rx-mesh/kernel';
import { isQueueFullError } from 'rx-mesh/messaging';
import { commandWorld, fails, thrownBy } from '../../spec-support/command-world';
import { watched } from '../../spec-support/messaging-world';
import { settled } from '../../spec-support/settled';
import { type CommandFailure, defineCommand } from '../message-types';
import { CommandBusService } from './command-bus-service';
import {
  CommandTimeoutError,
  isCommandRefusedError,
  isCommandTimeoutError,
  isDuplicateHandlerError,
} from './command-errors';

const note = defineCommand<number, string>('Note');
const noteOf = (payload: number, aggregateId = 'a', id?: string) =>
  note({ aggregateId, payload, id });

describe(CommandBusService.name, () => {
  it('hands a command to the handler of its type and emits its result', () => {
    const { bus, clock } = commandWorld();
    const got: unknown[] = [];
    bus.register(note, (command, context) => {
      got.push(command, context.attempt, context.idempotencyKey, context.correlationId);
      return of(`${command.payload} is done`);
    });
    const sent = watched(bus.send(noteOf(7)));

    const { id } = got[0] as { readonly id: string };

    expect(sent.values).toEqual(['7 is done']);
    expect(sent.completed()).toBe(true);
    expect(id).not.toBe('');
    expect(got).toEqual([
      { ...noteOf(7), id, metadata: { timestamp: new Date(clock.now()) } },
      1,
      id,
      id,
    ]);
    expect(clock.pending).toBe(0);
  });

  it('does nothing before somebody subscribes, and one command however often it is subscribed', () => {
    const { bus } = commandWorld();
    let calls = 0;
    bus.register(note, () => of(`call ${++calls}`));
    const sent = bus.send(noteOf(1));

    expect(calls).toBe(0);
    expect([watched(sent).values, watched(sent).values]).toEqual([['call 1'], ['call 1']]);
    expect(calls).toBe(1);
  });

  it('keeps what the metadata says', () => {
    const { bus } = commandWorld();
    const metadata = { userId: 'u', correlationId: 'flow', timestamp: new Date(5) };
    bus.register(note, (command, { correlationId }) =>
      of(
        `${String(command.metadata.userId)} ${correlationId} ${command.metadata.timestamp.getTime()}`,
      ),
    );

    expect(watched(bus.send({ ...noteOf(1), metadata })).values).toEqual(['u flow 5']);
  });

  describe('a handler', () => {
    it.each([
      ['throws', () => fails('no'), 'no'],
      ['rejects', async () => Promise.reject(new Error('no')), 'no'],
      ['errors', () => throwError(() => new Error('no')), 'no'],
      ['returns nothing', () => undefined as never, /undefined/],
    ])('that %s is an error of that command alone', async (_how, handler, message) => {
      const { bus, clock } = commandWorld();
      const all = watched(bus.results$);
      bus.register('Bad', handler as () => Promise<never>);
      bus.register(note, () => of('done'));
      const bad = watched(bus.send({ type: 'Bad', aggregateId: 'a', payload: 0 }));
      const result = watched(bus.execute({ type: 'Bad', aggregateId: 'a', payload: 0 }));
      const good = watched(bus.send(noteOf(1)));
      await settled();

      expect(String(bad.errors)).toMatch(message);
      const [failure] = result.values as readonly CommandFailure[];

      expect(failure).toMatchObject({ success: false });
      expect(failure?.error).toMatch(message);
      expect(failure?.cause).toBeInstanceOf(Error);
      expect(result.completed()).toBe(true);
      expect(good.values).toEqual(['done']);
      expect(all.values.map((each) => (each as { success: boolean }).success)).toEqual([
        false,
        false,
        true,
      ]);
      expect(all.completed()).toBe(false);
      expect(clock.pending).toBe(0);
    });

    it.each([
      ['emits many', () => range(1, 5), [1]],
      ['never ends after its first value', () => concat(of(1), NEVER), [1]],
      ['emits for ever', () => range(1, Infinity), [1]],
      ['completes without a value', () => EMPTY, [undefined]],
      ['resolves', async () => Promise.resolve(1), [1]],
      ['returns a list', () => [1, 2], [1]],
    ])('that %s is done once', async (_how, handler, values) => {
      const { bus, clock } = commandWorld();
      bus.register<unknown, unknown>('Any', handler);
      const sent = watched(bus.send({ type: 'Any', aggregateId: 'a', payload: 0 }));
      await settled();

      expect(sent.values).toEqual(values);
      expect(sent.completed()).toBe(true);
      expect(clock.pending).toBe(0);
    });

    it('that never completes is a time-out of unknown outcome, and is not called again', async () => {
      const { bus, clock } = commandWorld();
      let [calls, left] = [0, 0];
      const signals: AbortSignal[] = [];
      bus.register(note, (_command, { signal }) => {
        signals.push(signal);
        calls++;
        return new Observable<string>(() => () => left++);
      });
      const first = watched(bus.send(noteOf(1, 'a', 'x')));
      const behind = watched(bus.send(noteOf(2, 'a', 'y')));
      clock.advance(29_999);

      expect(first.errors).toEqual([]);

      clock.advance(1);

      expect(first.errors).toEqual([new CommandTimeoutError('Note', 'x', 30_000, true)]);
      expect(String(first.errors[0])).toContain('unknown');
      expect([calls, left]).toEqual([2, 1]);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);

      const again = watched(bus.send(noteOf(1, 'a', 'x')));

      expect(again.errors).toEqual(first.errors);
      expect(calls).toBe(2);

      behind.stop();
      await settled();

      expect(clock.pending).toBe(0);
    });

    it('that is idempotent may be called again for the same id after a time-out', () => {
      const { bus, clock } = commandWorld();
      let calls = 0;
      bus.register(note, () => (++calls === 1 ? NEVER : of('done')), {
        idempotent: true,
        timeout: 5,
      });
      const first = watched(bus.send(noteOf(1, 'a', 'x')));
      clock.advance(5);

      expect(isCommandTimeoutError(first.errors[0])).toBe(true);
      expect(watched(bus.send(noteOf(1, 'a', 'x'))).values).toEqual(['done']);
    });
  });

  describe('registration', () => {
    it('refuses a second handler, and takes one after the first has gone', () => {
      const { bus } = commandWorld();
      const remove = bus.register(note, () => of('first'));

      expect(thrownBy(() => bus.register<unknown, number>('Note', () => of(0)))).toMatchObject({
        type: 'Note',
        code: 'RXM540',
      });
      expect(isDuplicateHandlerError(thrownBy(() => bus.registerRemote(note, () => of(''))))).toBe(
        true,
      );
      expect(bus.handlerOf('Note')).toBe('local');

      remove();
      bus.registerRemote(note, () => of('second'));
      remove();

      expect(bus.handlerOf('Note')).toBe('remote');
      expect(watched(bus.send(noteOf(1))).values).toEqual(['second']);
    });

    it.each([
      { concurrency: 0 },
      { timeout: 0 },
      { retries: 1 },
      { retries: -1, idempotent: true },
      { onConflict: 0.5 },
      { orderedBy: 'x' as 'none' },
    ])('refuses %p', (options) => {
      const { bus } = commandWorld();

      expect(isInvalidOptionError(thrownBy(() => bus.register(note, () => of(''), options)))).toBe(
        true,
      );
      expect(bus.handlerOf('Note')).toBeUndefined();
    });

    it('refuses a type that is no text', () => {
      const { bus } = commandWorld();

      expect(isInvalidOptionError(thrownBy(() => bus.register('', () => of(''))))).toBe(true);
    });

    it('lets a command of no handler fail at once', () => {
      const { bus } = commandWorld();
      const sent = watched(bus.send(noteOf(1)));

      expect(isCommandRefusedError(sent.errors[0])).toBe(true);
      expect(sent.errors[0]).toMatchObject({ reason: 'no-handler', type: 'Note' });
      expect(bus.handlerOf('Note')).toBeUndefined();
    });
  });

  describe('the same command again', () => {
    it('joins the one that is under way, and leaves it alone when it goes', () => {
      const { bus } = commandWorld();
      const answer = new Subject<string>();
      let calls = 0;
      bus.register(note, () => defer(() => (calls++, answer)));
      const [first, second, third] = [1, 2, 3].map(() => watched(bus.send(noteOf(1, 'a', 'x'))));
      first?.stop();
      answer.next('done');

      expect([first?.values, second?.values, third?.values]).toEqual([[], ['done'], ['done']]);
      expect(calls).toBe(1);
      expect(answer.observed).toBe(false);
    });

    it('gets the remembered result, also a failure that is final', () => {
      const { bus } = commandWorld();
      let calls = 0;
      bus.register(note, ({ payload }) => {
        calls++;
        if (payload === 0) throw new Error('no');
        return of('done');
      });
      const fates = ['x', 'x', 'y', 'y'].map((id) =>
        watched(bus.execute(noteOf(id === 'x' ? 1 : 0, 'a', id))),
      );

      expect(fates.map(({ values }) => values[0]?.success)).toEqual([true, true, false, false]);
      expect(calls).toBe(2);
    });

    it('is done again after a failure that may pass', () => {
      const { bus } = commandWorld();
      let calls = 0;
      bus.register(note, () =>
        ++calls === 1
          ? throwError(() => Object.assign(new Error('away'), { status: 503 }))
          : of('done'),
      );

      expect(watched(bus.send(noteOf(1, 'a', 'x'))).errors).toHaveLength(1);
      expect(watched(bus.send(noteOf(1, 'a', 'x'))).values).toEqual(['done']);
    });

    it('is forgotten after the window, and beyond the limit', () => {
      const { bus, clock } = commandWorld({ resultWindow: 100, resultLimit: 2 });
      const calls: unknown[] = [];
      bus.register(note, ({ id }) => of(String(calls.push(id))));
      for (const id of ['a', 'b', 'c', 'c', 'b', 'a'])
        bus.send(noteOf(1, '', id)).subscribe({ error: () => undefined });

      expect(calls).toEqual(['a', 'b', 'c', 'a']);

      clock.advance(100);
      bus.send(noteOf(1, '', 'a')).subscribe({ error: () => undefined });

      expect(calls).toHaveLength(5);
    });

    it('is an error when it is another command with the same id', async () => {
      const { bus } = commandWorld();
      bus.register(note, () => NEVER);
      bus.register('Other', () => of(1));
      const first = watched(bus.send(noteOf(1, 'a', 'x')));
      const others = [
        watched(bus.send(noteOf(1, 'b', 'x'))),
        watched(bus.send({ type: 'Other', aggregateId: 'a', payload: 1, id: 'x' })),
      ];

      expect(others.map(({ errors }) => errors[0])).toEqual([
        expect.objectContaining({ code: 'RXM541' }),
        expect.objectContaining({ code: 'RXM541' }),
      ]);

      first.stop();
      await settled();
    });
  });

  it('lets no more wait than it may', () => {
    const { bus } = commandWorld({ queueLimit: 2 });
    const gate = new Subject<string>();
    bus.register(note, () => gate);
    const sent = [1, 2, 3, 4].map((payload) => watched(bus.send(noteOf(payload))));

    expect(bus.waiting).toBe(2);
    expect(sent.map(({ errors }) => errors.length)).toEqual([0, 0, 0, 1]);
    expect(isQueueFullError(sent[3]?.errors[0])).toBe(true);
    expect(watched(bus.send(noteOf(5, 'free'))).errors).toEqual([]);

    for (const each of sent) each.stop();
  });

  it('tells of every command that is taken and of what became of it', () => {
    const { bus } = commandWorld();
    const [taken, results] = [watched(bus.commands$), watched(bus.results$)];
    bus.register(note, () => of('done'));
    const unknown = { type: 'No', aggregateId: 'a', payload: 1, id: 'y' };
    for (const command of [noteOf(1, 'a', 'x'), noteOf(1, 'a', 'x'), unknown]) {
      watched(bus.execute<unknown, unknown>(command));
    }

    expect(taken.values.map(({ id }) => id)).toEqual(['x', 'y']);
    expect(results.values).toEqual([
      { commandId: 'x', success: true, result: 'done', events: 0 },
      expect.objectContaining({ commandId: 'y', success: false }),
    ]);
  });

  it('ends all that is under way with the application', () => {
    const { bus, end, clock } = commandWorld();
    bus.register(note, () => NEVER);
    const fates = [watched(bus.send(noteOf(1))), watched(bus.execute(noteOf(2)))];
    const streams = [watched(bus.commands$), watched(bus.results$)];
    end();

    expect([...fates, ...streams].map(({ completed, errors }) => [completed(), errors])).toEqual(
      [1, 2, 3, 4].map(() => [true, []]),
    );
    expect(clock.pending).toBe(0);
  });

  it('asks no storage unless results are to be kept', () => {
    const { bus } = commandWorld({}, [
      {
        provide: READ_MODEL_STORAGE,
        useFactory: () => fails('asked'),
      },
    ]);
    bus.register(note, () => of('done'));

    expect(watched(bus.send(noteOf(1))).values).toEqual(['done']);
  });
});
