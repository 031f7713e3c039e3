import { DOCUMENT, inject } from '@angular/core';
import { ID_GENERATOR, isServer } from 'rx-mesh/kernel';
import type { TracingFeature } from '../tracing-feature';
import { TRACE_RESOURCE } from './span-exporter';

const KEY = 'rx-mesh.session.id';
const A_UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * Tells all exporters to which session of a tab its spans belong: the resource attribute `session.id` of OpenTelemetry, a
 * random UUID. It is kept in the `sessionStorage` of the tab, so it survives a reload and ends with the tab; where that is
 * not to be had, it ends with the page. A tab that a user duplicates begins with the same one. Zipkin has no place for it.
 *
 * It ties together what one visitor did: say so in your privacy notice, and ask first where the law wants that. On a
 * server there is none.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withTracing({}, otlpExporter({ url: '/v1/traces' }), sessionId()));
 * ```
 */
export function sessionId(): TracingFeature {
  return {
    ɵproviders: [
      {
        provide: TRACE_RESOURCE,
        multi: true,
        useFactory: () => (isServer() ? {} : { 'session.id': idOfTab() }),
      },
    ],
  };
}

function idOfTab(): string {
  const view = inject(DOCUMENT).defaultView;
  const made = inject(ID_GENERATOR).uuid();
  try {
    const storage = view?.sessionStorage;
    const kept = storage?.getItem(KEY);
    if (kept && A_UUID.test(kept)) return kept;
    storage?.setItem(KEY, made);
  } catch {
    // Site data is blocked: the id lives as long as the page.
  }
  return made;
}
