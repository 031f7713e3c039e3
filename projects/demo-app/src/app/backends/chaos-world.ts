import { DOCUMENT, InjectionToken, inject } from '@angular/core';
import { INSTANCES } from './catalog';
import { FaultControls, type Faults } from './fault-controls';
import { MeshRegistries, zoneOf } from './mesh-registries';
import { MockSocket, type SocketWeather } from './mock-socket';

/** An instance of a service, and where it runs. */
export interface ChaosInstance {
  readonly id: string;
  readonly service: string;
  readonly zone: string;
}

/** What a scenario may do to the world. What it has done is undone by the same calls: here nothing is remembered. */
export interface ChaosWorld {
  readonly instances: readonly ChaosInstance[];
  /** What differs from fair weather for a service or an instance; `undefined`: nothing. */
  faultsOf(target: string): Faults | undefined;
  /** Sets that; `undefined` for fair weather. */
  setFaults(target: string, faults: Faults | undefined): void;
  isAlive(id: string): boolean;
  /** Makes an instance unreachable. */
  kill(id: string): void;
  revive(id: string): void;
  /** Whether Consul lists an instance. */
  setListed(id: string, listed: boolean): void;
  /** Whether Consul answers with errors. */
  setRegistryFailing(failing: boolean): void;
  /** Whether the page has a network: the browser says so, and whatever it sends gets no answer without one. */
  setOnline(online: boolean): void;
  /** What becomes of the frames between the page and the broker of prices. */
  setSocket(weather: SocketWeather): void;
  /** Ends the connections to that broker, as a network does. */
  cutSocket(): void;
}

/** The world that scenarios change. @default the mocked one */
export const CHAOS_WORLD = new InjectionToken<ChaosWorld>('demo CHAOS_WORLD', {
  providedIn: 'root',
  factory: () => mockChaosWorld(),
});

/** Lets requests of this page to other origins fail, or not. */
export type CutOff = (cut: boolean) => void;

/** How the page is cut off. @default the service worker answers nobody */
export const CUT_OFF = new InjectionToken<CutOff>('demo CUT_OFF', {
  providedIn: 'root',
  factory: () => (cut) => {
    void import('./browser-host').then(({ cutOff }) => cutOff(cut));
  },
});

function mockChaosWorld(): ChaosWorld {
  const faults = inject(FaultControls);
  const registries = inject(MeshRegistries);
  const socket = inject(MockSocket);
  const cutOff = inject(CUT_OFF);
  const view = inject(DOCUMENT).defaultView;
  return {
    instances: INSTANCES.map(({ id, service }) => ({ id, service, zone: zoneOf(id) })),
    faultsOf: (target) => faults.faults().get(target),
    setFaults: (target, change) => {
      if (change) faults.set(target, change);
      else faults.clear(target);
    },
    isAlive: (id) => faults.isAlive(id),
    kill: (id) => faults.kill(id),
    revive: (id) => faults.revive(id),
    setListed: (id, listed) => registries.setListed(id, listed),
    setRegistryFailing: (failing) => registries.setConsulFailing(failing),
    setOnline: (online) => {
      cutOff(!online);
      if (view) tellOnline(view, online);
    },
    setSocket: (weather) => socket.setWeather(weather),
    cutSocket: () => socket.cut(),
  };
}

/**
 * Lets the browser say that it has no network, to the page and all its libraries, and no longer. What it says by itself is
 * on the prototype, and comes to light again.
 */
function tellOnline(view: Window, online: boolean): void {
  if (online) Reflect.deleteProperty(view.navigator, 'onLine');
  else {
    Object.defineProperty(view.navigator, 'onLine', { configurable: true, get: () => false });
  }
  view.dispatchEvent(new Event(view.navigator.onLine ? 'online' : 'offline'));
}
