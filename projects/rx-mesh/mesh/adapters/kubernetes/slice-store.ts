import type { EndpointSlice } from './endpoint-slices';
import type { WatchEvent } from './watch-events';

/** An event that changes what is known, or only confirms it. */
export type SliceChange = Exclude<WatchEvent, { readonly type: 'ERROR' }>;

// A slice counts as one, and one for each of its endpoints: twice what the registry takes of one source by default.
const MOST_HELD = 200_000;

/**
 * What list and watch have told: slices by their names, and the version up to which that holds. The version is opaque: it is
 * handed back as it came. To apply an event twice changes nothing.
 */
export class SliceStore {
  readonly #services = new Map<string, Map<string, EndpointSlice>>();
  readonly #serviceOf = new Map<string, string>();
  readonly #most: number;
  #touched = new Set<string>();
  #held = 0;
  #full = false;
  #version: string | undefined;

  /** @param most How many slices and endpoints are held together. */
  constructor(most = MOST_HELD) {
    this.#most = most;
  }

  /** The version to watch from; `undefined` when the list has to be read first. */
  get version(): string | undefined {
    return this.#version;
  }

  /** Whether slices were left out since there are too many. Until the next list. */
  get full(): boolean {
    return this.#full;
  }

  /** What is known may be wrong: the list has to be read. Slices stay until then. */
  forget(): void {
    this.#version = undefined;
  }

  /** Replaces all by a list: what is not in it is gone. */
  replace(slices: Iterable<EndpointSlice>, version: string): void {
    for (const service of this.#services.keys()) this.#touched.add(service);
    this.#services.clear();
    this.#serviceOf.clear();
    this.#held = 0;
    this.#full = false;
    for (const slice of slices) this.#put(slice);
    this.#version = version;
  }

  /** Applies an event. What was forgotten stays so: an event does not heal it. */
  apply(event: SliceChange): void {
    if (event.type === 'DELETED') this.#drop(event.slice.key);
    else if (event.type !== 'BOOKMARK') this.#put(event.slice);
    if (this.#version !== undefined && event.version !== '') this.#version = event.version;
  }

  /** The slices of a service, by their names. */
  slicesOf(service: string): readonly EndpointSlice[] {
    const slices = [...(this.#services.get(service)?.values() ?? [])];
    return slices.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** The services whose slices may have changed since the last time that this was asked. */
  takeTouched(): ReadonlySet<string> {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  #put(slice: EndpointSlice): void {
    this.#drop(slice.key);
    // It belongs to no service, or no more.
    if (slice.service === '') return;
    const size = sizeOf(slice);
    if (this.#held + size > this.#most) {
      this.#full = true;
      return;
    }
    const slices = this.#services.get(slice.service) ?? new Map<string, EndpointSlice>();
    slices.set(slice.key, slice);
    this.#services.set(slice.service, slices);
    this.#serviceOf.set(slice.key, slice.service);
    this.#touched.add(slice.service);
    this.#held += size;
  }

  #drop(key: string): void {
    const service = this.#serviceOf.get(key);
    const slices = service === undefined ? undefined : this.#services.get(service);
    const slice = slices?.get(key);
    if (service === undefined || !slices || !slice) return;
    slices.delete(key);
    if (slices.size === 0) this.#services.delete(service);
    this.#serviceOf.delete(key);
    this.#touched.add(service);
    this.#held -= sizeOf(slice);
  }
}

function sizeOf({ endpoints }: EndpointSlice): number {
  return 1 + endpoints.length;
}
