import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see, until } from '../cookbook/spec-support/see';
import { OrderDesk, cqrsProviders } from './place-order';

describe(OrderDesk.name, () => {
  it('does a command, and the live query comes up to date by itself', async () => {
    TestBed.configureTestingModule({ providers: [cqrsProviders, provideRxMeshTesting()] });
    const desk = TestBed.inject(OrderDesk);
    const count = see(desk.count$);
    const placed = see(desk.place('7', 'tea'));
    const clock = TestBed.inject(ManualClock);
    await until(() => {
      clock.advance(100);
      return placed.completed && count.values.at(-1) === 1;
    });
    expect(placed.errors).toEqual([]);
    expect(placed.values).toMatchObject([{ success: true }]);
    expect(count.values.at(-1)).toBe(1);
    count.leave();
  });
});
