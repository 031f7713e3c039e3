import { NEVER, Subject, delay, of, retry, throwError } from 'rxjs';
import { commandWorld, fails } from '../../spec-support/command-world';
import { watched } from '../../spec-support/messaging-world';
import { settled } from '../../spec-support/settled';
import { defineCommand } from '../message-types';
import type { StandardSchemaResult, StandardSchemaV1 } from '../standard-schema';
import { authorizeCommands, logCommands, measureCommands, traceCommands } from './built-in-middleware'; // prettier-ignore
import { type CommandMiddleware, withCommandMiddleware } from './command-middleware';
import type { CommandEnd, CommandObserver } from './command-observer';
import { validateCommands } from './validate-commands';

type Looked = StandardSchemaResult<number>;

function schemaOf(
  validate: (value: unknown) => Looked | Promise<Looked>,
): StandardSchemaV1<unknown, number> {
  // prettier-ignore
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

const above = (value: unknown): Looked =>
  typeof value === 'number' && value > 0
    ? { value: value * 10 }
    : { issues: [{ message: 'must be above 0', path: ['n'] }, { message: 'must be fine' }] };

const add = defineCommand<number, number>('Add', { schema: schemaOf(above) });
const addOf = (payload: unknown, id?: string) =>
  add({ aggregateId: 'a', payload: payload as number, id });

/** Keeps what is told of each command. */
function recorder() {
  const ends: CommandEnd[] = [];
  const started: string[] = [];
  const observer: CommandObserver = {
    started: ({ type }) => {
      started.push(type);
      return { ended: (end) => ends.push(end) };
    },
  };
  return { started, ends, observer, outcomes: () => ends.map(({ outcome }) => outcome) };
}

describe(withCommandMiddleware.name, () => {
  it('puts the first outermost, with what is known of the handler', () => {
    const trail: unknown[] = [];
    const layer =
      (name: string): CommandMiddleware =>
      (command, next, context) => {
        trail.push(name, context.isRemote, context.isIdempotent, context.schema === add.schema);
        return next(command);
      };
    const { bus } = commandWorld({}, [], [layer('outer'), layer('inner')]);
    bus.register(add, ({ payload }) => of(payload));

    expect(watched(bus.send(addOf(1))).values).toEqual([10]);
    expect(trail).toEqual(['outer', false, false, true, 'inner', false, false, true]);
  });

  it.each([
    ['throws', () => fails('no'), 'failure'],
    ['errors', () => throwError(() => new Error('no')), 'failure'],
    ['never goes on', () => NEVER, 'timeout'],
  ])('that %s ends only that command', async (_how, middleware: CommandMiddleware, outcome) => {
    const { observer, outcomes } = recorder();
    const chosen: CommandMiddleware = (command, next, context) =>
      command.payload === 1 ? middleware(command, next, context) : next(command);
    const { bus, clock } = commandWorld({}, [], [chosen, observer]);
    let calls = 0;
    bus.register(add, () => of(++calls));
    const [bad, good] = [watched(bus.execute(addOf(1, 'x'))), watched(bus.execute(addOf(2)))];
    clock.advance(30_000);
    await settled();

    expect([bad.values[0]?.success, good.values[0]?.success]).toEqual([false, true]);
    expect(outcomes()).toEqual([outcome, 'success']);
    expect(calls).toBe(1);
    expect(watched(bus.execute(addOf(1, 'x'))).values).toHaveLength(outcome === 'timeout' ? 0 : 1);
  });

  it('says that nothing was done when a middleware took too long', () => {
    const { bus, clock } = commandWorld({ timeout: 5 }, [], [() => NEVER]);
    bus.register(add, () => of(1));
    const sent = watched(bus.send(addOf(1)));
    clock.advance(5);

    expect(sent.errors[0]).toMatchObject({ code: 'RXM543', begun: false, limit: 5 });
  });

  it('does not let a middleware have a command done twice', () => {
    const { bus } = commandWorld({}, [], [(command, next) => next(command).pipe(retry(2))]);
    let calls = 0;
    bus.register(add, () => fails(`call ${++calls}`));

    expect(watched(bus.send(addOf(1))).errors).toEqual([new Error('call 1')]);
    expect(calls).toBe(1);
  });

  it('lets it where the handler does no harm by that', () => {
    const { bus } = commandWorld({}, [], [(command, next) => next(command).pipe(retry(2))]);
    let calls = 0;
    bus.register(add, () => (++calls < 3 ? fails('no') : of(calls)), { idempotent: true });

    expect(watched(bus.send(addOf(1))).values).toEqual([3]);
  });

  it('refuses a second run of what has begun and was left', () => {
    const twice: CommandMiddleware = (command, next) => {
      next(command)
        .subscribe({ error: () => undefined })
        .unsubscribe();
      return next(command);
    };
    const { bus } = commandWorld({}, [], [twice]);
    bus.register(add, () => NEVER);

    expect(watched(bus.send(addOf(1))).errors).toEqual([
      expect.objectContaining({ code: 'RXM542', reason: 'already-begun' }),
    ]);
  });
});

describe('validation', () => {
  it('lists all that is wrong, and does not call the handler', () => {
    const { bus } = commandWorld();
    let calls = 0;
    bus.register(add, () => of(++calls));
    const sent = watched(bus.send(addOf(-1)));

    expect(sent.errors).toEqual([
      expect.objectContaining({
        code: 'RXM541',
        issues: [{ message: 'must be above 0', path: ['n'] }, { message: 'must be fine' }],
      }),
    ]);
    expect(calls).toBe(0);
  });

  it('may take its time, and keeps the order of an aggregate', async () => {
    const { bus, clock } = commandWorld();
    const slow = defineCommand<number, number>('Slow', {
      schema: schemaOf(async (value) => {
        for (let turn = 0; value === 1 && turn < 5; turn++) await Promise.resolve();
        return above(value);
      }),
    });
    const handled: number[] = [];
    bus.register(slow, ({ payload }) => of(handled.push(payload)));
    const sent = [1, -1, 2].map((payload) =>
      watched(bus.execute(slow({ aggregateId: 'a', payload }))),
    );
    await settled();

    expect(sent.map(({ values }) => values[0]?.success)).toEqual([true, false, true]);
    expect(handled).toEqual([10, 20]);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['throws', () => fails('broken')],
    ['rejects', async () => Promise.reject(new Error('broken'))],
  ])('by a validator that %s is a failure', async (_how, validate) => {
    const { bus } = commandWorld();
    const odd = defineCommand<number, number>('Odd', { schema: schemaOf(validate) });
    bus.register(odd, () => of(1));
    const sent = watched(bus.send(odd({ aggregateId: 'a', payload: 1 })));
    await settled();

    expect(sent.errors).toEqual([new Error('broken')]);
  });

  it('comes earlier where it is wanted, and looks once', () => {
    const looks: unknown[] = [];
    const seen: unknown[] = [];
    const watch: CommandMiddleware = (command, next) => {
      seen.push(command.payload);
      return next(command);
    };
    const { bus } = commandWorld({}, [], [validateCommands(), watch]);
    const once = defineCommand<number, number>('Once', {
      schema: schemaOf((value) => {
        looks.push(value);
        return above(value);
      }),
    });
    bus.register(once, ({ payload }) => of(payload));

    expect(watched(bus.send(once({ aggregateId: 'a', payload: 1 }))).values).toEqual([10]);
    expect([looks, seen]).toEqual([[1], [10]]);
  });

  it.each([
    { id: '' },
    { id: 'x'.repeat(241) },
    { id: 7 as unknown as string },
    { type: '' },
    { aggregateId: undefined as unknown as string },
    { metadata: { timestamp: new Date(NaN) } },
    { metadata: { timestamp: 'now' as unknown as Date } },
  ])('refuses %p', (parts) => {
    const { bus } = commandWorld();
    bus.register('Any', () => of(1));
    const sent = watched(bus.send({ type: 'Any', aggregateId: 'a', payload: 1, ...parts }));

    expect(sent.errors).toEqual([expect.objectContaining({ code: 'RXM541' })]);
    expect((sent.errors[0] as { issues: unknown[] }).issues).toHaveLength(1);
  });
});

describe(authorizeCommands.name, () => {
  it.each([
    ['yes', true, undefined],
    ['yes, later', of(true).pipe(delay(0)), undefined],
    ['yes, by a promise', Promise.resolve(true), undefined],
    ['no', false, 'not-allowed'],
    ['no, by a stream', of(false), 'not-allowed'],
    ['nothing', [], 'not-allowed'],
    ['an error', throwError(() => new Error('cause')), 'not-allowed'],
  ])('on %s', async (_answer, answer, reason) => {
    const { bus } = commandWorld({}, [], [authorizeCommands(() => answer)]);
    bus.register('Any', () => of(1));
    const result = watched(bus.execute({ type: 'Any', aggregateId: 'a', payload: 1 }));
    await new Promise((resolve) => setTimeout(resolve, 5));

    expect(result.values[0]?.success).toBe(reason === undefined);
    expect((result.values[0] as { cause?: { reason?: string } }).cause?.reason).toBe(reason);
  });
});

describe('observers', () => {
  it('hear of each outcome exactly once', async () => {
    const { observer, outcomes, started } = recorder();
    const { bus, clock } = commandWorld({ queueLimit: 1, timeout: 50 }, [], [observer]);
    const gate = new Subject<number>();
    bus.register<string, number>('Any', ({ payload }) => {
      if (payload === 'throw') throw new Error('no');
      return payload === 'wait' ? gate : payload === 'never' ? NEVER : of(1);
    });
    const send = (payload: string, id?: string, aggregateId = payload) =>
      watched(bus.execute({ type: 'Any', aggregateId, payload, id }));
    send('fine', 'x');
    send('fine', 'x');
    send('throw');
    send('wait', 'w');
    send('wait', 'w');
    send('wait', 'behind').stop();
    send('wait', 'queued');
    send('wait', 'full');
    send('never').stop();
    send('never');
    clock.advance(50);
    watched(bus.execute({ type: 'No', aggregateId: 'a', payload: 1 }));
    await settled();

    expect(outcomes()).toEqual([
      'success',
      'duplicate',
      'failure',
      'duplicate',
      'cancelled',
      'rejected',
      'cancelled',
      'timeout',
      'timeout',
      'rejected',
    ]);

    clock.advance(50);

    expect(outcomes().slice(10)).toEqual(['timeout']);
    expect(started).toHaveLength(11);
    expect(clock.pending).toBe(0);
  });

  it('log, trace and measure', () => {
    const [lines, spans, records]: unknown[][] = [[], [], []];
    let inside = false;
    const { bus, clock } = commandWorld(
      {},
      [],
      [
        logCommands((line) => lines?.push(line)),
        traceCommands(({ type }) =>
          type === 'Untraced'
            ? undefined
            : {
                run: (work) => {
                  inside = true;
                  const result = work();
                  inside = false;
                  return result;
                },
                end: (end) => spans?.push(end),
              },
        ),
        measureCommands((...record) => records?.push(record)),
      ],
    );
    const gate = new Subject<boolean>();
    let begunInside: boolean | undefined;
    bus.register('Any', () => {
      begunInside = inside;
      return gate;
    });
    bus.register('Untraced', () => of(1));
    watched(bus.send({ type: 'Any', aggregateId: 'a', payload: 1, id: 'x' }));
    clock.advance(7);
    gate.next(true);
    watched(bus.send({ type: 'Untraced', aggregateId: 'a', payload: 1 }));

    expect(lines?.[0]).toEqual({ commandId: 'x', type: 'Any', aggregateId: 'a', outcome: 'success', duration: 7 }); // prettier-ignore
    expect(spans).toEqual([{ outcome: 'success', duration: 7 }]);
    expect(records).toEqual([['Any', 'success', 7], ['Untraced', 'success', 0]]); // prettier-ignore
    expect([begunInside, inside]).toEqual([true, false]);
  });

  it('that do not call the work do not keep it back', () => {
    const ends: string[] = [];
    const lazy: CommandObserver = {
      started: () => ({
        run: () => undefined as never,
        ended: ({ outcome }) => ends.push(outcome),
      }),
    };
    const { bus } = commandWorld({}, [], [lazy]);
    bus.register('Any', () => of(1));

    expect(watched(bus.send({ type: 'Any', aggregateId: 'a', payload: 1 })).values).toEqual([1]);
    expect(ends).toEqual(['success']);
  });
});
