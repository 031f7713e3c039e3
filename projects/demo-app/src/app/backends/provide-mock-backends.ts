import {
  DOCUMENT,
  EnvironmentInjector,
  type EnvironmentProviders,
  Injectable,
  InjectionToken,
  inject,
  makeEnvironmentProviders,
  provideAppInitializer,
  signal,
} from '@angular/core';
import { INSTANCES } from './catalog';
import { FaultControls } from './fault-controls';
import { type MockBackend } from './mock-backends';
import { providePageSockets } from './page-sockets';
import { SEED } from './seed';

/** Puts the mocked back ends where requests find them, and resolves when they can be found. */
export type BackendHost = (backends: readonly MockBackend[], workerUrl: string) => Promise<void>;

/** Where the mocked back ends are hosted. @default a service worker of this page */
export const BACKEND_HOST = new InjectionToken<BackendHost>('demo BACKEND_HOST', {
  providedIn: 'root',
  factory: () => {
    // On its way while the back ends are, too.
    const coming = import('./browser-host');
    coming.catch(() => undefined);
    return async (backends, workerUrl) => (await coming).hostInBrowser(backends, workerUrl);
  },
});

/** How far the mocked world is. */
export type BackendState =
  | { readonly phase: 'starting' | 'running' }
  | { readonly phase: 'unavailable'; readonly reason: string };

/** Whether the mocked world is there. A browser may forbid service workers, in a private window for instance. */
@Injectable({ providedIn: 'root' })
export class MockBackendStatus {
  readonly #state = signal<BackendState>({ phase: 'starting' });
  readonly state = this.#state.asReadonly();

  set(state: BackendState): void {
    this.#state.set(state);
  }
}

/**
 * The whole mocked world in one call. The application starts when it answers; should it not be able to, the
 * application starts all the same and says so.
 */
export function provideMockBackends(): EnvironmentProviders {
  return makeEnvironmentProviders([
    {
      provide: FaultControls,
      useFactory: () => new FaultControls(INSTANCES, { seed: inject(SEED) }),
    },
    providePageSockets(),
    provideAppInitializer(startMockBackends),
  ]);
}

async function startMockBackends(): Promise<void> {
  const status = inject(MockBackendStatus);
  const host = inject(BACKEND_HOST);
  const injector = inject(EnvironmentInjector);
  const workerUrl = new URL('mockServiceWorker.js', inject(DOCUMENT).baseURI).href;
  try {
    const { mockWorld } = await import('./mock-world');
    await host(mockWorld(injector), workerUrl);
    status.set({ phase: 'running' });
  } catch (error) {
    status.set({ phase: 'unavailable', reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
