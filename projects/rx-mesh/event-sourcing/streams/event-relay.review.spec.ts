import { MessageWire } from '../../spec-support/message-wire';
import { allOf } from '../../spec-support/event-store-world';
import { settled } from '../../spec-support/settled';
import { EVENT_LOG } from '../log/event-log-token';
import { memoryEventLog } from '../log/memory-event-log';
import { EventStoreService } from '../store/event-store-service';
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
