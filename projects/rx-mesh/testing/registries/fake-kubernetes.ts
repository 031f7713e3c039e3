import { type Clock, systemClock } from 'rx-mesh/kernel';
import type { FetchHandler } from '../fake-web';
import { readToken, refused, statusOf, tokenOf } from './fake-kubernetes-answers';
import { type FakeEndpoint, slicesOf } from './fake-kubernetes-slices';
import {
  type FakeSlice,
  FakeSliceStore,
  type SliceFilter,
  selectorOf,
} from './fake-kubernetes-store';
import { FakeWatch, KIND } from './fake-kubernetes-watch';

/** Options of a {@link FakeKubernetes}. */
export interface FakeKubernetesOptions {
  /** What its timers run on. @default systemClock */
  readonly clock?: Clock | undefined;
  /** Where slices are that do not say. @default 'default' */
  readonly namespace?: string | undefined;
  /** The bearer token that requests need. @default none */
  readonly requireToken?: string | undefined;
}

const PATH = /\/apis\/discovery\.k8s\.io\/v1\/namespaces\/([^/]+)\/endpointslices$/;
// What a server takes when nobody says, from 30 minutes up.
const DEFAULT_TIMEOUT = 1_800;

/**
 * An API server of Kubernetes that knows EndpointSlices alone: list with pages, and watch with versions, bookmarks and a
 * history that can be forgotten. Of the world it needs `Request`, `Response` and `ReadableStream`.
 *
 * @usageNotes
 * ```ts
 * const kubernetes = new FakeKubernetes({ clock });
 * kubernetes.setEndpoints('orders', [{ address: '10.0.0.1', port: 8080 }]);
 * web.host('http://k8s.test', kubernetes.handle);
 * ```
 */
export class FakeKubernetes {
  readonly #clock: Clock;
  readonly #namespace: string;
  readonly #store = new FakeSliceStore();
  readonly #watches = new Set<FakeWatch>();
  readonly #made = new Map<string, ReadonlySet<string>>();
  #failure: number | undefined;
  #throttledUntil = 0;
  #hangs = false;

  /** The bearer token that requests need; `undefined` for none. Another one gets 401. */
  requireToken: string | undefined;

  /** Whether nothing may be read: 403. @default false */
  forbid = false;

  constructor({
    clock = systemClock,
    namespace = 'default',
    requireToken,
  }: FakeKubernetesOptions = {}) {
    this.#clock = clock;
    this.#namespace = namespace;
    this.requireToken = requireToken;
  }

