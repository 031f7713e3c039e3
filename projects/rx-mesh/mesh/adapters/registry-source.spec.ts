import { TestBed } from '@angular/core/testing';
import { VirtualTimeScheduler, observeOn } from 'rxjs';
import { FakeRegistrySource } from '../../spec-support/contracts/fake-registry-source';
import { describeLiveRegistrySource } from '../../spec-support/contracts/registry-source';
import { REGISTRY_SOURCES } from './registry-source';

describeLiveRegistrySource(FakeRegistrySource.name, (world) => {
  const source = new FakeRegistrySource();
  source.publish(...world);
  return { source, change: (instances) => source.publish(...instances), open: () => source.open };
});

describeLiveRegistrySource('a source that answers later', (world) => {
  const scheduler = new VirtualTimeScheduler();
  const remote = new FakeRegistrySource();
  remote.publish(...world);
  return {
    source: { name: 'late', watch: () => remote.watch().pipe(observeOn(scheduler, 50)) },
    change: (instances) => remote.publish(...instances),
    open: () => remote.open,
    settle: () => scheduler.flush(),
  };
});

describe('REGISTRY_SOURCES', () => {
  it('is empty unless somebody provides one', () => {
    expect(TestBed.inject(REGISTRY_SOURCES)).toEqual([]);
  });
});
