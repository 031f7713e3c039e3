import { type EnvironmentInjector } from '@angular/core';
import { CLOCK } from 'rx-mesh/kernel';
import { Alertmanager } from './alertmanager';
import { FaultControls } from './fault-controls';
import { MeshRegistries } from './mesh-registries';
import { type MockBackend, createMockBackends } from './mock-backends';
import { TelemetryReceivers } from './telemetry';
import { TokenOffice } from './token-office';
import { WireLog } from './wire-log';
import { REAL } from './world';

/** All machines of the mocked world, but for those that are real. It comes in a file of its own: no application has it in itself. */
export function mockWorld(injector: EnvironmentInjector): readonly MockBackend[] {
  const wire = injector.get(WireLog);
  const services = createMockBackends(
    injector.get(FaultControls),
    injector.get(CLOCK),
    injector.get(TokenOffice),
  );
  return [
    ...(REAL.instances.size > 0 ? [] : services.map((backend) => wire.listen(backend))),
    ...injector.get(MeshRegistries).backends,
    ...injector.get(TelemetryReceivers).backends,
    ...(REAL.alertmanager === undefined ? injector.get(Alertmanager).backends : []),
  ];
}
