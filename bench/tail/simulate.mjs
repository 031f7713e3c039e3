// Ten instances with four workers each, and clients whose balancers know only their own calls.
import { normal, seeded } from './chance.mjs';
import { VirtualTime } from '../storm/virtual-time.mjs';

export const WORLD = {
  instances: 10,
  workers: 4,
  service: 20, // ms, the median of a log-normal distribution
  sigma: 0.5,
  load: 0.6,
  timeout: 2000, // ms
  duration: 120_000, // ms
  probes: { period: 5000, timeout: 1000, unhealthyAfter: 2, healthyAfter: 1, slowFactor: 3 },
};

/** What is wrong with the first instance. */
export const TROUBLE = {
  'all well': {},
  '10 times slower': { slower: 10 },
  'fails fast': { fails: true },
  hangs: { hangs: true },
};

export function simulate(createClient, { clients, options, probed }, trouble, seed) {
  const time = new VirtualTime();
  const random = seeded(seed);
  const clock = { now: () => time.now(), monotonic: () => time.now(), scheduler: time };
  const ids = Array.from({ length: WORLD.instances }, (_, i) => `i${i}`);
  const servers = new Map(ids.map((id, at) => [id, new Server(time, random, at ? {} : trouble)]));
  const fleet = Array.from({ length: clients }, (_, i) =>
    createClient({ clock, random: { next: seeded(seed * 1000 + i) }, options, instances: ids }),
  );
  const start = time.now();
  const end = start + WORLD.duration;
  const took = [];
  let failures = 0;
  const rate =
    (WORLD.instances * WORLD.workers * WORLD.load) /
    (WORLD.service * Math.exp(WORLD.sigma ** 2 / 2));

  const arrive = () => {
    const client = fleet[Math.floor(random() * fleet.length)];
    const lease = client.lease();
    lease.start();
    const at = time.now();
    let over = false;
    const settle = (ok) => {
      if (over) return;
      over = true;
      alarm.run = undefined;
      took.push(time.now() - at);
      if (!ok) failures++;
      lease.done(ok ? 'success' : 'failure');
    };
    const alarm = time.after(WORLD.timeout, () => settle(false));
    servers.get(lease.instance.id).take(settle);
    const next = -Math.log(1 - random()) / rate;
    if (time.now() + next < end) time.after(next, arrive);
  };
  time.after(0, arrive);

  if (probed) {
    const { period, timeout, ...thresholds } = WORLD.probes;
    for (const client of fleet) {
      for (const id of ids) {
        const probe = () => {
          const at = time.now();
          let over = false;
          const settle = (ok) => {
            if (over) return;
            over = true;
            client.probed(id, { ok, took: time.now() - at, at: time.now() }, thresholds);
            if (time.now() + period < end) time.after(period * (0.9 + 0.2 * random()), probe);
          };
          time.after(timeout, () => settle(false));
          servers.get(id).take(settle);
        };
        time.after(random() * period, probe);
      }
    }
  }
  time.flush();
  took.sort((a, b) => a - b);
  const quantile = (q) => Math.round(took[Math.min(took.length - 1, Math.floor(q * took.length))]);
  return {
    p99: quantile(0.99),
    p999: quantile(0.999),
    failed: failures / took.length,
    calls: took.length,
  };
}

class Server {
  #free = WORLD.workers;
  #queue = [];
  constructor(time, random, trouble) {
    this.time = time;
    this.random = random;
    this.trouble = trouble;
  }

  take(settle) {
    if (this.trouble.hangs) return;
    if (this.trouble.fails) {
      this.time.after(2, () => settle(false));
      return;
    }
    if (this.#free > 0) this.#run(settle);
    else this.#queue.push(settle);
  }

  #run(settle) {
    this.#free--;
    const { slower = 1 } = this.trouble;
    const service = WORLD.service * slower * Math.exp(WORLD.sigma * normal(this.random));
    this.time.after(service, () => {
      this.#free++;
      settle(true);
      const next = this.#queue.shift();
      if (next) this.#run(next);
    });
  }
}
