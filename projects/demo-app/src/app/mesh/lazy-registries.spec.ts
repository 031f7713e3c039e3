import { EnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { REGISTRY_FETCH, REGISTRY_SOURCES, type RegistrySnapshot } from 'rx-mesh/mesh';
import { FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { setImmediate } from 'node:timers/promises';
import { MeshRegistries } from '../backends/mesh-registries';
import { REGISTRIES, provideRegistries } from './lazy-registries';
import { registrySources } from './registries';

const setUp = () => {
  const web = new FakeWeb();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideRegistries(),
      { provide: REGISTRY_FETCH, useValue: web.fetch },
    ],
  });
  for (const { origin, handle } of TestBed.inject(MeshRegistries).backends) {
    web.host(origin, handle);
  }
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await setImmediate();
  };
  return { web, settle, sources: TestBed.inject(REGISTRY_SOURCES) };
};

describe(provideRegistries.name, () => {
  it('says of each registry what its client says of itself', () => {
    const { sources } = setUp();
    const clients = registrySources(TestBed.inject(EnvironmentInjector));
    const told = sources.map(({ name, lease }) => [name, lease]);

    expect(told).toEqual(clients.map(({ name, lease }) => [name, lease]));
    expect(told).toEqual(Object.entries(REGISTRIES));
  });

  it('asks nobody before it is watched, and nobody after', async () => {
    const { web, settle, sources } = setUp();
    await settle();

    expect(web.open).toBe(0);

    const words: RegistrySnapshot[] = [];
    const watches = sources.map((source) => source.watch().subscribe((word) => words.push(word)));
    await settle();

    expect(words.map((word) => [...word.keys()].sort())).toEqual(
      expect.arrayContaining([
        ['inventory', 'orders', 'payments'],
        ['payments', 'users'],
        ['inventory', 'users'],
      ]),
    );

    for (const watch of watches) watch.unsubscribe();
    await settle();

    expect(web.open).toBe(0);
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });
});
