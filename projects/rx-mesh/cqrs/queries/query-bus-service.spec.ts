import type { EnvironmentProviders, Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, finalize, firstValueFrom, of, throwError, timer } from 'rxjs';
import { settled } from '../../spec-support/settled';
import { watching } from '../../spec-support/projection-world';
import { DuplicateHandlerError } from '../commands/command-errors';
import { type QueryResult, defineQuery } from '../message-types';
import { QueryBusService } from './query-bus-service';
import { InvalidQueryError, QueryTimeoutError, QueryUnansweredError } from './query-errors';
import { withQueries } from './query-options';

const ordersOf = defineQuery<{ readonly customer: string }, string>('OrdersOf');

const NO = { defaultValue: 'no answer' };

const queryWorld = (providers: readonly (Provider | EnvironmentProviders)[] = []) => {
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting(), ...providers] });
  return { bus: TestBed.inject(QueryBusService), clock: TestBed.inject(ManualClock) };
};

const failing = (count: number) => ({
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    validate: (value: unknown) =>
      value === 'good'
        ? { value: 'made of good' }
        : { issues: Array.from({ length: count }, (_, at) => ({ message: `no ${at}`, path: ['a', { key: at }] })) }, // prettier-ignore
  },
});

describe(QueryBusService.name, () => {
  it('gives the answer of the one handler, and completes', async () => {
    const { bus } = queryWorld();
    bus.register(ordersOf, ({ parameters }) => of(`orders of ${parameters.customer}`, 'more'));
    const watch = watching(bus.execute(ordersOf({ parameters: { customer: 'c' } })));
    await settled();

    expect(watch.values).toEqual(['orders of c']);
    expect(watch.isComplete).toBe(true);
  });

  it('takes promises, and answers that are nothing', async () => {
    const { bus } = queryWorld();
    bus.register<undefined, string>('P', async () => Promise.resolve('later'));
    bus.register<undefined, undefined>('U', () => of(undefined));

    expect(await firstValueFrom(bus.execute({ type: 'P', parameters: undefined }), NO)).toBe(
      'later',
    );
    expect(
      await firstValueFrom(bus.execute({ type: 'U', parameters: undefined }), NO),
    ).toBeUndefined();
  });

  it('is cold: each subscription asks anew', () => {
    const { bus } = queryWorld();
    const handler = jest.fn(() => of(1));
    bus.register('Q', handler);
    const asked = bus.execute({ type: 'Q', parameters: 1 });

    expect(handler).not.toHaveBeenCalled();

    asked.subscribe();
    asked.subscribe();

    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('fills in id and time, and keeps those that are given', () => {
    const { bus, clock } = queryWorld();
    bus.register('Q', (query) => of(query));

    expect(watching(bus.execute({ type: 'Q', parameters: 1 })).values).toEqual([
      {
        id: '00000000-0000-4000-8000-000000000001',
        type: 'Q',
        parameters: 1,
        metadata: { timestamp: new Date(clock.now()) },
      },
    ]);

    const metadata = { userId: 'u', timestamp: new Date(0), trace: 't' };

    expect(
      watching(bus.execute({ id: 'mine', type: 'Q', parameters: 1, metadata })).values,
    ).toEqual([{ id: 'mine', type: 'Q', parameters: 1, metadata }]);
  });

  it('has one handler for each type, until that is removed', () => {
    const { bus } = queryWorld();
    const remove = bus.register('Q', () => of(1));

    expect(() => bus.register('Q', () => of(2))).toThrow(DuplicateHandlerError);
    expect(bus.handles('Q')).toBe(true);

    remove();
    const other = bus.register('Q', () => of(3));
    remove();

    expect(watching(bus.execute({ type: 'Q', parameters: 0 })).values).toEqual([3]);

    other();

    expect(bus.handles('Q')).toBe(false);
  });

  it.each([
    ['', () => of(1), {}],
    ['Q', undefined, {}],
    ['Q', () => of(1), { staleTime: -1 }],
    ['Q', () => of(1), { timeout: 0 }],
    ['Q', () => of(1), { reads: [7] }],
    ['Q', () => of(1), { reads: 'orders' }],
    ['Q', () => of(1), { isSame: 1 }],
    ['Q', () => of(1), { refreshEvery: 0 }],
    ['Q', () => of(1), { unknown: 1 }],
  ])('refuses to register %p with %p and %p', (type, handler, options) => {
    const { bus } = queryWorld();

    expect(() => bus.register(type, handler as never, options as never)).toThrow(
      expect.objectContaining({ code: 'RXM101' }) as Error,
    );
    expect(bus.handles('Q')).toBe(false);
  });

  describe('when something is wrong', () => {
    it('says that there is no handler', () => {
      const { bus } = queryWorld();

      expect(watching(bus.execute({ type: 'toString', parameters: 1 })).error).toEqual(
        new QueryUnansweredError('toString', 'no-handler'),
      );
    });

    it.each([[''], [7 as never], [undefined as never]])('says that %p is no type', (type) => {
      const { bus } = queryWorld();

      expect(watching(bus.execute({ type, parameters: 1 })).error).toMatchObject({
        code: 'RXM550',
        issues: [{ path: ['type'] }],
      });
    });

    it('passes on what the handler throws, rejects or errors with', async () => {
      const { bus } = queryWorld();
      const fault = new Error('no');
      bus.register('throws', () => {
        throw fault;
      });
      bus.register('rejects', async () => Promise.reject(fault));
      bus.register('errors', () => throwError(() => fault));
      const errors = ['throws', 'rejects', 'errors'].map((type) =>
        watching(bus.execute({ type, parameters: 1 })),
      );
      await settled();

      expect(errors.map(({ error }) => error)).toEqual([fault, fault, fault]);
    });

    it.each([
      ['returns nothing', () => undefined],
      ['returns null', () => null],
      ['completes without a value', () => of()],
    ])('says so when the handler %s', (_, handler) => {
      const { bus } = queryWorld();
      bus.register('Q', handler as never);

      expect(watching(bus.execute({ type: 'Q', parameters: 1 })).error).toEqual(
        new QueryUnansweredError('Q', 'no-answer'),
      );
    });

    it('gives a handler up that never answers, and aborts its signal', () => {
      const { bus, clock } = queryWorld();
      let signal: AbortSignal | undefined;
      const teardown = jest.fn();
      bus.register('Q', (_, context) => {
        signal = context.signal;
        return NEVER.pipe(finalize(teardown));
      });
      const watch = watching(bus.execute({ type: 'Q', parameters: 1, id: 'q-1' }));
      clock.advance(9999);

      expect(watch.error).toBeUndefined();

      clock.advance(1);

      expect(watch.error).toEqual(new QueryTimeoutError('Q', 'q-1', 10_000));
      expect(signal?.aborted).toBe(true);
      expect(teardown).toHaveBeenCalledTimes(1);
      expect(clock.pending).toBe(0);
    });

    it('waits as long as the application, or the handler, says', () => {
      const { bus, clock } = queryWorld(withQueries({ timeout: 100 }).ɵproviders);
      bus.register('A', () => NEVER);
      bus.register('H', () => NEVER, { timeout: 200 });
      const [a, h] = ['A', 'H'].map((type) => watching(bus.execute({ type, parameters: 1 })));
      clock.advance(100);

      expect([a?.error, h?.error]).toMatchObject([{ code: 'RXM552', limit: 100 }, undefined]);

      clock.advance(100);

      expect(h?.error).toMatchObject({ code: 'RXM552', limit: 200 });
    });

    it('leaves the handler with whoever asks', () => {
      const { bus, clock } = queryWorld();
      let context: { readonly signal: AbortSignal } | undefined;
      bus.register('Q', (_, given) => {
        context = given;
        return timer(50, clock.scheduler);
      });
      const results = watching(bus.results$);
      const watch = watching(bus.execute({ type: 'Q', parameters: 1 }));

      expect(context?.signal.aborted).toBe(false);

      watch.stop();

      expect(context?.signal.aborted).toBe(true);
      expect(clock.pending).toBe(0);
      expect(results.values).toEqual([]);
    });

    it('hands out a signal that is aborted to a handler that looks too late', () => {
      const { bus } = queryWorld();
      let context: { readonly signal: AbortSignal } | undefined;
      bus.register('Q', (_, given) => {
        context = given;
        return NEVER;
      });
      watching(bus.execute({ type: 'Q', parameters: 1 })).stop();

      expect(context?.signal.aborted).toBe(true);
    });
  });

  describe('with a schema', () => {
    it('lists all that is wrong, and does not call the handler', () => {
      const { bus } = queryWorld();
      const handler = jest.fn(() => of(1));
      bus.register(defineQuery<string, number>('Q', { schema: failing(2) }), handler);
      const { error } = watching(bus.execute({ type: 'Q', parameters: 'bad' }));

      expect(error).toBeInstanceOf(InvalidQueryError);
      expect(error).toMatchObject({ issues: [{ message: 'no 0' }, { message: 'no 1' }] });
      expect(String(error)).toContain('Query "Q" is invalid: a.0: no 0; a.1: no 1.');
      expect(handler).not.toHaveBeenCalled();
    });

    it('gives the handler what the schema makes of the parameters, also later', async () => {
      const { bus } = queryWorld();
      const { validate } = failing(1)['~standard'];
      const later = {
        '~standard': { ...failing(1)['~standard'], validate: async (value: unknown) => Promise.resolve(validate(value)) }, // prettier-ignore
      };
      const echo = ({ parameters }: { readonly parameters: string }) => of(parameters);
      bus.register(defineQuery<string, string>('now', { schema: failing(1) }), echo);
      bus.register(defineQuery<string, string>('later', { schema: later }), echo);
      const asked = ['now', 'later'].map((type) =>
        watching(bus.execute<string>({ type, parameters: 'good' })),
      );
      await settled();

      expect(asked.map(({ values }) => values)).toEqual([['made of good'], ['made of good']]);
    });
  });

  describe('queries$ and results$', () => {
    it('tell each query and what became of it, whatever that is', () => {
      const { bus } = queryWorld();
      bus.register('good', () => of(7));
      bus.register('bad', () => throwError(() => new Error('no')));
      const [queries, results] = [watching(bus.queries$), watching(bus.results$)];
      watching(bus.execute({ type: 'bad', id: 'q-1', parameters: 1 }));
      watching(bus.execute({ type: 'good', id: 'q-2', parameters: 1 }));

      expect(queries.values.map(({ id }) => id)).toEqual(['q-1', 'q-2']);
      expect(results.values).toEqual<QueryResult[]>([
        { queryId: 'q-1', success: false, error: 'no', cause: new Error('no') },
        { queryId: 'q-2', success: true, data: 7 },
      ]);
      expect(results.error).toBeUndefined();
    });
  });
});
