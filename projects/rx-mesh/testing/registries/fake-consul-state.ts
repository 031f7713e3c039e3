/** What a check of Consul says. */
export type FakeConsulStatus = 'passing' | 'warning' | 'critical';

/** An instance to be put into a {@link FakeConsul}. */
export interface FakeConsulInstance {
  /** The service. */
  readonly name: string;
  /** Unique on its node. @default the name */
  readonly id?: string | undefined;
  /** Its address; `''` for that of its node. @default '' */
  readonly address?: string | undefined;
  /** Its port. @default 0 */
  readonly port?: number | undefined;
  /** @default none */
  readonly tags?: readonly string[] | undefined;
  /** @default none */
  readonly meta?: Readonly<Record<string, string>> | undefined;
  /** @default 1 and 1 */
  readonly weights?: { readonly Passing: number; readonly Warning: number } | undefined;
  /** The node that it runs on. @default 'node-1' */
  readonly node?: string | undefined;
  /** The address of the node. @default '10.0.0.1' */
  readonly nodeAddress?: string | undefined;
  /** The metadata of the node. @default none */
  readonly nodeMeta?: Readonly<Record<string, string>> | undefined;
  /** What its check says; one that is known keeps its own. @default 'passing' for a new one */
  readonly status?: FakeConsulStatus | undefined;
}

/** A check as it is on the wire. */
export interface WireCheck {
  readonly Node: string;
  readonly CheckID: string;
  readonly Name: string;
  readonly Status: FakeConsulStatus;
  readonly Notes: string;
  readonly Output: string;
  readonly ServiceID: string;
  readonly ServiceName: string;
}

/** An item of `/v1/health/service/:name` as it is on the wire. */
export interface WireHealth {
  readonly Node: {
    readonly Node: string;
    readonly Address: string;
    readonly Datacenter: string;
    readonly Meta: Readonly<Record<string, string>> | null;
  };
  readonly Service: {
    readonly ID: string;
    readonly Service: string;
    readonly Tags: readonly string[] | null;
    readonly Address: string;
    readonly Port: number;
    readonly Meta: Readonly<Record<string, string>> | null;
    readonly Weights: { readonly Passing: number; readonly Warning: number };
  };
  readonly Checks: readonly WireCheck[];
}

/** What a Consul knows, with an index that counts its changes as that of Raft does. */
export class FakeConsulState {
  readonly #items = new Map<string, WireHealth>();
  #services = new Map<string, bigint>();
  #index = 1n;
  #catalog = 1n;
  /** When the last instance of a service went, whichever. */
  #extinction: bigint | undefined;

  constructor(readonly datacenter: string) {}

