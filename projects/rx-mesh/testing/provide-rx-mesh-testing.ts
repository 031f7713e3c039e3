import { type EnvironmentProviders, makeEnvironmentProviders } from '@angular/core';
import { CLOCK, DIAGNOSTICS, ID_GENERATOR, PAGE_STATE, RANDOM } from 'rx-mesh/kernel';
import { ManualClock, type ManualClockOptions } from './manual-clock';
import { ManualPage } from './manual-page';
import { RecordingDiagnostics } from './recording-diagnostics';
import { SeededRandom } from './seeded-random';
import { SequentialIds } from './sequential-ids';

/** Options of {@link provideRxMeshTesting}. */
export interface RxMeshTestingOptions extends ManualClockOptions {
  /** Where chance starts; the same seed gives the same run. @default 1 */
  readonly seed?: number | undefined;
}

/**
 * Makes time, chance, ids, diagnostics and the state of the page deterministic. Each injector gets its own, so tests share nothing;
 * ids begin anew in each, so two of them that write into one store need `ID_GENERATOR`s of their own.
 *
 * {@link ManualClock}, {@link SeededRandom}, {@link SequentialIds}, {@link ManualPage} and {@link RecordingDiagnostics}
 * can be injected by class: they are the same objects that the services of rx-mesh use.
 *
 * @throws InvalidOptionError when `startAt` is no finite number, at the first injection.
 * @usageNotes
 * ```ts
 * TestBed.configureTestingModule({ providers: [provideRxMeshTesting({ seed: 7 })] });
 * const clock = TestBed.inject(ManualClock);
 * clock.advance(5000);
 * ```
 */
export function provideRxMeshTesting(options: RxMeshTestingOptions = {}): EnvironmentProviders {
  const { seed, startAt } = options;
  return makeEnvironmentProviders([
    { provide: ManualClock, useFactory: () => new ManualClock({ startAt }) },
    { provide: SeededRandom, useFactory: () => new SeededRandom(seed) },
    { provide: SequentialIds, useFactory: () => new SequentialIds() },
    { provide: RecordingDiagnostics, useFactory: () => new RecordingDiagnostics() },
    { provide: ManualPage, useFactory: () => new ManualPage() },
    { provide: CLOCK, useExisting: ManualClock },
    { provide: RANDOM, useExisting: SeededRandom },
    { provide: ID_GENERATOR, useExisting: SequentialIds },
    { provide: DIAGNOSTICS, useExisting: RecordingDiagnostics },
    { provide: PAGE_STATE, useExisting: ManualPage },
  ]);
}
