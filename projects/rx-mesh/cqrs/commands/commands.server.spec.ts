import { EnvironmentInjector, createEnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MessageBrokerService } from 'rx-mesh/messaging';
import { NEVER, of } from 'rxjs';
import { commandWorld } from '../../spec-support/command-world';
import { watching } from '../../spec-support/projection-world';
import { settled } from '../../spec-support/settled';
import { CommandBusService } from './command-bus-service';
import { CommandDispatcher } from './command-dispatcher';
import { CommandServerService } from './command-server-service';
import { remoteCommands } from './remote-commands';

const any = (id: string, type = 'Any') => ({ id, type, aggregateId: 'a', payload: 1 });

describe(`${CommandBusService.name} on a server`, () => {
  it('starts nothing by itself', () => {
    const { bus, clock } = commandWorld({ keepResults: true });
    const calls: string[] = [];
    bus.register('Any', ({ id }) => of(calls.push(id)));
    bus.send(any('1'));
    bus.execute(any('1'));
    bus.forget('1');
    TestBed.inject(CommandServerService).serve();

    expect(calls).toEqual([]);
    expect([bus.waiting, clock.pending]).toEqual([0, 0]);
  });

  it('has a command done once, and leaves nothing alive', async () => {
    const { bus, clock, store } = commandWorld({ keepResults: true });
    let calls = 0;
    bus.register('Any', (_command, { append }) => (calls++, append('s-1', { type: 'Done' })));
    const [first, again] = [watching(bus.execute(any('1'))), watching(bus.execute(any('1')))];
    await settled();
    const late = watching(bus.execute(any('1')));
    const head = watching(store.head());
    await settled();

    for (const { values, isComplete } of [first, again, late]) {
      expect(values).toMatchObject([{ success: true, events: 1, position: 1 }]);
      expect(isComplete).toBe(true);
    }
    expect([calls, head.last()?.position]).toEqual([1, 1]);
    expect(clock.pending).toBe(0);
  });

  it('takes nothing along when the rendering ends', async () => {
    const { bus, clock, end } = commandWorld();
    const signals: AbortSignal[] = [];
    bus.register('Any', (_command, { signal }) => (signals.push(signal), NEVER));
    const [running, queued] = [watching(bus.send(any('1'))), watching(bus.send(any('2')))];
    await settled();

    expect([bus.waiting, clock.pending]).toEqual([1, 1]);

    end();
    await settled();

    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect([running, queued]).toMatchObject([
      { values: [], error: undefined, isComplete: true },
      { values: [], error: undefined, isComplete: true },
    ]);
    expect(clock.pending).toBe(0);
  });

  it('does the commands of another application, as long as it serves them', async () => {
    const { bus, clock } = commandWorld();
    const broker = TestBed.inject(MessageBrokerService);
    const other = createEnvironmentInjector(
      [CommandBusService, CommandDispatcher, CommandServerService],
      TestBed.inject(EnvironmentInjector),
    );
    other.get(CommandBusService).register('Any', ({ id }) => of(`did ${id}`));
    const served = watching(other.get(CommandServerService).serve());
    bus.registerRemote('Any', remoteCommands(broker));
    const sent = watching(bus.send(any('1')));
    await settled();
    served.stop();
    await settled();

    expect(sent).toMatchObject({ values: ['did 1'], isComplete: true });
    expect(clock.pending).toBe(0);
  });
});
