import { type Clock, systemClock } from 'rx-mesh/kernel';
import type { FetchHandler } from '../fake-web';
import { type Blocked, NO_INDEX, type Told, notAllowed } from './fake-consul-answers';
import { millisecondsOf, registrationOf } from './fake-consul-input';
import {
  type FakeConsulInstance,
  FakeConsulState,
  type FakeConsulStatus,
  type WireHealth,
} from './fake-consul-state';

/** Options of {@link FakeConsul}. */
export interface FakeConsulOptions {
  /** What blocking queries wait by. @default the clock of the platform */
  readonly clock?: Clock | undefined;
  /** The name of its datacenter. @default 'dc1' */
  readonly datacenter?: string | undefined;
}

/**
 * Consul without a network: the part of its HTTP API by which services are found, with blocking queries that really wait.
 * A service worker, Node and a test can host it, below any path.
 *
 * @usageNotes
 * ```ts
 * const consul = new FakeConsul({ clock: TestBed.inject(ManualClock) });
 * consul.register({ name: 'orders', id: 'orders-1', address: 'a.test', port: 80 });
 * web.host('http://consul.test', consul.handle);
 * consul.setCheck('orders-1', 'critical'); // whoever waits gets an answer
 * ```
 */
export class FakeConsul {
  readonly #clock: Clock;
  readonly #state: FakeConsulState;
  readonly #blocked = new Set<Blocked>();
  #failure:
    { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;

  /** Whether a page can read the headers of answers, such as the index. @default true */
  exposeHeaders = true;
  /** The token that a request has to bring; without one nothing is listed. @default none */
  requireToken: string | undefined;
  /** Whether an answer says that rights have filtered it, as newer versions do. @default false */
  tellFiltered = false;
  /** After how long a proxy before it cuts a query off with 504, in milliseconds. @default never */
  proxyTimeout = Infinity;

  constructor({ clock = systemClock, datacenter = 'dc1' }: FakeConsulOptions = {}) {
    this.#clock = clock;
    this.#state = new FakeConsulState(datacenter);
  }

  /** Answers a request. */
  readonly handle: FetchHandler = async (request) => {
    if (this.#failure) {
      const { status, headers } = this.#failure;
      return new Response(`failed with ${status}`, { status, headers });
    }
    const url = new URL(request.url);
    const path = url.pathname.slice(url.pathname.indexOf('/v1/') + '/v1/'.length);
    const [room, kind, action, ...rest] = path.split('/').map(decodeURIComponent);
    const known = request.headers.get('X-Consul-Token') ?? '';
    if (known !== '' && this.requireToken !== undefined && known !== this.requireToken) {
      return new Response('ACL not found', { status: 403, headers: NO_INDEX });
    }
    const allowed = this.requireToken === undefined || known === this.requireToken;
    if (room === 'agent' && kind === 'service') {
      if (request.method !== 'PUT') return notAllowed(request);
      if (!allowed) return new Response('Permission denied', { status: 403 });
      return this.#write(action, rest.join('/'), request);
    }
    if (request.method !== 'GET') return notAllowed(request);
    if (path === 'catalog/services') {
      const list = (): unknown => (allowed ? this.#state.catalog() : {});
      return this.#read(request, url, !allowed, undefined, list);
    }
    if (room === 'health' && kind === 'service' && action !== undefined) {
      if (action === '') return new Response('Missing service name', { status: 400 });
      const list = (): unknown => (allowed ? this.#health(action, url.searchParams) : []);
      return this.#read(request, url, !allowed, action, list);
    }
    return new Response('', { status: 404 });
  };

  /** How many queries wait for a change. */
  get open(): number {
    return this.#blocked.size;
  }

  /** Puts an instance in, or replaces the one of the same node and id. The same again is no change. */
  register(instance: FakeConsulInstance): void {
    this.#state.put(instance, 'passing');
    this.#wake();
  }

  /** Takes an instance out, and says whether there was one. */
  deregister(id: string): boolean {
    const found = this.#state.remove(id);
    this.#wake();
    return found;
  }

  /** Sets what the check of an instance says. The index moves also where only the output changes. */
  setCheck(id: string, status: FakeConsulStatus, output = ''): void {
    this.#state.check(id, `service:${id}`, status, { output });
    this.#wake();
  }

  /** Begins the maintenance of an instance, or ends it without a reason. */
  maintenance(id: string, reason: string | undefined): void {
    const status = reason === undefined ? undefined : 'critical';
    this.#state.check(id, `_service_maintenance:${id}`, status, { notes: reason ?? '' });
    this.#wake();
  }

  /** Breaks all queries off, and begins to count anew: what is known stays, each index goes back. */
  restart(): void {
    this.#state.rewind();
    for (const blocked of [...this.#blocked]) blocked.breakOff();
  }

  /** Begins to count anew, as the restore of a snapshot does. Whoever waits is told once more what was. */
  restoreSnapshot(): void {
    for (const blocked of [...this.#blocked]) blocked.answer();
    this.#state.rewind();
  }

  /** Lets the next change have this index, such as one that no JavaScript number can hold. */
  skipTo(index: bigint): void {
    this.#state.skipTo(index);
  }

  /** Answers everything from now on with this status, or answers again. */
  failWith(status: number | undefined, headers: Readonly<Record<string, string>> = {}): void {
    this.#failure = status === undefined ? undefined : { status, headers };
  }

  #health(name: string, params: URLSearchParams): readonly WireHealth[] {
    const tags = params.getAll('tag');
    return this.#state
      .health(name)
      .filter(({ Service }) => tags.every((tag) => Service.Tags?.includes(tag)))
      .filter(
        ({ Checks }) => !params.has('passing') || Checks.every((c) => c.Status === 'passing'),
      );
  }

  async #read(
    { signal }: Request,
    { searchParams }: URL,
    filtered: boolean,
    name: string | undefined,
    list: () => unknown,
  ): Promise<Response> {
    const dc = searchParams.get('dc') ?? this.#state.datacenter;
    if (dc !== this.#state.datacenter) {
      return new Response('No path to datacenter', { status: 500, headers: NO_INDEX });
    }
    if (searchParams.has('stale') && searchParams.has('consistent')) {
      return new Response('Cannot specify ?stale with ?consistent', { status: 400 });
    }
    const index = searchParams.get('index') ?? '0';
    const wait = millisecondsOf(searchParams.get('wait'));
    if (!/^\d+$/.test(index)) return new Response('Invalid index', { status: 400 });
    if (wait === undefined) return new Response('Invalid wait time', { status: 400 });
    const told = await this.#block(BigInt(index), wait, name, list, signal);
    if (told === undefined) return new Response('504 Gateway Time-out', { status: 504 });
    const headers = new Headers({ 'Content-Type': 'application/json' });
    if (this.exposeHeaders) {
      headers.set('X-Consul-Index', String(told.index));
      headers.set('X-Consul-KnownLeader', 'true');
      headers.set('X-Consul-LastContact', '0');
      if (filtered && this.tellFiltered) headers.set('X-Consul-Results-Filtered-By-ACLs', 'true');
    }
    return new Response(told.body, { headers });
  }

  /** Waits for a change after this index, or for the time; gives what is so then, nothing when a proxy cuts it off before. */
  async #block(
    index: bigint,
    wait: number,
    name: string | undefined,
    list: () => unknown,
    signal: AbortSignal,
  ): Promise<Told | undefined> {
    const due = (): boolean => index === 0n || this.#state.indexOf(name) > index;
    const now = (): Told => ({ index: this.#state.indexOf(name), body: JSON.stringify(list()) });
    if (due()) return now();
    return new Promise((resolve, reject) => {
      const end = (): void => {
        timer.unsubscribe();
        this.#blocked.delete(blocked);
        signal.removeEventListener('abort', leave);
      };
      const leave = (): void => {
        end();
        reject(signal.reason as Error);
      };
      const answer = (): void => {
        end();
        resolve(now());
      };
      const blocked: Blocked = {
        look: () => (due() ? answer() : undefined),
        answer,
        breakOff: () => {
          end();
          reject(new TypeError('Failed to fetch'));
        },
      };
      const timer = this.#clock.scheduler.schedule(
        () => {
          end();
          resolve(wait <= this.proxyTimeout ? now() : undefined);
        },
        Math.min(wait, this.proxyTimeout),
      );
      this.#blocked.add(blocked);
      signal.addEventListener('abort', leave);
      if (signal.aborted) leave();
    });
  }

  #wake(): void {
    for (const blocked of [...this.#blocked]) blocked.look();
  }

  async #write(action: string | undefined, id: string, request: Request): Promise<Response> {
    if (action === 'deregister' && id !== '') {
      return this.deregister(id)
        ? new Response('')
        : new Response(`Unknown service ID ${JSON.stringify(id)}`, { status: 404 });
    }
    if (action !== 'register') return new Response('', { status: 404 });
    const asked = registrationOf(await request.text());
    if (typeof asked === 'string') return new Response(asked, { status: 400 });
    this.#state.put(asked.instance, asked.check);
    this.#wake();
    return new Response('');
  }
}
