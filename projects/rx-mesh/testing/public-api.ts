export { FakeWeb, type FetchHandler } from './fake-web';
export { ManualClock, type ManualClockOptions } from './manual-clock';
export { ManualPage } from './manual-page';
export { type RxMeshTestingOptions, provideRxMeshTesting } from './provide-rx-mesh-testing';
export { RecordingDiagnostics } from './recording-diagnostics';
export { SeededRandom } from './seeded-random';
export { SequentialIds } from './sequential-ids';
export { FakeConsul, type FakeConsulOptions } from './registries/fake-consul';
export { type FakeConsulInstance, type FakeConsulStatus } from './registries/fake-consul-state';
export { FakeEureka, type FakeEurekaOptions } from './registries/fake-eureka';
export { type FakeEurekaInstance, type FakeEurekaStatus } from './registries/fake-eureka-state';
export { FakeKubernetes, type FakeKubernetesOptions } from './registries/fake-kubernetes';
export { type FakeEndpoint } from './registries/fake-kubernetes-slices';
export { type FakeSlice } from './registries/fake-kubernetes-store';
export { FakeJaeger } from './telemetry/fake-jaeger';
export { FakeZipkin } from './telemetry/fake-zipkin';
export {
  type ReceivedSpan,
  type ReceivedStatus,
  type ReceivedTrace,
} from './telemetry/received-span';
export { type FakeAnswerOptions, type FakeTelemetryOptions } from './telemetry/telemetry-door';
export { FakeSocket, type FakeSocketData, FakeSockets } from './fake-socket';
export {
  FakeEventLogServer,
  type FakeEventLogServerOptions,
} from './event-log/fake-event-log-server';
export {
  type ScenarioContext,
  type ScenarioCommand,
  type ExpectedError,
  type CommandScenario,
  type CommandOutcome,
  type CommandScenarioOptions,
  commandScenario,
} from './scenarios/command-scenario';
export { type ProjectionScenario, projectionScenario } from './scenarios/projection-scenario';
export { ScenarioError } from './scenarios/scenario-error';
export { type ScenarioEvent, type ExpectedEvent } from './scenarios/scenario-event';
export { type ScenarioStore } from './scenarios/scenario-store';
