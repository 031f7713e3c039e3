import '@angular/compiler';
import {
  ApplicationModule,
  DOCUMENT,
  ErrorHandler,
  NgModule,
  PLATFORM_ID,
  createPlatformFactory,
  platformCore,
  provideZonelessChangeDetection,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
} from '@angular/core';
import { TestComponentRenderer, getTestBed } from '@angular/core/testing';

const rethrow = (error: unknown): never => {
  throw error;
};

/** A platform with no DOM, for services. Components are rendered on the server by `e2e/consumer`. */
@NgModule({
  exports: [ApplicationModule],
  providers: [
    provideZonelessChangeDetection(),
    { provide: INJECTOR_SCOPE, useValue: 'root' },
    { provide: ErrorHandler, useValue: { handleError: rethrow } },
    { provide: DOCUMENT, useValue: { cookie: '', location: { href: 'http://server.test/' } } },
    {
      provide: TestComponentRenderer,
      useValue: { insertRootElement: () => undefined, removeAllRootElements: () => undefined },
    },
  ],
})
class NodeTestingModule {}

// What @angular/platform-server sets for a page that it renders.
(globalThis as { ngServerMode?: boolean }).ngServerMode = true;

const platform = createPlatformFactory(platformCore, 'nodeTesting', [
  { provide: PLATFORM_ID, useValue: 'server' },
]);
getTestBed().initTestEnvironment(NodeTestingModule, platform());
