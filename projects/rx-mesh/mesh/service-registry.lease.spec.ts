import { TestBed } from '@angular/core/testing';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import {
  FakeRegistrySource,
  anInstance,
  byService,
} from '../spec-support/contracts/fake-registry-source';
import { REGISTRY_SOURCES } from './adapters/registry-source';
import { ServiceRegistry } from './service-registry';

describe('the registry and the lease of a source', () => {
  const setUpLeased = () => {
    const source = new FakeRegistrySource('leased');
    const other = new FakeRegistrySource('other');
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        {
          provide: REGISTRY_SOURCES,
          multi: true,
          useValue: { name: 'leased', lease: 1000, watch: () => source.watch() },
        },
        { provide: REGISTRY_SOURCES, multi: true, useValue: other },
      ],
    });
    const registry = TestBed.inject(ServiceRegistry);
    const clock = TestBed.inject(ManualClock);
    return { source, other, registry, clock };
  };
  const healthOf = (registry: ServiceRegistry) =>
    registry.instancesOf('orders').map(({ health }) => health);

  it('takes its word for uncertain when it runs out, until the source speaks again', () => {
    const { clock, registry, source } = setUpLeased();
    registry.services$.subscribe();
    source.publish(anInstance('orders', 'a'));
    clock.advance(999);

    expect(healthOf(registry)).toEqual(['healthy']);

    clock.advance(1);

    expect(healthOf(registry)).toEqual(['unknown']);
    expect(TestBed.inject(RecordingDiagnostics).records[0]?.message).toContain(
      'has said nothing for 1000 ms',
    );

    source.publish(anInstance('orders', 'a'));

    expect(healthOf(registry)).toEqual(['healthy']);
  });

  it('is renewed by the same word again, without an emission', () => {
    const { clock, registry, source } = setUpLeased();
    let emissions = 0;
    registry.services$.subscribe(() => emissions++);
    const word = byService([anInstance('orders', 'a')]);
    for (let turn = 0; turn < 5; turn++) {
      source.send(word);
      clock.advance(900);
    }

    expect(healthOf(registry)).toEqual(['healthy']);
    expect(emissions).toBe(2);
  });

  it('has run out for who watches again after a long while', () => {
    const { clock, registry, source } = setUpLeased();
    const first = registry.services$.subscribe();
    source.publish(anInstance('orders', 'a'));
    first.unsubscribe();
    source.complete();
    clock.advance(5000);

    expect(clock.pending).toBe(0);

    const seen: (string | undefined)[] = [];
    registry.watch('orders').subscribe(([instance]) => seen.push(instance?.health));

    expect(seen).toEqual(['healthy', 'unknown', 'healthy']);
  });

  it('does not run for a source that has completed', () => {
    const { clock, registry, source } = setUpLeased();
    registry.services$.subscribe();
    source.publish(anInstance('orders', 'a'));
    source.complete();
    clock.advance(10_000);

    expect(healthOf(registry)).toEqual(['healthy']);
    expect(clock.pending).toBe(0);
  });

  it('leaves the word of another source in force, and says who says what', () => {
    const { clock, other, registry, source } = setUpLeased();
    registry.services$.subscribe();
    source.publish(anInstance('orders', 'a'));
    other.publish(anInstance('orders', 'a', { health: 'degraded' }));

    expect(healthOf(registry)).toEqual(['healthy']);

    clock.advance(1000);

    expect(healthOf(registry)).toEqual(['degraded']);
    expect(
      registry
        .provenanceOf('orders', 'a')
        .map(({ instance, source: name, stale }) => [name, instance.health, stale]),
    ).toEqual([
      ['other', 'degraded', false],
      ['leased', 'unknown', true],
    ]);

    registry.register(anInstance('orders', 'a', { weight: 5 }));

    expect(registry.provenanceOf('orders', 'a')[0]?.source).toBe('ServiceRegistry.register');
    expect(registry.provenanceOf('orders', 'toString')).toEqual([]);
  });
});
