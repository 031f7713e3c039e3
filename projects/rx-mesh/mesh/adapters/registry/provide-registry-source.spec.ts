import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import {
  FakeRegistrySource,
  anInstance,
} from '../../../spec-support/contracts/fake-registry-source';
import { FakeTabs } from '../../../spec-support/fake-tabs';
import { settled } from '../../../spec-support/settled';
import { ServiceRegistry } from '../../service-registry';
import { REGISTRY_SOURCES } from '../registry-source';
import { provideRegistrySource } from './provide-registry-source';
import { TAB_PORTS } from './tab-ports';
import { withTabSharing } from './tab-sharing';

interface Options {
  readonly token?: unknown;
}

const setUp = (options: Options, tabs?: FakeTabs, share = true) => {
  TestBed.resetTestingModule();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: FakeRegistrySource, useFactory: () => new FakeRegistrySource('fake') },
      { provide: TAB_PORTS, useFactory: () => tabs?.open() },
      share ? [...withTabSharing().ɵproviders] : [],
      provideRegistrySource(FakeRegistrySource, { token: '', ...options }, 'token'),
    ],
  });
  const source = TestBed.inject(FakeRegistrySource);
  return { source, provided: TestBed.inject(REGISTRY_SOURCES) };
};

const namesOf = async (...all: readonly object[]): Promise<readonly string[]> => {
  const tabs = new FakeTabs();
  for (const options of all) setUp(options, tabs).provided[0]?.watch().subscribe();
  await settled();
  return tabs.held;
};

describe(provideRegistrySource.name, () => {
  it('adds the source as it is, unless tabs are to share it', () => {
    const { source, provided } = setUp({}, new FakeTabs(), false);

    expect(provided).toEqual([source]);
    expect(provided[0]).toBe(source);
  });

  it('adds the source as it is where tabs cannot share it', () => {
    const { source, provided } = setUp({});

    expect(provided[0]).toBe(source);
  });

  it('adds a source that tabs share, and the registry is content with it', async () => {
    const tabs = new FakeTabs();
    const { source, provided } = setUp({}, tabs);
    source.publish(anInstance('orders', 'a'));
    const registry = TestBed.inject(ServiceRegistry);
    const watching = registry.services$.subscribe();
    await settled();

    expect(provided[0]).not.toBe(source);
    expect(registry.instancesOf('orders')).toHaveLength(1);
    expect([tabs.held.length, source.open]).toEqual([1, 1]);

    watching.unsubscribe();
    await settled();

    expect([tabs.held.length, tabs.channels, source.open]).toEqual([0, 0, 0]);
  });

  it('lets tabs share whose options differ in nothing but the secret', async () => {
    const names = await namesOf(
      { url: '/a', token: 'secret' },
      { url: '/a', token: () => 'other' },
    );

    expect(names).toEqual(['rx-mesh registry 1 fake {"url":"/a"}']);
  });

  it.each([
    [{ url: '/a' }, { url: '/b' }],
    [{ services: ['a'] }, { services: ['b'] }],
    [{ services: { token: 'a' } }, { services: { token: 'b' } }],
    [{ instanceUrl: () => '/a' }, { instanceUrl: () => '/b' }],
  ])('keeps those apart whose options differ: %j, %j', async (one, other) => {
    expect(await namesOf(one, other)).toHaveLength(2);
  });
});
