import { anInstance } from '../../../spec-support/contracts/fake-registry-source';
import { SnapshotKeeper } from './snapshot-keeper';

const a = anInstance('orders', 'a');
const b = anInstance('orders', 'b');

describe(SnapshotKeeper.name, () => {
  it('keeps lists by id, and says whether something changed', () => {
    const keeper = new SnapshotKeeper();

    expect(keeper.set('orders', [b, a])).toBe(true);
    expect(keeper.get('orders')).toEqual([a, b]);
    expect(keeper.set('orders', [a, b])).toBe(false);
    expect(keeper.set('orders', [a])).toBe(true);
    expect(keeper.get('users')).toEqual([]);
  });

  it('keeps the objects of what has not changed', () => {
    const keeper = new SnapshotKeeper();
    keeper.set('orders', [a, b]);
    const { snapshot } = keeper;
    const sick = anInstance('orders', 'b', { health: 'unhealthy' });

    expect(keeper.set('orders', [{ ...a, lastSeen: new Date(1) }, { ...b }])).toBe(false);
    expect(keeper.snapshot).toBe(snapshot);
    expect(keeper.set('orders', [{ ...a }, sick])).toBe(true);
    expect(keeper.get('orders')[0]).toBe(a);
    expect(keeper.get('orders')[1]).toBe(sick);
    expect(keeper.snapshot).not.toBe(snapshot);
  });

  it('never changes what it has handed out', () => {
    const keeper = new SnapshotKeeper();
    keeper.set('orders', [a]);
    const { snapshot } = keeper;
    keeper.set('orders', [b]);
    keeper.set('users', [anInstance('users', 'u')]);

    expect([...snapshot]).toEqual([['orders', [a]]]);
    expect(Object.isFrozen(snapshot.get('orders'))).toBe(true);
  });

  it('counts an id that comes twice once', () => {
    const keeper = new SnapshotKeeper();
    keeper.set('orders', [a, { ...a, weight: 2 }]);

    expect(keeper.get('orders')).toMatchObject([{ id: 'a', weight: 2 }]);
  });

  it('forgets a service without instances, and those that are not retained', () => {
    const keeper = new SnapshotKeeper();
    keeper.set('orders', [a]);
    keeper.set('users', [anInstance('users', 'u')]);
    keeper.set('orders', []);

    expect(keeper.services).toEqual(['users']);
    expect(keeper.snapshot.has('orders')).toBe(false);

    keeper.retain(new Set(['orders']));

    expect(keeper.services).toEqual([]);
  });
});
