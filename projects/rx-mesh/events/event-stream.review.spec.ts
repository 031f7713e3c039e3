import type { DomainEvent } from 'rx-mesh/event-sourcing';
import { EventStoreService } from 'rx-mesh/event-sourcing';
import { allOf, lastOf } from '../spec-support/event-store-world';
import { MessageWire } from '../spec-support/message-wire';
import { EventDrivenMicroservicesService } from './event-driven-microservices-service';
import { EventStreamMaker } from './event-stream';

const told: DomainEvent = {
  id: 'a',
  type: 'Noted',
  aggregateId: '1',
  aggregateType: 'order',
  version: 7,
  timestamp: new Date(0),
  data: null,
};

describe(`publish of ${EventStreamMaker.name}`, () => {
  it.each([
    { metadata: undefined, serviceId: 'app' },
    { metadata: { userId: 'u' }, serviceId: 'app' },
    { metadata: { serviceId: 'stock' }, serviceId: 'stock' },
  ])('records who records it with $metadata', async ({ metadata, serviceId }) => {
    const app = new MessageWire().app();
    const { publish } = await lastOf(
      app.get(EventDrivenMicroservicesService).getEventStream('orders'),
    );
    await allOf(publish({ ...told, ...(metadata ? { metadata } : {}) }));
    const recorded = await lastOf(app.get(EventStoreService).readStream('orders'));

    expect(recorded.metadata).toEqual({ ...metadata, serviceId, correlationId: 'a' });
  });

  it('records an event that has been JSON, whose time is a text', async () => {
    const app = new MessageWire().app();
    const { publish } = await lastOf(
      app.get(EventDrivenMicroservicesService).getEventStream('orders'),
    );
    await allOf(publish(JSON.parse(JSON.stringify(told)) as DomainEvent));
    const recorded = await lastOf(app.get(EventStoreService).readStream('orders'));

    expect(recorded).toMatchObject({ id: 'a', aggregateId: '1', aggregateType: 'order', version: 1 }); // prettier-ignore
  });
});
