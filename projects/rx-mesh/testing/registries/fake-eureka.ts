import { type Clock, systemClock } from 'rx-mesh/kernel';
import type { FetchHandler } from '../fake-web';
import {
  type FakeEurekaInstance,
  FakeEurekaState,
  type FakeEurekaStatus,
  type WireInstance,
  wireOf,
} from './fake-eureka-state';
import { xmlOf } from './fake-eureka-xml';

/** Options of {@link FakeEureka}. */
export interface FakeEurekaOptions {
  /** What changes grow old by. @default the clock of the platform */
  readonly clock?: Clock | undefined;
  /** What stands before `/apps`, such as `/eureka/v2`. @default '/eureka' */
  readonly base?: string | undefined;
}

const STATUSES = ['UP', 'DOWN', 'STARTING', 'OUT_OF_SERVICE', 'UNKNOWN'];
const GET = 'GET';

/**
 * Netflix Eureka without a network: its REST interface of version 2, with changes that are kept for three minutes. A
 * service worker, Node and a test can host it. Leases do not run out: call {@link FakeEureka.cancel} for that.
 *
 * @usageNotes
 * ```ts
 * const eureka = new FakeEureka({ clock: TestBed.inject(ManualClock) });
 * eureka.register({ app: 'orders', id: 'orders-1', hostName: 'a.test', port: 80 });
 * web.host('http://eureka.test', eureka.handle);
 * eureka.setStatus('orders-1', 'OUT_OF_SERVICE'); // is among the changes from now on
 * ```
 */
export class FakeEureka {
  readonly #clock: Clock;
  readonly #base: string;
  readonly #state: FakeEurekaState;
  #failure: number | undefined;

  /** Whether it writes one instance in place of a list of one, as old servers do. @default false */
  legacy = false;
  /** Whether it tells no changes, but answers 403. @default false */
  deltaDisabled = false;
  /** Whether it still reads from its peers, and answers 403 to who wants to read. @default false */
  syncing = false;
  /** Whether the next answer of changes has a wrong hash, as happens when two changes meet. @default false */
  corruptHash = false;

  constructor({ clock = systemClock, base = '/eureka' }: FakeEurekaOptions = {}) {
    this.#clock = clock;
    this.#base = base;
    this.#state = new FakeEurekaState(clock);
  }

