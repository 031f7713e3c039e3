import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { Subject, of } from 'rxjs';
import { watching } from '../../spec-support/projection-world';
import type { NewQuery } from '../message-types';
import { QueryBusService } from './query-bus-service';

const Q = (metadata?: NewQuery['metadata']): NewQuery => ({ type: 'Q', parameters: { a: 1 }, metadata }); // prettier-ignore

const world = () => {
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
  const bus = TestBed.inject(QueryBusService);
  let runs = 0;
  bus.register('Q', () => of(++runs), { staleTime: 60_000 });
  return { bus };
};

describe(QueryBusService.name, () => {
  it('gives who comes after clear() no answer of a live query that goes on', () => {
    const { bus } = world();
    const before = watching(bus.live(Q()));
    bus.clear();
    const after = watching(bus.live(Q()));
    const again = watching(bus.live(Q()));

    expect([before.values, after.values, again.values]).toEqual([[1], [2], [2]]);

    before.stop();

    expect(bus.statuses().size).toBe(1);
    after.stop();
    again.stop();

    expect(bus.statuses().size).toBe(0);
  });

  it('gives who comes after clear() no answer that is on its way', () => {
    const { bus } = world();
    const answers: Subject<string>[] = [];
    bus.register(
      'Slow',
      () => {
        const answer = new Subject<string>();
        answers.push(answer);
        return answer;
      },
      { staleTime: 60_000 },
    );
    const slow = { type: 'Slow', parameters: null };
    watching(bus.execute(slow));
    bus.clear();
    watching(bus.execute(slow));

    expect(answers).toHaveLength(2);
  });

  it.each([
    ['user', { userId: 'u' }, { userId: 'v' }],
    ['tenant', { userId: 'u', tenant: 'a' }, { userId: 'u', tenant: 'b' }],
    ['role', { userId: 'u', roles: ['x'] }, { userId: 'u', roles: ['x', 'admin'] }],
    ['nobody', undefined, { tenant: 'a' }],
  ])('keeps the answers of one %s from another', (_what, one, other) => {
    const { bus } = world();
    const asked = [one, other, one].map((metadata) => watching(bus.execute(Q(metadata))));
    const live = [one, other].map((metadata) => watching(bus.live(Q(metadata))));

    expect(asked.map(({ values }) => values)).toEqual([[1], [2], [1]]);
    expect(live.map(({ values }) => values)).toEqual([[1], [2]]);
    for (const { stop } of live) stop();
  });

  it('shares an answer whenever, and in whichever flow, the same user asks', () => {
    const { bus } = world();
    const facts = [
      { userId: 'u', tenant: 'a', timestamp: new Date(1), correlationId: 'x' },
      { tenant: 'a', userId: 'u', timestamp: new Date(2), correlationId: 'y' },
    ];

    expect(facts.map((metadata) => watching(bus.execute(Q(metadata))).values)).toEqual([[1], [1]]);
  });

  it('refuses facts that are no plain JSON, by their place', () => {
    const { bus } = world();
    const asked = watching(bus.execute(Q({ roles: new Map() })));

    expect(asked.error).toMatchObject({
      code: 'RXM550',
      issues: [{ path: ['metadata', 'roles'] }],
    });
  });
});
