// The mock services: a process for each instance, which can be killed for real, and one for the data that they share.
import { pathToFileURL } from 'node:url';
import { bundleServices } from '../mock-services/bundle.mjs';
import { freePorts, isAlive } from './children.mjs';

const INSTANCE = 'tools/mock-services/instance.mjs';
const DATA = 'tools/mock-services/data.mjs';
/** As the page has it until somebody says otherwise. */
const CALM = { latency: { median: 60, p99: 240 }, errorRate: 0 };
const SLOWEST = 60_000; // milliseconds

/** The instances of all services, and how they do: what the page shows and changes. */
export class Services {
  #children;
  #origins;
  #file;
  #data;
  #instances = [];
  #weather = { seed: 42, faults: [] };

  /** @param file Where the bundle of the services goes. */
  constructor(children, origins, file) {
    this.#children = children;
    this.#origins = origins;
    this.#file = file;
  }

  /** Where each instance listens, by its id. A name of its own tells it apart in charts, and leads a browser to this machine. */
  get addresses() {
    return Object.fromEntries(
      this.#instances.map(({ id, port }) => [id, `http://${id}.localhost:${port}`]),
    );
  }

  /** Which process each instance is; none of one that is dead. */
  get processes() {
    return Object.fromEntries(this.#instances.filter(isUp).map(({ child, id }) => [id, child.pid]));
  }

  /** The same as the page tells it. */
  get state() {
    return { ...this.#weather, killed: this.#instances.filter((one) => !isUp(one)).map(idOf) };
  }

  /** Starts all of them. */
  async start() {
    await bundleServices(this.#file);
    const { INSTANCES } = await import(pathToFileURL(this.#file));
    const { first } = await this.#children.fork(DATA, [this.#file]);
    this.#data = first.port;
    const ports = await freePorts(INSTANCES.length);
    this.#instances = INSTANCES.map(({ id, service }, at) => ({ id, service, port: ports[at] }));
    await Promise.all(this.#instances.map((instance) => this.#launch(instance)));
  }

  /** What the data process says: the office, and what services have read in headers. */
  async known() {
    return (await fetch(`http://127.0.0.1:${this.#data}/`)).json();
  }

  /** Tells the office of tokens something. @param order `expired`, `strict` or `lenient`. */
  async office(order) {
    if (!['expired', 'strict', 'lenient'].includes(order)) throw new TypeError('no such order');
    await fetch(`http://127.0.0.1:${this.#data}/office/${order}`, { method: 'POST' });
  }

  /** Makes them as a page says: which are dead, how slow they are and how often they fail. */
  async apply({ faults, killed, seed }) {
    const known = new Set(this.#instances.flatMap(({ id, service }) => [id, service]));
    this.#weather = {
      seed: Number.isInteger(seed) ? seed : this.#weather.seed,
      faults: Array.isArray(faults)
        ? faults.filter(([to, each]) => known.has(to) && isSound(each))
        : [],
    };
    const dead = new Set(Array.isArray(killed) ? killed : []);
    await Promise.all(
      this.#instances.map(async (instance) => {
        if (!dead.has(instance.id)) return this.#tell(instance);
        if (isUp(instance)) await this.#children.end(instance.child);
      }),
    );
  }

  async #tell(instance) {
    if (isUp(instance)) instance.child.send(this.#weatherOf(instance), () => undefined);
    else await this.#launch(instance);
  }

  async #launch(instance) {
    const { id, port, service } = instance;
    const [data, origins, partner] = [this.#data, this.#origins, service === 'rates'];
    const facts = { id, port, data, origins, partner, ...this.#weatherOf(instance) };
    const { child } = await this.#children.fork(INSTANCE, [this.#file, JSON.stringify(facts)]);
    instance.child = child;
  }

  #weatherOf({ id, service }) {
    const { faults, seed } = this.#weather;
    const own = new Map(faults);
    // Another chance for each, from the one number.
    const number = [...id].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7);
    return { faults: own.get(id) ?? own.get(service) ?? CALM, seed: seed ^ number };
  }
}

const idOf = ({ id }) => id;
const isUp = ({ child }) => child !== undefined && isAlive(child);

function isSound(faults) {
  const { errorRate, latency } = Object(faults);
  const { median, p99 } = Object(latency);
  return median > 0 && p99 >= median && p99 <= SLOWEST && errorRate >= 0 && errorRate <= 1;
}
