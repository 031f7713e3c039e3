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
  /** What its check says at first. @default 'passing' */
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

  constructor(readonly datacenter: string) {}

  /** The instances of a service, by node and id. */
  health(name: string): readonly WireHealth[] {
    return [...this.#items.values()].filter(({ Service }) => Service.Service === name);
  }

  /** The services and the tags of their instances. */
  catalog(): Readonly<Record<string, readonly string[]>> {
    const services = new Map<string, Set<string>>();
    for (const { Service } of this.#items.values()) {
      const tags = services.get(Service.Service) ?? new Set();
      for (const tag of Service.Tags ?? []) tags.add(tag);
      services.set(Service.Service, tags);
    }
    return Object.fromEntries([...services].map(([name, tags]) => [name, [...tags]]));
  }

  /** The index of a service, or of the catalog without a name. */
  indexOf(name?: string): bigint {
    return name === undefined ? this.#catalog : (this.#services.get(name) ?? 1n);
  }

  /** Puts an instance in, or replaces the one of the same node and id. */
  put(instance: FakeConsulInstance): void {
    const { name, id = name, node = 'node-1', status = 'passing' } = instance;
    const check = checkOf(node, id, name, `service:${id}`, status);
    const item: WireHealth = {
      Node: {
        Node: node,
        Address: instance.nodeAddress ?? '10.0.0.1',
        Datacenter: this.datacenter,
        Meta: instance.nodeMeta ?? null,
      },
      Service: {
        ID: id,
        Service: name,
        Tags: instance.tags ?? null,
        Address: instance.address ?? '',
        Port: instance.port ?? 0,
        Meta: instance.meta ?? null,
        Weights: instance.weights ?? { Passing: 1, Warning: 1 },
      },
      Checks: [check],
    };
    this.#items.set(`${node} ${id}`, item);
    this.#changed(name, true);
  }

  /** Takes every instance of this id out, and says whether there was one. */
  remove(id: string): boolean {
    const found = [...this.#items].filter(([, { Service }]) => Service.ID === id);
    for (const [key, { Service }] of found) {
      this.#items.delete(key);
      this.#changed(Service.Service, true);
    }
    return found.length > 0;
  }

  /** Changes the checks of every instance of this id. */
  check(id: string, change: (checks: readonly WireCheck[]) => readonly WireCheck[]): void {
    for (const [key, item] of this.#items) {
      if (item.Service.ID !== id) continue;
      this.#items.set(key, { ...item, Checks: change(item.Checks) });
      this.#changed(item.Service.Service, false);
    }
  }

  /** Lets every index begin anew. What is known stays. */
  rewind(): void {
    this.#index = 1n;
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

/** A check as it is on the wire. */
export function checkOf(
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
