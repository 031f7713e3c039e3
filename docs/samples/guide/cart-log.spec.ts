import { TestBed } from '@angular/core/testing';
import { withEventSourcing } from 'rx-mesh';
import { projectionScenario, provideRxMeshTesting } from 'rx-mesh/testing';
import { see, until } from '../cookbook/spec-support/see';
import { Carts, carts, logProviders } from './cart-log';

describe(Carts.name, () => {
  it('shows what was written once it says so', async () => {
    TestBed.configureTestingModule({
      // In memory: there is no IndexedDB here.
      providers: [...withEventSourcing({ serviceId: 'shop' }).ɵproviders, provideRxMeshTesting()],
    });
    expect(logProviders).toBeDefined();
    const service = TestBed.inject(Carts);
    const working = see(service.working$);
    const items = see(service.items('7'));
    const added = see(service.add('7', 'tea'));
    await until(() => added.completed);
    expect(items.values.at(-1)).toEqual(['tea']);
    working.leave();
    items.leave();
  });

  it('makes the same of the same events', () => {
    const event = { type: 'ItemAdded', stream: 'cart-7', data: { item: 'tea' } };
    const scenario = projectionScenario(carts).given([event, event]);
    expect(() => scenario.then(['tea', 'tea'], '7')).not.toThrow();
  });
});