  /** Answers a request. */
  readonly handle: FetchHandler = async (request) => {
    if (this.#failure !== undefined) return refusal(this.#failure, 'as it was told');
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== this.#base && !pathname.startsWith(`${this.#base}/`)) return refusal(404);
    const path = pathname.slice(this.#base.length).split('/').filter(Boolean).map(decoded);
    const [kind, first = '', second, third] = path;
    if (kind === 'instances') return this.#instance(request, this.#state.find(first));
    if (kind === 'vips') return this.#vip(request, 'vipAddress', first);
    if (kind === 'svips') return this.#vip(request, 'secureVipAddress', first);
    if (kind !== 'apps') return refusal(404);
    if (first === '' || (first === 'delta' && second === undefined)) {
      return this.#all(request, first === 'delta');
    }
    if (second === undefined) return this.#app(request, first);
    const held = this.#state.find(second);
    const found = held?.app === first.toUpperCase() ? held : undefined;
    if (third === 'status') return this.#override(request, found?.id, searchParams);
    if (third === 'metadata') return this.#describe(request, found?.id, searchParams);
    if (third !== undefined) return refusal(404);
    if (request.method === 'PUT') return this.#renew(found, searchParams);
    if (request.method !== 'DELETE') return this.#instance(request, found);
    return found && this.cancel(found.id) ? done() : refusal(404);
  };

  /** The instances that it has now. */
  get instances(): readonly {
    readonly app: string;
    readonly id: string;
    readonly status: string;
  }[] {
    return this.#state.instances.map(({ app, id, status }) => ({ app, id, status }));
  }

  /** Puts an instance in, or replaces it. */
  register(instance: FakeEurekaInstance): void {
    const wire = wireOf(instance, this.#clock.now());
    this.#state.register(instance.app.toUpperCase(), instance.id, wire);
  }

  /** Says as an operator what the status of an instance is. */
  setStatus(id: string, status: FakeEurekaStatus): void {
    this.#state.override(id, status);
  }

  /** Takes an instance out, as its own farewell or the end of its lease does; says whether it was there. */
  cancel(id: string): boolean {
    return this.#state.cancel(id);
  }

  /** Starts it anew: it knows nobody. */
  restart(): void {
    this.#state.restart();
  }

  /** Answers each request with this status from now on; `undefined` ends that. */
  failWith(status: number | undefined): void {
    this.#failure = status;
  }

  #all(request: Request, changes: boolean): Response {
    if (request.method !== GET) return refusal(405);
    if (this.syncing || (changes && this.deltaDisabled)) return refusal(403);
    let hash = this.#state.hashcode;
    if (changes && this.corruptHash) {
      hash = `${hash}UNKNOWN_9_`;
      this.corruptHash = false;
    }
    const listed = changes ? this.#state.changes : this.#state.instances;
    return this.#list(request, listed, hash, changes ? String(this.#state.version) : '1');
  }

  #vip(request: Request, field: string, vip: string): Response {
    const listed = this.#state.instances.filter(({ wire }) => wire[field] === vip);
    return listed.length === 0 ? refusal(404) : this.#list(request, listed, '', '-1');
  }

  #list(
    request: Request,
    listed: readonly { readonly app: string; readonly wire: WireInstance }[],
    hash: string,
    version: string,
  ): Response {
    const apps = new Map<string, WireInstance[]>();
    for (const { app, wire } of listed) apps.set(app, [...(apps.get(app) ?? []), wire]);
    const application = [...apps].map(([name, wires]) => this.#appOf(name, wires));
    const facts = { versions__delta: version, apps__hashcode: hash };
    return answer(request, {
      applications: { ...facts, application: this.#oneOrMany(application) },
    });
  }

  #app(request: Request, name: string): Response | Promise<Response> {
    const app = name.toUpperCase();
    if (request.method === 'POST') return this.#register(request, app);
    if (request.method !== GET) return refusal(405);
    const listed = this.#state.instances.filter((each) => each.app === app);
    const wires = listed.map(({ wire }) => wire);
    return wires.length === 0
      ? refusal(404)
      : answer(request, { application: this.#appOf(app, wires) });
  }

  #appOf(name: string, wires: readonly WireInstance[]): WireInstance {
    return { name, instance: this.#oneOrMany(wires.map((wire) => this.#written(wire))) };
  }

  #oneOrMany(list: readonly WireInstance[]): unknown {
    return this.legacy && list.length === 1 ? list[0] : list;
  }

  #written(wire: WireInstance): WireInstance {
    if (!this.legacy) return wire;
    const { overriddenStatus, ...rest } = wire;
    return { ...rest, overriddenstatus: overriddenStatus };
  }

  #instance(request: Request, held: { readonly wire: WireInstance } | undefined): Response {
    if (request.method !== GET) return refusal(405);
    return held ? answer(request, { instance: this.#written(held.wire) }) : refusal(404);
  }

  async #register(request: Request, app: string): Promise<Response> {
    const wire = await bodyOf(request);
    if (!wire) return refusal(400, 'Cannot construct instance');
    const text = (key: string): string => (typeof wire[key] === 'string' ? wire[key] : '');
    const center = wire['dataCenterInfo'] as { readonly name?: unknown } | undefined;
    const said = text('app').toUpperCase();
    const id = text('instanceId');
    if (id === '') return refusal(400, 'Missing instanceId');
    if (text('hostName') === '') return refusal(400, 'Missing hostname');
    if (text('ipAddr') === '') return refusal(400, 'Missing ip address');
    if (said === '') return refusal(400, 'Missing appName');
    if (said !== app) return refusal(400, `Mismatched appName, expecting ${app} but was ${said}`);
    if (!center) return refusal(400, 'Missing dataCenterInfo');
    if (center.name === undefined) return refusal(400, 'Missing dataCenterInfo Name');
    this.#state.register(app, id, { ...wire, app });
    return new Response(null, { status: 204 });
  }

  #renew(held: FakeEurekaState['instances'][number] | undefined, query: URLSearchParams): Response {
    if (!held || held.forgotten) return refusal(404);
    // Who has news of itself has to tell them.
    const newer = Number(query.get('lastDirtyTimestamp')) > Number(held.wire['lastDirtyTimestamp']);
    return newer ? refusal(404) : done();
  }

  #override(request: Request, id: string | undefined, query: URLSearchParams): Response {
    const value = query.get('value');
    if (request.method !== 'PUT' && request.method !== 'DELETE') return refusal(405);
    if (id === undefined) return refusal(404);
    if (value === null && request.method === 'PUT') return refusal(500);
    if (value !== null && !STATUSES.includes(value)) return refusal(500);
    if (request.method === 'PUT') this.#state.override(id, value ?? undefined);
    else this.#state.override(id, undefined, value ?? undefined);
    return done();
  }

  #describe(request: Request, id: string | undefined, query: URLSearchParams): Response {
    if (request.method !== 'PUT') return refusal(405);
    const found = id !== undefined && this.#state.describe(id, Object.fromEntries(query));
    return found ? done() : refusal(404);
  }
}

function answer(request: Request, body: Readonly<Record<string, unknown>>): Response {
  if (request.headers.get('Accept')?.includes('application/json') ?? false) {
    return Response.json(body);
  }
  return new Response(xmlOf(body), { headers: { 'Content-Type': 'application/xml' } });
}

const done = (): Response => new Response(null, { status: 200 });

function refusal(status: number, text = ''): Response {
  return new Response(text === '' ? null : text, { status });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function bodyOf(request: Request): Promise<WireInstance | undefined> {
  try {
    const { instance } = (await request.json()) as { readonly instance?: WireInstance | null };
    return instance ?? undefined;
  } catch {
    return undefined;
  }
}
