import { MessageWire } from '../../spec-support/message-wire';
import { allOf } from '../../spec-support/event-store-world';
import { settled } from '../../spec-support/settled';
import { EVENT_LOG } from '../log/event-log-token';
import { memoryEventLog } from '../log/memory-event-log';
import { CheckpointMovedError } from '../projections/projection-errors';
import { memoryReadModels } from '../projections/memory-read-models';
import { READ_MODEL_STORAGE } from '../projections/read-model-storage-token';
import { EventStoreService } from '../store/event-store-service';
import { withUpcasters } from '../upcasters';
import { EventRelay } from './event-relay';
import { withEventSharing } from './with-event-sharing';

describe(`the first run of ${EventRelay.name}`, () => {
  it('tells what is recorded from its start on, before it leads, and nothing of before', async () => {
    const wire = new MessageWire();
    const log = [{ provide: EVENT_LOG, useValue: memoryEventLog() }];
    const before = wire.app(log).get(EventStoreService);
    await allOf(before.appendToStream('s-1', { id: 'past', type: 'Noted' }));
    const store = wire.app(log, [withEventSharing({ record: false })]).get(EventStoreService);
    await allOf(store.appendToStream('s-1', { id: 'at once', type: 'Noted' }));
    await settled();
    await allOf(store.appendToStream('s-1', { id: 'later', type: 'Noted' }));
    await settled();

    expect(wire.sent.map(({ id }) => id)).toEqual(['at once', 'later']);
  });
});

describe(EventRelay.name, () => {
  it.each([true, false])(
    'goes on behind an event that no upcaster can read, and tells it once, with a relay that is running: %p',
    async (isRunning) => {
      const wire = new MessageWire();
      const log = memoryEventLog();
      const providers = [{ provide: EVENT_LOG, useValue: log }];
      const upcasters = withUpcasters([
        {
          type: 'Broken',
          from: 1,
          upcast: () => {
            throw new Error('no');
          },
        },
      ]);
      const sharing = withEventSharing({ record: false, relayFrom: 'start' });
      const begin = () => wire.app(providers, [sharing, upcasters]);
      const early = isRunning ? begin() : undefined;
      await settled();
      const store = wire.app(providers).get(EventStoreService);
      for (const [id, type] of [
        ['a', 'Noted'],
        ['bad', 'Broken'],
        ['b', 'Noted'],
      ] as const) {
        // prettier-ignore
        await allOf(store.appendToStream('s-1', { id, type }));
        await settled();
      }
      const { diagnostics } = early ?? begin();
      await settled();
      await allOf(store.appendToStream('s-1', { id: 'c', type: 'Noted' }));
      await settled();

      expect(wire.sent.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
      expect(diagnostics.records).toMatchObject([
        { code: 'RXM521', cause: { code: 'RXM507', type: 'Broken' } },
      ]);
    },
  );

  it('tells the first failure that is one, also when another tab was faster just before', async () => {
    const wire = new MessageWire();
    const storage = memoryReadModels();
    const commit = storage.commit.bind(storage);
    const failures = [new CheckpointMovedError('$event-relay', 0, 1), new Error('full'), new Error('full')]; // prettier-ignore
    storage.commit = async (...args) => {
      const failure = failures.shift();
      if (failure) throw failure;
      return commit(...args);
    };
    const { get, diagnostics, clock } = wire.app(
      [{ provide: READ_MODEL_STORAGE, useValue: storage }],
      [withEventSharing({ record: false })],
    );
    await allOf(get(EventStoreService).appendToStream('s-1', { id: 'a', type: 'Noted' }));
    await settled();

    expect(diagnostics.records).toMatchObject([{ code: 'RXM520', cause: { message: 'full' } }]);

    clock.advance(30_000);
    await settled();
    clock.advance(30_000);
    await settled();

    expect(wire.sent.map(({ id }) => id)).toEqual(['a']);
    expect(diagnostics.codes).toEqual(['RXM520']);
  });
});
