import { inject } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { NEVER, of, throwError } from 'rxjs';
import { commandWorld } from '../../spec-support/command-world';
import { commandOf, outboxWorld, watched } from '../../spec-support/outbox-world';
import { CommandBusService } from '../commands/command-bus-service';
import { CommandRefusedError } from '../commands/command-errors';
import type { Command } from '../message-types';
import { COMMAND_SENDER } from './command-sender';
import { COMMAND_JUDGE, isInDoubt, judgeFailure, reasonOf } from './outbox-verdict';

const named = (name: string) => Object.assign(new Error('cut off'), { name });

describe(judgeFailure.name, () => {
  it.each(['TimeoutError', 'AbortError'])(
    'sends a command after a %s again only where that does no harm',
    (name) => {
      expect(judgeFailure(named(name), true)).toBe('retry');
      expect(judgeFailure(named(name), false)).toBe('rejected');
      expect(isInDoubt(named(name))).toBe(true);
    },
  );

  it('rejects what has begun already, which may have happened', () => {
    const error = new CommandRefusedError('T', 'x', 'already-begun');

    expect([judgeFailure(error), judgeFailure(error, false)]).toEqual(['rejected', 'rejected']);
    expect(isInDoubt(error)).toBe(true);
    expect(isInDoubt(new CommandRefusedError('T', 'x', 'not-allowed'))).toBe(false);
  });

  it('asks the handler whether it does no harm twice', () => {
    const { bus } = commandWorld();
    bus.register('Once', () => of(1));
    bus.register('Often', () => of(1), { idempotent: true });
    bus.registerRemote('Far', () => of(1));
    const judge = TestBed.inject(COMMAND_JUDGE);
    const verdicts = ['Once', 'Often', 'Far', 'Unknown'].map((type) =>
      judge(named('TimeoutError'), { ...commandOf('1'), type }),
    );

    expect(verdicts).toEqual(['rejected', 'retry', 'retry', 'retry']);
  });

  it('has an outbox say that it may have happened', async () => {
    const send = () => throwError(() => new CommandRefusedError('Note', '1', 'already-begun'));
    const { tab, advance } = outboxWorld({
      providers: [{ provide: COMMAND_SENDER, useValue: send }],
    });
    const watch = watched(tab().enqueue(commandOf('1')));
    await advance();

    expect(watch.last()).toMatchObject({ state: 'rejected', mayHaveHappened: true });
  });

  it('has an outbox begin a command once that was left while it was sent', async () => {
    const useFactory = () => {
      const bus = inject(CommandBusService);
      return (command: Command) => bus.send(command);
    };
    const { tab, advance, clock } = outboxWorld({
      providers: [{ provide: COMMAND_SENDER, useFactory }],
    });
    let calls = 0;
    TestBed.inject(CommandBusService).register('Note', () => (calls++, NEVER));
    const outbox = tab();
    const left = watched(outbox.enqueue(commandOf('1')));
    await advance();
    left.stop();
    const run = watched(outbox.run());
    const watch = watched(outbox.watch('1'));
    await advance();

    expect(watch.last()).toMatchObject({
      state: 'rejected',
      mayHaveHappened: true,
      reason: { code: 'RXM542' },
    });
    expect([calls, clock.pending]).toEqual([1, 0]);
    run.stop();
    watch.stop();
  });
});

describe(reasonOf.name, () => {
  it.each([
    ['an error whose name is a number', Object.assign(new Error('no'), { name: 7 }), 'Error', 'no'],
    [
      'an error without a message',
      Object.assign(new Error(), { message: undefined }),
      'Error',
      'object',
    ],
    [
      'an object whose message cannot be told',
      { message: Object.create(null) as object },
      'Error',
      'object',
    ],
    ['an object with a message', { name: 'HttpErrorResponse', message: '500' }, 'Error', '500'],
    ['a text', 'no', 'Error', 'no'],
    ['nothing', undefined, 'Error', 'undefined'],
    ['a symbol', Symbol('no'), 'Error', 'symbol'],
  ])('tells of %s', (_what, error, name, message) => {
    expect(reasonOf(error)).toEqual({ name, message, cause: error });
  });
});
