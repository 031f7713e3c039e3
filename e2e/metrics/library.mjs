// The metrics of the built library, as a page has them. Bundled by e2e/metrics/prometheus.mjs.
import { Injector, ɵINJECTOR_SCOPE as INJECTOR_SCOPE } from '@angular/core';
import { DIAGNOSTICS, PAGE_STATE, alwaysOnline } from 'rx-mesh/kernel';
import { MetricsService, PrometheusService, withPrometheus } from 'rx-mesh/metrics';
import { RecordingDiagnostics } from 'rx-mesh/testing';

/**
 * One application. It pushes when it is told to only.
 *
 * @param options Those of withPrometheus().
 */
export function createApplication(options = {}) {
  const diagnostics = new RecordingDiagnostics();
  const injector = Injector.create({
    providers: [
      { provide: INJECTOR_SCOPE, useValue: 'root' },
      { provide: PAGE_STATE, useValue: alwaysOnline },
      { provide: DIAGNOSTICS, useValue: diagnostics },
      ...withPrometheus(options).ɵproviders,
    ],
  });
  const prometheus = injector.get(PrometheusService);
  return { prometheus, metrics: injector.get(MetricsService), diagnostics };
}
