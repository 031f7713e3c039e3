// An application of the library, as a tab has it: the database and the channels of the platform.
import {
  DOCUMENT,
  Injector,
  createEnvironmentInjector,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
} from '@angular/core';
import { EVENT_LOG, EventStoreService, withEventSourcing, withIndexedDb } from 'rx-mesh/event-sourcing'; // prettier-ignore
import { DIAGNOSTICS, ID_GENERATOR } from 'rx-mesh/kernel';
import { BroadcastChannelTransport, withBroadcastChannel } from 'rx-mesh/messaging';
import { RecordingDiagnostics } from 'rx-mesh/testing';

const { document, indexedDB } = globalThis;

/** @param {string} database Its name. Everything is made when it is asked for, and closed by `close`. */
export function createApplication(database, options = {}) {
  const diagnostics = new RecordingDiagnostics();
  const injector = createEnvironmentInjector(
    [
      { provide: INJECTOR_SCOPE, useValue: 'root' },
      { provide: DOCUMENT, useValue: document },
      { provide: DIAGNOSTICS, useValue: diagnostics },
      ...withEventSourcing(options).ɵproviders,
      ...withIndexedDb({ name: database }).ɵproviders,
      ...withBroadcastChannel({ name: database }).ɵproviders,
    ],
    Injector.NULL,
  );
  return {
    diagnostics,
    ids: injector.get(ID_GENERATOR),
    log: injector.get(EVENT_LOG),
    store: injector.get(EventStoreService),
    get transport() {
      return injector.get(BroadcastChannelTransport);
    },
    close: () => injector.destroy(),
  };
}

/** Removes a database, once nobody has it open. */
export function removeDatabase(name) {
  return new Promise((done, failed) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => done();
    request.onerror = () => failed(request.error);
  });
}