  /** The instances of a service, by node and id. Consul itself is one. */
  health(name: string): readonly WireHealth[] {
    if (name === SELF.name) return [itemOf(SELF, this.datacenter, [])];
    return [...this.#items.values()].filter(({ Service }) => Service.Service === name);
  }

  /** The services and the tags of their instances. */
  catalog(): Readonly<Record<string, readonly string[]>> {
    const services = new Map<string, Set<string>>([[SELF.name, new Set()]]);
    for (const { Service } of this.#items.values()) {
      const tags = services.get(Service.Service) ?? new Set();
      for (const tag of Service.Tags ?? []) tags.add(tag);
      services.set(Service.Service, tags);
    }
    return Object.fromEntries([...services].map(([name, tags]) => [name, [...tags]]));
  }

  /**
   * The index of a service, or of the catalog without a name. One without instances has that of the last extinction, or of
   * the catalog before the first.
   */
  indexOf(name?: string): bigint {
    if (name === undefined) return this.#catalog;
    return this.#services.get(name) ?? this.#extinction ?? this.#catalog;
  }

  /**
   * Puts an instance in, or replaces the one of the same node and id. Its checks stay, unless its status is given.
   *
   * @param check What its check says at first; without one it has none.
   */
  put(instance: FakeConsulInstance, check: FakeConsulStatus | undefined): void {
    const { name, id = name, node = NODE, status } = instance;
    const key = `${node} ${id}`;
    const before = this.#items.get(key);
    const item = itemOf(instance, this.datacenter, before?.Checks.slice(1) ?? []);
    const own = item.Checks.some(({ CheckID }) => CheckID === `service:${id}`);
    const next = status ?? (own ? undefined : check);
    const after = next === undefined ? item : withCheck(item, `service:${id}`, next);
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    this.#items.set(key, after);
    this.#changed(name, true);
  }

  /** Takes every instance of this id out, and says whether there was one. */
  remove(id: string): boolean {
    const found = [...this.#items].filter(([, { Service }]) => Service.ID === id);
    for (const [key, { Service }] of found) {
      this.#items.delete(key);
      this.#changed(Service.Service, true);
      if (this.health(Service.Service).length > 0) continue;
      this.#services.delete(Service.Service);
      this.#extinction = this.#index;
    }
    return found.length > 0;
  }

  /** Sets what a check of every instance of this id says, its own or that of its maintenance; or takes it away. */
  check(
    id: string,
    checkId: string,
    status: FakeConsulStatus | undefined,
    more: { readonly notes?: string; readonly output?: string } = {},
  ): void {
    for (const [key, item] of this.#items) {
      if (item.Service.ID !== id) continue;
      const others = item.Checks.filter(({ CheckID }) => CheckID !== checkId);
      const next =
        status === undefined ? { ...item, Checks: others } : withCheck(item, checkId, status, more);
      if (JSON.stringify(next) === JSON.stringify(item)) continue;
      this.#items.set(key, next);
      this.#changed(item.Service.Service, false);
    }
  }

  /** Lets every index begin anew. What is known stays. */
  rewind(): void {
    this.#index = 1n;
    this.#catalog = 1n;
    this.#extinction = undefined;
    this.#services = new Map();
    for (const { Service } of this.#items.values()) this.#changed(Service.Service, true);
  }

  /** Lets the next change have this index. */
  skipTo(index: bigint): void {
    this.#index = index - 1n;
  }

  #changed(name: string, listed: boolean): void {
    this.#index++;
    this.#services.set(name, this.#index);
    if (listed) this.#catalog = this.#index;
  }
}

const NODE = 'node-1';
const SELF: FakeConsulInstance = { name: 'consul', port: 8300 };

/** An instance as it is on the wire, with the check of its node before those of its own. */
function itemOf(
  instance: FakeConsulInstance,
  datacenter: string,
  checks: readonly WireCheck[],
): WireHealth {
  const { name, id = name, node = NODE } = instance;
  return {
    Node: {
      Node: node,
      Address: instance.nodeAddress ?? '10.0.0.1',
      Datacenter: datacenter,
      Meta: instance.nodeMeta ?? null,
    },
    Service: {
      ID: id,
      Service: name,
      Tags: instance.tags ?? [],
      Address: instance.address ?? '',
      Port: instance.port ?? 0,
      Meta: instance.meta ?? null,
      Weights: instance.weights ?? { Passing: 1, Warning: 1 },
    },
    Checks: [checkOf(node, '', '', 'serfHealth', 'passing'), ...checks],
  };
}

/** The same with a check that says so; it keeps its place. */
function withCheck(
  item: WireHealth,
  checkId: string,
  status: FakeConsulStatus,
  more: { readonly notes?: string; readonly output?: string } = {},
): WireHealth {
  const { Node, Service, Checks } = item;
  const check = checkOf(Node.Node, Service.ID, Service.Service, checkId, status, more);
  const isKnown = Checks.some(({ CheckID }) => CheckID === checkId);
  const replaced = Checks.map((each) => (each.CheckID === checkId ? check : each));
  return { ...item, Checks: isKnown ? replaced : [...Checks, check] };
}

/** A check as it is on the wire. */
function checkOf(
  node: string,
  id: string,
  name: string,
  checkId: string,
  status: FakeConsulStatus,
  { notes = '', output = '' } = {},
): WireCheck {
  return {
    Node: node,
    CheckID: checkId,
    Name: checkId,
    Status: status,
    Notes: notes,
    Output: output,
    ServiceID: id,
    ServiceName: name,
  };
}
