import { TestBed } from '@angular/core/testing';
import { EVENT_SOURCING, type EventSourcingOptions } from './event-sourcing-options';
import { withEventSourcing } from './with-event-sourcing';

describe(withEventSourcing.name, () => {
  it('has defaults, and sets what it is told', () => {
    expect(TestBed.inject(EVENT_SOURCING.token)).toEqual({
      serviceId: 'app',
      durability: 'relaxed',
      pageSize: 1000,
      pollInterval: 5000,
      maxEventBytes: 262_144,
      maxCommitEvents: 1000,
      retention: {},
    });

    TestBed.resetTestingModule().configureTestingModule({
      providers: [...withEventSourcing({ pageSize: 1, maxCommitEvents: 1024 }).ɵproviders],
    });

    expect(TestBed.inject(EVENT_SOURCING.token)).toMatchObject({
      pageSize: 1,
      maxCommitEvents: 1024,
      serviceId: 'app',
    });
  });

  it.each<[EventSourcingOptions, string]>([
    [{ serviceId: '' }, 'serviceId'],
    [{ durability: 'sure' as never }, 'durability'],
    [{ pageSize: 0 }, 'pageSize'],
    [{ pageSize: 5001 }, 'pageSize'],
    [{ pollInterval: 0 }, 'pollInterval'],
    [{ maxEventBytes: 0 }, 'maxEventBytes'],
    [{ maxCommitEvents: 1025 }, 'maxCommitEvents'],
    [{ retention: null as never }, 'retention'],
    [{ retention: { a: { maxCount: 0.5 } } }, 'retention'],
  ])('refuses %j', (options, name) => {
    expect(() => withEventSourcing(options)).toThrow(`EventSourcingOptions.${name}`);
  });
});
