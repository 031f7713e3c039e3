import type { Clock } from 'rx-mesh/kernel';
import { LongTaskMeter, type LongTaskView } from './long-task-meter';
import type {
  DiskUtilization,
  MemoryUtilization,
  NetworkUtilization,
  ResourceProbe,
  ResourceReading,
} from './resource-utilization';

/** What a browser may tell, as far as it is read here. Every part of it is missing in some browser. */
export interface ResourceView extends LongTaskView {
  readonly performance?: { readonly memory?: Untrusted } | undefined;
  readonly navigator?:
    | {
        readonly hardwareConcurrency?: unknown;
        readonly connection?: Untrusted;
        readonly storage?: { estimate?(): Promise<unknown> } | undefined;
      }
    | undefined;
}

type Untrusted = Readonly<Record<string, unknown>> | undefined;

/** Asks the browser. What it does not tell, or what is no number, is `undefined`. */
export class BrowserProbe implements ResourceProbe {
  readonly #view: ResourceView;
  readonly #longTasks: LongTaskMeter;

  /** @param view The window; `null` where there is none: then nothing is known. */
  constructor(view: object | null, clock: Pick<Clock, 'monotonic'>) {
    this.#view = view ?? {};
    this.#longTasks = new LongTaskMeter(this.#view, clock);
  }

  watch(): () => void {
    this.#longTasks.start();
    return () => this.#longTasks.stop();
  }

  async read(): Promise<ResourceReading> {
    const { navigator, performance } = this.#view;
    const longTasks = this.#longTasks.share();
    return {
      processors: numberAbove(0, navigator?.hardwareConcurrency),
      longTasks,
      memory: memoryOf(performance?.memory),
      disk: await this.#disk(),
      network: networkOf(navigator?.connection),
    };
  }

  async #disk(): Promise<DiskUtilization | undefined> {
    const { storage } = this.#view.navigator ?? {};
    try {
      const { usage, quota } = ((await storage?.estimate?.()) ?? {}) as Partial<
        Record<keyof StorageEstimate, unknown>
      >;
      const used = numberFrom(0, usage);
      const limit = numberAbove(0, quota);
      return used === undefined || limit === undefined ? undefined : { used, quota: limit };
    } catch {
      return undefined; // a page of its own kind, such as one without an origin, may not ask
    }
  }
}

function memoryOf(memory: Untrusted): MemoryUtilization | undefined {
  const used = numberAbove(0, memory?.['usedJSHeapSize']);
  const limit = numberAbove(0, memory?.['jsHeapSizeLimit']);
  return used === undefined || limit === undefined ? undefined : { used, limit };
}

function networkOf(connection: Untrusted): NetworkUtilization | undefined {
  const effectiveType = connection?.['effectiveType'];
  const saveData = connection?.['saveData'];
  const network = {
    downlink: numberFrom(0, connection?.['downlink']),
    roundTrip: numberFrom(0, connection?.['rtt']),
    effectiveType: typeof effectiveType === 'string' ? effectiveType : undefined,
    saveData: typeof saveData === 'boolean' ? saveData : undefined,
  };
  return Object.values(network).some((value) => value !== undefined) ? network : undefined;
}

function numberFrom(least: number, value: unknown): number | undefined {
  return typeof value === 'number' && value >= least && value < Infinity ? value : undefined;
}

function numberAbove(bound: number, value: unknown): number | undefined {
  const number = numberFrom(bound, value);
  return number === bound ? undefined : number;
}
