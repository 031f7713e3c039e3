import fc from 'fast-check';
import { type EndpointSlice, readSlice } from './endpoint-slices';
import { type SliceChange, SliceStore } from './slice-store';

const slice = (name: string, service = 'orders', size = 0): EndpointSlice => {
  const read = readSlice({
    metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: Array.from({ length: size }, () => ({ addresses: ['10.0.0.1'] })),
  });
  if (!read) throw new Error('no slice');
  return read;
};

const change = (
  type: 'ADDED' | 'MODIFIED' | 'DELETED',
  of: EndpointSlice,
  version = '',
): SliceChange => ({ type, slice: of, version });

const namesOf = (store: SliceStore, service = 'orders') =>
  store.slicesOf(service).map(({ key }) => key.replace('default/', ''));

describe(SliceStore.name, () => {
  it('knows nothing at first', () => {
    const store = new SliceStore();

    expect([store.version, store.full, namesOf(store)]).toEqual([undefined, false, []]);
    expect(store.takeTouched().size).toBe(0);
  });

  it('replaces all by a list, and tells which services that touches', () => {
    const store = new SliceStore();
    store.replace([slice('b'), slice('a'), slice('u', 'users')], '7');

    expect([store.version, namesOf(store)]).toEqual(['7', ['a', 'b']]);
    expect([...store.takeTouched()]).toEqual(['orders', 'users']);

    store.replace([slice('b')], '8');

    expect([namesOf(store), namesOf(store, 'users')]).toEqual([['b'], []]);
    expect([...store.takeTouched()]).toEqual(['orders', 'users']);
    expect(store.takeTouched().size).toBe(0);
  });

  it('goes on by events', () => {
    const store = new SliceStore();
    store.replace([slice('a')], '7');
    store.takeTouched();
    store.apply({ type: 'BOOKMARK', version: 'opaque' });

    expect([store.version, store.takeTouched().size]).toEqual(['opaque', 0]);

    store.apply(change('ADDED', slice('b'), '9'));
    store.apply(change('MODIFIED', slice('b', 'users')));

    expect([namesOf(store), namesOf(store, 'users'), store.version]).toEqual([['a'], ['b'], '9']);
    expect([...store.takeTouched()]).toEqual(['orders', 'users']);

    store.apply(change('DELETED', slice('b', 'orders'), '10'));
    store.apply(change('DELETED', slice('never'), '11'));

    expect([namesOf(store, 'users'), store.version]).toEqual([[], '11']);
  });

  it('does not hold what belongs to no service', () => {
    const store = new SliceStore();
    store.replace([slice('a'), slice('b', '')], '7');
    store.apply(change('MODIFIED', slice('a', '')));

    expect([namesOf(store), namesOf(store, '')]).toEqual([[], []]);
  });

  it('keeps slices when its version is forgotten, which no event brings back', () => {
    const store = new SliceStore();
    store.replace([slice('a')], '7');
    store.forget();
    store.apply(change('ADDED', slice('b'), '8'));

    expect([store.version, namesOf(store)]).toEqual([undefined, ['a', 'b']]);
  });

  it('leaves out what is too much, until there is room', () => {
    const store = new SliceStore(10);
    store.replace([slice('a', 'orders', 4), slice('b', 'orders', 5)], '7');

    expect([namesOf(store), store.full]).toEqual([['a'], true]);

    store.apply(change('DELETED', slice('a')));
    store.apply(change('ADDED', slice('b', 'orders', 9)));

    expect(namesOf(store)).toEqual(['b']);

    store.replace([slice('b')], '8');

    expect(store.full).toBe(false);
  });

  it('comes to the same when events are applied again', () => {
    const event = fc
      .tuple(
        fc.constantFrom('ADDED' as const, 'MODIFIED' as const, 'DELETED' as const),
        fc.constantFrom('a', 'b', 'c', '__proto__'),
        fc.constantFrom('orders', 'users', '', 'constructor'),
      )
      .map(([type, name, service]) => change(type, slice(name, service)));
    fc.assert(
      fc.property(fc.array(event), fc.nat(), (events, from) => {
        const once = new SliceStore();
        for (const each of events) once.apply(each);
        const twice = new SliceStore();
        for (const each of events) twice.apply(each);
        for (const each of events.slice(from % (events.length + 1))) twice.apply(each);
        const all = (store: SliceStore) =>
          ['orders', 'users', 'constructor'].map((service) => store.slicesOf(service));

        expect(all(twice)).toEqual(all(once));
      }),
    );
  });
});
