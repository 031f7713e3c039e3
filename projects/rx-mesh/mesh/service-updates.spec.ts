import fc from 'fast-check';
import { anInstance, byService } from '../spec-support/contracts/fake-registry-source';
import type { ServiceInstance } from './service-instance';
import { diffServices } from './service-updates';

const A = anInstance('orders', 'a');
const B = anInstance('orders', 'b');
const U = anInstance('users', 'u');

describe('diffServices', () => {
  it('finds nothing between two that are the same', () => {
    const services = byService([A, U]);

    expect(diffServices(services, services)).toEqual([]);
    expect(diffServices(services, byService([A, U]))).toEqual([]);
  });

  it('tells what went, came and changed, in this order for each service', () => {
    const changed = { ...B, weight: 2 };
    const before = byService([A, B, U]);

    expect(diffServices(before, byService([changed, anInstance('orders', 'c')]))).toEqual([
      { type: 'SERVICE_DEREGISTERED', service: A },
      { type: 'SERVICE_UPDATED', service: changed, previous: B },
      { type: 'SERVICE_REGISTERED', service: anInstance('orders', 'c') },
      { type: 'SERVICE_DEREGISTERED', service: U },
    ]);
  });

  it('leads from one registry to the other', () => {
    const pool = ['orders', 'users'].flatMap((service) =>
      ['a', 'b', 'c'].flatMap((id) => [
        anInstance(service, id),
        anInstance(service, id, { weight: 2 }),
      ]),
    );
    const key = ({ name, id }: ServiceInstance) => `${name}/${id}`;
    const aWorld = fc.uniqueArray(fc.constantFrom(...pool), { selector: key });
    fc.assert(
      fc.property(aWorld, aWorld, (before, after) => {
        const world = new Map(before.map((instance) => [key(instance), instance]));
        for (const update of diffServices(byService(before), byService(after))) {
          const { type, service } = update;
          const expected = { SERVICE_REGISTERED: undefined, SERVICE_DEREGISTERED: service };
          const previous = type === 'SERVICE_UPDATED' ? update.previous : expected[type];

          expect(world.get(key(service))).toBe(previous);

          if (type === 'SERVICE_DEREGISTERED') world.delete(key(service));
          else world.set(key(service), service);
        }

        expect(new Set(world.values())).toEqual(new Set(after));
      }),
    );
  });
});
