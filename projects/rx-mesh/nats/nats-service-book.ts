import { type RegistrySnapshot, type ServiceInstance, createInstance } from 'rx-mesh/mesh';

/** A service as it has answered. What is in it comes from outside, and nobody vouches for it. */
export interface NatsServiceAnswer {
  /** Its name. */
  readonly name: string;
  /** Its id: unique among those of its name. */
  readonly id: string;
  /** Its version. */
  readonly version: string;
  /** Its facts, as far as they are texts. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Makes the base URL of an instance: what a browser is to call; `undefined` leaves it out. */
export type NatsInstanceUrl = (answer: NatsServiceAnswer) => string | undefined;

/** The fact `url` of a service. */
export const urlInMetadata: NatsInstanceUrl = ({ metadata }) =>
  Object.hasOwn(metadata, 'url') ? metadata['url'] : undefined;

interface Known {
  readonly text: string;
  readonly instance: ServiceInstance | undefined;
  missed: number;
}

/** What was answered, round by round. Lists and instances stay the same objects as long as nothing of them has changed. */
export class ServiceBook {
  readonly #url: NatsInstanceUrl;
  readonly #misses: number;
  readonly #known = new Map<string, Known>();
  #snapshot: RegistrySnapshot | undefined;

  /** @param misses After how many rounds without an answer an instance is gone. */
  constructor(url: NatsInstanceUrl, misses: number) {
    this.#url = url;
    this.#misses = misses;
  }

  /** Takes the answers of one round, and says what is known now, and one reason why something was left out. */
  take(
    answers: readonly string[],
    now: Date,
  ): { readonly snapshot: RegistrySnapshot; readonly refused: Error | undefined } {
    let refused: Error | undefined;
    for (const known of this.#known.values()) known.missed++;
    for (const text of answers) {
      try {
        this.#take(text, now);
      } catch (error) {
        refused ??= error instanceof Error ? error : new Error(String(error));
      }
    }
    for (const [key, { missed }] of this.#known) {
      if (missed >= this.#misses) this.#known.delete(key);
    }
    this.#snapshot = this.#whole();
    return { snapshot: this.#snapshot, refused };
  }

  #take(text: string, now: Date): void {
    const answer = readAnswer(text);
    const key = JSON.stringify([answer.name, answer.id]);
    const facts = JSON.stringify([answer.version, Object.entries(answer.metadata).sort()]);
    const known = this.#known.get(key);
    if (known?.text === facts) known.missed = 0;
    else {
      const instance = instanceOf(answer, this.#url(answer), now);
      this.#known.set(key, { text: facts, instance, missed: 0 });
    }
  }

  #whole(): RegistrySnapshot {
    const services = new Map<string, ServiceInstance[]>();
    for (const { instance } of this.#known.values()) {
      if (!instance) continue;
      const list = services.get(instance.name);
      if (list) list.push(instance);
      else services.set(instance.name, [instance]);
    }
    const before = this.#snapshot;
    const whole = new Map<string, readonly ServiceInstance[]>();
    for (const [name, list] of services) {
      list.sort((a, b) => (a.id < b.id ? -1 : 1));
      const old = before?.get(name);
      whole.set(name, old && sameList(old, list) ? old : Object.freeze(list));
    }
    const same =
      before?.size === whole.size && [...whole].every(([name, list]) => before.get(name) === list);
    return same ? before : whole;
  }
}

function sameList(a: readonly ServiceInstance[], b: readonly ServiceInstance[]): boolean {
  return a.length === b.length && a.every((instance, at) => instance === b[at]);
}

function readAnswer(text: string): NatsServiceAnswer {
  const answer: unknown = JSON.parse(text);
  if (typeof answer !== 'object' || answer === null) throw new TypeError('It is no object.');
  const { name, id, version, metadata } = answer as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || typeof id !== 'string' || name === '' || id === '') {
    throw new TypeError('It has no name and id.');
  }
  const facts = typeof metadata === 'object' && metadata !== null ? Object.entries(metadata) : [];
  const texts = facts.filter((fact): fact is [string, string] => typeof fact[1] === 'string');
  return {
    name,
    id,
    version: typeof version === 'string' ? version : '',
    metadata: Object.freeze(Object.fromEntries(texts)),
  };
}

function instanceOf(
  { name, id, version, metadata }: NatsServiceAnswer,
  url: string | undefined,
  lastSeen: Date,
): ServiceInstance | undefined {
  if (url === undefined) return undefined;
  const option = `NATS service ${JSON.stringify(name)}`;
  const instance = createInstance(name, { url, id, version, metadata }, { lastSeen, option });
  if (LINK_LOCAL.test(instance.address)) {
    throw new TypeError(`${option} has a link-local address, where clouds keep credentials.`);
  }
  return instance;
}

// 169.254.0.0/16, fe80::/10 and the address that AWS uses in IPv6, as the URL parser writes them.
const LINK_LOCAL = /^(?:169\.254\.|fe[89ab][\da-f]:|fd00:ec2::254$|::ffff:a9fe:)/i;