  /** Answers a request, whatever its origin and the path before `/apis`. */
  readonly handle: FetchHandler = (request) => Promise.resolve(this.#answer(request));

  /** How many watches are open. */
  get open(): number {
    return this.#watches.size;
  }

  /** The version of now. */
  get resourceVersion(): string {
    return String(this.#store.version);
  }

  /** Creates a slice, or replaces the one of its name. */
  apply(slice: FakeSlice): void {
    const namespace = slice.metadata.namespace ?? this.#namespace;
    const whole = { ...KIND, ...slice, metadata: { ...slice.metadata, namespace } };
    const record = this.#store.put(`${namespace}/${slice.metadata.name}`, whole);
    for (const watch of this.#watches) watch.tell(record);
  }

  /** Removes a slice; does nothing when there is none. */
  remove(name: string, namespace = this.#namespace): void {
    const record = this.#store.remove(`${namespace}/${name}`);
    if (record) for (const watch of this.#watches) watch.tell(record);
  }

  /** Makes these the endpoints of a service: one slice for each sort of address and each port. */
  setEndpoints(service: string, endpoints: readonly FakeEndpoint[]): void {
    const slices = slicesOf(service, endpoints);
    const names = new Set(slices.map(({ metadata }) => metadata.name));
    for (const slice of slices) this.apply(slice);
    for (const name of this.#made.get(service) ?? []) if (!names.has(name)) this.remove(name);
    this.#made.set(service, names);
  }

  /** Forgets the history: whoever goes on from an older version gets 410. Open watches do not notice. */
  compact(): void {
    this.#store.compact();
  }

  /** Breaks all watches off, as a network does. */
  breakConnections(): void {
    for (const watch of [...this.#watches]) watch.break(new TypeError('network error'));
  }

  /** Ends all watches cleanly, as a server does that stops. */
  endWatches(): void {
    for (const watch of [...this.#watches]) watch.end();
  }

  /** Watches stay open and say nothing more, those to come too; with `false` those to come are sound again. */
  hang(on = true): void {
    this.#hangs = on;
    if (on) for (const watch of this.#watches) watch.hang();
  }

  /** Sends a bookmark to all watches. */
  bookmark(): void {
    for (const watch of this.#watches) watch.bookmark(this.#store.version);
  }

  /** Sends any text to all watches. */
  send(text: string): void {
    for (const watch of this.#watches) watch.send(text);
  }

  /** Ends all watches with an ERROR event. */
  sendError(code: number, reason: string, message = reason): void {
    for (const watch of [...this.#watches]) {
      watch.event('ERROR', statusOf(code, reason, message));
      watch.end();
    }
  }

  /** Answers 429 for so many seconds, and says so in `Retry-After`. */
  throttle(seconds: number): void {
    this.#throttledUntil = this.#clock.monotonic() + seconds * 1000;
  }

  /** Answers each request with this status; with `undefined` it is sound again. */
  failWith(status: number | undefined): void {
    this.#failure = status;
  }

  #answer(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url);
    const left = (this.#throttledUntil - this.#clock.monotonic()) / 1000;
    if (this.#failure !== undefined) return refused(this.#failure, 'InternalError', 'failed');
    if (left > 0) return refused(429, 'TooManyRequests', 'slow down', Math.ceil(left));
    const token = request.headers.get('Authorization');
    if (this.requireToken !== undefined && token !== `Bearer ${this.requireToken}`) {
      return refused(401, 'Unauthorized', 'Unauthorized');
    }
    const namespace = PATH.exec(pathname)?.[1];
    if (namespace === undefined) return refused(404, 'NotFound', 'no such resource');
    if (request.method !== 'GET') return refused(405, 'MethodNotAllowed', 'only GET');
    if (this.forbid) return refused(403, 'Forbidden', 'endpointslices is forbidden');
    const labels = selectorOf(searchParams.get('labelSelector') ?? '');
    if (!labels) return refused(400, 'BadRequest', 'unable to parse labelSelector');
    const filter: SliceFilter = (slice) =>
      slice.metadata.namespace === decodeURIComponent(namespace) && labels(slice);
    return searchParams.get('watch') === 'true'
      ? this.#watch(request, searchParams, filter)
      : this.#list(searchParams, filter);
  }

  #list(query: URLSearchParams, filter: SliceFilter): Response {
    const from = readToken(query.get('continue'));
    if (Number(query.get('resourceVersion')) > this.#store.version) {
      return refused(504, 'Timeout', 'Too large resource version', 1, {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      });
    }
    if (!from) return refused(400, 'BadRequest', 'continue key is not valid');
    const [version = this.#store.version, after] = from;
    const kept = after === undefined ? this.#store.keep() : this.#store.kept(version);
    if (!kept) {
      // It could go on with what is there now; a list that is of two versions.
      const metadata = { continue: tokenOf(this.#store.version, after) };
      this.#store.keep();
      const text = 'The provided continue parameter is too old';
      return Response.json({ ...statusOf(410, 'Expired', text), metadata }, { status: 410 });
    }
    const rest = kept.filter(filter).filter(({ metadata }) => metadata.name > (after ?? ''));
    const limit = Number(query.get('limit') ?? 0);
    const items = limit > 0 ? rest.slice(0, limit) : rest;
    const more = items.length < rest.length;
    return Response.json({
      kind: 'EndpointSliceList',
      apiVersion: KIND.apiVersion,
      metadata: {
        resourceVersion: String(version),
        ...(more && {
          continue: tokenOf(version, items.at(-1)?.metadata.name),
          remainingItemCount: rest.length - items.length,
        }),
      },
      // The items of a list do not say what they are.
      items: items.map((slice) => ({ ...slice, kind: undefined, apiVersion: undefined })),
    });
  }

  #watch(request: Request, query: URLSearchParams, filter: SliceFilter): Response {
    const text = query.get('resourceVersion') ?? '';
    if (!/^\d*$/.test(text)) return refused(400, 'BadRequest', 'invalid resource version');
    const since = Number(text);
    const watch = new FakeWatch(
      this.#clock,
      {
        filter,
        timeout: Number(query.get('timeoutSeconds') ?? DEFAULT_TIMEOUT) * 1000,
        bookmarks: query.get('allowWatchBookmarks') === 'true',
        signal: request.signal,
      },
      () => this.#store.version,
      (ended) => this.#watches.delete(ended),
    );
    this.#watches.add(watch);
    // From a version that is yet to come a server says nothing at all.
    if (this.#hangs || since > this.#store.version) watch.hang();
    if (since === 0) for (const slice of this.#store.all()) watch.begin(slice);
    else if (since < this.#store.oldest) {
      watch.event('ERROR', statusOf(410, 'Expired', `too old resource version: ${since}`));
      watch.end();
    } else for (const record of this.#store.since(since)) watch.tell(record);
    return new Response(watch.stream, { headers: { 'Content-Type': 'application/json' } });
  }
}
