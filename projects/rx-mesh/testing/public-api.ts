export { FakeWeb, type FetchHandler } from './fake-web';
export { ManualClock, type ManualClockOptions } from './manual-clock';
export { ManualPage } from './manual-page';
export { type RxMeshTestingOptions, provideRxMeshTesting } from './provide-rx-mesh-testing';
export { RecordingDiagnostics } from './recording-diagnostics';
export { SeededRandom } from './seeded-random';
export { SequentialIds } from './sequential-ids';
