import { TestBed } from '@angular/core/testing';
import { CLOCK, DIAGNOSTICS, ID_GENERATOR, RANDOM, seededRandom } from 'rx-mesh/kernel';
import { ManualClock } from './manual-clock';
import { type RxMeshTestingOptions, provideRxMeshTesting } from './provide-rx-mesh-testing';
import { RecordingDiagnostics } from './recording-diagnostics';
import { SeededRandom } from './seeded-random';
import { SequentialIds } from './sequential-ids';

const provide = (options?: RxMeshTestingOptions) =>
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting(options)] });

describe(provideRxMeshTesting.name, () => {
  it('gives the ports the same objects that the classes give', () => {
    provide();

    expect(TestBed.inject(CLOCK)).toBe(TestBed.inject(ManualClock));
    expect(TestBed.inject(RANDOM)).toBe(TestBed.inject(SeededRandom));
    expect(TestBed.inject(ID_GENERATOR)).toBe(TestBed.inject(SequentialIds));
    expect(TestBed.inject(DIAGNOSTICS)).toBe(TestBed.inject(RecordingDiagnostics));
  });

  it('starts time and chance where it is told', () => {
    provide({ startAt: 0, seed: 0 });

    expect(TestBed.inject(CLOCK).now()).toBe(0);
    expect(TestBed.inject(RANDOM).next()).toBe(seededRandom(0).next());
  });

  it('has defaults for both', () => {
    provide();

    expect(TestBed.inject(CLOCK).now()).toBe(new ManualClock().now());
    expect(TestBed.inject(RANDOM).next()).toBe(seededRandom(1).next());
  });

  it('shares nothing between injectors', () => {
    const providers = [provideRxMeshTesting()];
    TestBed.configureTestingModule({ providers });
    TestBed.inject(ManualClock).advance(100);
    TestBed.inject(SequentialIds).spanId();
    TestBed.resetTestingModule().configureTestingModule({ providers });

    expect(TestBed.inject(ManualClock).monotonic()).toBe(0);
    expect(TestBed.inject(SequentialIds).spanId()).toBe('0000000000000001');
  });
});
