// The sockets of the built library, as a page has them. Bundled by e2e/messaging/socket.mjs.
import {
  DOCUMENT,
  Injector,
  runInInjectionContext,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
} from '@angular/core';
import { DIAGNOSTICS, PAGE_STATE, alwaysOnline, constantBackoff } from 'rx-mesh/kernel';
import { WebSocketService, webSocketTransport, withWebSockets } from 'rx-mesh/messaging';
import { RecordingDiagnostics } from 'rx-mesh/testing';

export { constantBackoff };

/** One application without a page around it. @param origin The server. */
export function createApplication(origin) {
  const diagnostics = new RecordingDiagnostics();
  const injector = Injector.create({
    providers: [
      { provide: INJECTOR_SCOPE, useValue: 'root' },
      { provide: DOCUMENT, useValue: { defaultView: null, location: null, baseURI: undefined } },
      { provide: PAGE_STATE, useValue: alwaysOnline },
      { provide: DIAGNOSTICS, useValue: diagnostics },
      ...withWebSockets({ allowedOrigins: [origin] }).ɵproviders,
    ],
  });
  return {
    diagnostics,
    connect: (path, options) => injector.get(WebSocketService).connect(origin + path, options),
    transport: (path, options) =>
      runInInjectionContext(injector, () => webSocketTransport({ url: origin + path, ...options })),
  };
}
