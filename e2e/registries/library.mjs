// The client of the built library, and the fake beside it. Bundled by e2e/registries/consul.mjs.
import { Injector, ɵINJECTOR_SCOPE as INJECTOR_SCOPE } from '@angular/core';
import { DIAGNOSTICS, PAGE_STATE, alwaysOnline } from 'rx-mesh/kernel';
import { ConsulService, REGISTRY_FETCH, createInstance, withConsul } from 'rx-mesh/mesh';
import { FakeConsul, FakeWeb, RecordingDiagnostics } from 'rx-mesh/testing';

export { FakeConsul, FakeWeb, createInstance };

/**
 * One client, as a page has it.
 *
 * @param options Those of withConsul().
 * @param fetch Left out, the one of the platform.
 */
export function createConsul(options, fetch) {
  const diagnostics = new RecordingDiagnostics();
  const injector = Injector.create({
    providers: [
      { provide: INJECTOR_SCOPE, useValue: 'root' },
      { provide: PAGE_STATE, useValue: alwaysOnline },
      { provide: DIAGNOSTICS, useValue: diagnostics },
      ...(fetch ? [{ provide: REGISTRY_FETCH, useValue: fetch }] : []),
      // Not from the start: who watches here, leaves too.
      ...withConsul({ eager: false, ...options }).ɵproviders,
    ],
  });
  return { service: injector.get(ConsulService), diagnostics };
}
