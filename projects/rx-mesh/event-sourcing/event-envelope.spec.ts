import fc from 'fast-check';
import {
  type DistributedEvent,
  type EventEnvelope,
  categoryOf,
  fromDistributedEvent,
  fromDomainEvent,
  toDistributedEvent,
  toDomainEvent,
} from './event-envelope';

const anEnvelope: fc.Arbitrary<EventEnvelope> = fc.record({
  id: fc.uuid(),
  type: fc.string(),
  stream: fc.string(),
  version: fc.integer({ min: 1 }),
  position: fc.integer({ min: 1 }),
  timestamp: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  schemaVersion: fc.integer({ min: 1, max: 9 }),
  aggregateId: fc.string(),
  aggregateType: fc.string(),
  data: fc.jsonValue(),
  metadata: fc
    .dictionary(fc.constantFrom('userId', 'correlationId', 'x'), fc.string())
    .chain((facts) => fc.record({ serviceId: fc.string() }).map((own) => ({ ...facts, ...own }))),
});

describe(toDomainEvent.name, () => {
  it('loses nothing', () => {
    fc.assert(
      fc.property(anEnvelope, (envelope) => {
        expect(fromDomainEvent(toDomainEvent(envelope))).toEqual(envelope);
      }),
    );
  });

  it('has the names of the lesson', () => {
    const [envelope] = fc.sample(anEnvelope, 1) as [EventEnvelope];

    expect(toDomainEvent({ ...envelope, timestamp: 5 })).toMatchObject({
      id: envelope.id,
      type: envelope.type,
      aggregateId: envelope.aggregateId,
      aggregateType: envelope.aggregateType,
      version: envelope.version,
      timestamp: new Date(5),
      metadata: envelope.metadata,
    });
  });

  it('knows a stream for an event that is in none yet', () => {
    const event = {
      id: 'a',
      type: 'OrderPlaced',
      aggregateId: '7',
      aggregateType: 'order',
      version: 1,
      timestamp: new Date(5),
      data: null,
    };

    const { timestamp, ...rest } = event;

    // Who records it, and in which shape its data are, is for the store to say.
    expect(Object.entries(fromDomainEvent(event)).sort()).toEqual(
      Object.entries({
        ...rest,
        stream: 'order-7',
        timestamp: 5,
        position: 0,
        metadata: {},
      }).sort(),
    );
    expect(timestamp).toEqual(new Date(5));
  });
});

describe(toDistributedEvent.name, () => {
  it('loses nothing', () => {
    fc.assert(
      fc.property(anEnvelope, (envelope) => {
        expect(fromDistributedEvent(toDistributedEvent(envelope))).toEqual(envelope);
      }),
    );
  });

  it('has the names of the lesson', () => {
    const [envelope] = fc.sample(anEnvelope, 1) as [EventEnvelope];

    expect(toDistributedEvent(envelope)).toMatchObject({
      streamId: envelope.stream,
      eventType: envelope.type,
      metadata: { serviceId: envelope.metadata.serviceId },
    });
    const { position, schemaVersion, ...event } = toDistributedEvent(envelope);
    expect(fromDistributedEvent(event).position).toBe(0);
    expect(fromDistributedEvent(event)).not.toHaveProperty('schemaVersion');
    expect([position, schemaVersion]).toEqual([envelope.position, envelope.schemaVersion]);
  });
});

describe('an event that has been JSON', () => {
  const [envelope] = fc.sample(anEnvelope, 1) as [EventEnvelope];
  const withTime = <T extends object>(event: T, timestamp: unknown) => ({ ...event, timestamp: timestamp as Date }); // prettier-ignore

  it.each([
    ['a text', '1970-01-01T00:00:00.005Z', 5],
    ['a number', 5, 5],
    ['a date', new Date(5), 5],
    ['no time', 'yesterday', NaN],
    ['nothing', undefined, NaN],
  ])('has as its time %s', (_what, given, time) => {
    const domain = withTime(toDomainEvent(envelope), given);
    const distributed = withTime(toDistributedEvent(envelope), given);

    expect(fromDomainEvent(domain)).toEqual({ ...envelope, timestamp: time });
    expect(fromDistributedEvent(distributed)).toEqual({ ...envelope, timestamp: time });
  });

  it('may have lost its metadata', () => {
    const { metadata, ...event } = toDistributedEvent(envelope);

    expect(fromDistributedEvent(event as DistributedEvent).metadata).toEqual({});
    expect(metadata).toEqual(envelope.metadata);
  });
});

describe(categoryOf.name, () => {
  it.each([
    ['order-7', 'order'],
    ['order-7-lines', 'order'],
    ['orders', 'orders'],
    ['-7', ''],
  ])('of %p is %p', (stream, category) => {
    expect(categoryOf(stream)).toBe(category);
  });
});
