// One policy in one world, from the first request to the last answer.
import { JITTER } from './reference.mjs';
import { Server } from './server.mjs';
import { exponential, seeded } from './random.mjs';
import { VirtualTime, virtualClock } from './virtual-time.mjs';

const SECOND = 1000;

/**
 * @param policy `client(ports, world)` makes what one client has, and returns what it puts around each request.
 * @param world One of SCENARIOS.
 * @returns What happened, by seconds and as a whole.
 */
export function simulate(policy, world, seed) {
  const run = prepare(policy, world, seed);
  run.time.flush();
  return run.result();
}

export function prepare(policy, world, seed) {
  const time = new VirtualTime();
  const start = time.now();
  const chance = (part) => seeded(seed * 100 + part);
  const server = new Server(time, chance(1), world);
  const ports = { clock: virtualClock(time), random: chance(2), time };
  const strangers = Math.round((world.others ?? 0) * world.clients);
  const clients = Array.from({ length: world.clients }, (_, i) =>
    (i < strangers ? JITTER : policy).client(ports, world),
  );
  const log = new Log(start, world);
  const arrivals = chance(3);

  const request = () => {
    const guarded = clients[Math.floor(arrivals.next() * clients.length)];
    for (let i = 0; i < (world.burst ?? 1); i++) time.after(i * 50, () => send(guarded));
  };
  const send = (guarded) => {
    const record = log.begin(time.now());
    const work = server.request({
      sent: (at) => {
        record.attempts++;
        log.attempt(at);
      },
      answered: (at) => log.useful(at),
    });
    guarded(work).subscribe({
      complete: () => log.end(record, time.now(), true),
      error: () => log.end(record, time.now(), false),
    });
  };
  schedule(time, world, arrivals, request);
  return { time, result: () => log.result(server) };
}

/** Arrivals by chance, at the load of each phase. */
function schedule(time, { capacity, phases, burst = 1 }, random, request) {
  let from = 0;
  for (const { seconds, load } of phases) {
    const until = from + seconds;
    const rate = (load * capacity) / burst;
    const next = (at) => {
      const then = at + exponential(random, rate);
      if (then < until) time.after((then - at) * SECOND, () => (request(), next(then)));
    };
    const first = from;
    time.after(first * SECOND, () => next(first));
    from = until;
  }
}

class Log {
  #start;
  #world;
  #seconds;
  #durations = [];
  #rejected = 0;

  constructor(start, world) {
    this.#start = start;
    this.#world = world;
    const total = world.phases.reduce((sum, { seconds }) => sum + seconds, 0);
    this.#seconds = Array.from({ length: total + 60 }, () => ({
      requests: 0,
      successes: 0,
      attempts: 0,
      useful: 0,
    }));
  }

  begin(at) {
    const second = this.#at(at);
    second.requests++;
    return { at, second, attempts: 0 };
  }

  attempt(at) {
    this.#at(at).attempts++;
  }

  useful(at) {
    this.#at(at).useful++;
  }

  end({ at, second, attempts }, now, isSuccess) {
    if (isSuccess) {
      second.successes++;
      this.#durations.push(now - at);
    } else if (attempts === 0) this.#rejected++;
  }

  result(server) {
    const { capacity, phases } = this.#world;
    const seconds = this.#seconds;
    const sum = (key, from = 0, to = seconds.length) =>
      seconds.slice(from, to).reduce((total, second) => total + second[key], 0);
    const requests = sum('requests');
    const [calm, busy] = phases;
    const overload = busy ? [calm.seconds, calm.seconds + busy.seconds] : [0, calm.seconds];
    const [from, to] = overload;
    return {
      attempts: server.attempts / requests,
      peak: Math.max(...seconds.map((second) => second.attempts)),
      success: sum('successes') / requests,
      goodput: sum('useful', from, to) / (to - from) / capacity,
      recovery: busy ? this.#recovery(to) : 0,
      wasted: server.wasted / server.attempts,
      p99: quantile(this.#durations, 0.99),
      rejected: this.#rejected / requests,
      seconds,
    };
  }

  /** Seconds after the overload from when on at least 99 % of the requests of any five seconds succeed. */
  #recovery(end) {
    const total = this.#world.phases.reduce((sum, { seconds }) => sum + seconds, 0);
    for (let at = total - 5; at >= end; at--) {
      const window = this.#seconds.slice(at, at + 5);
      const requests = window.reduce((sum, second) => sum + second.requests, 0);
      const successes = window.reduce((sum, second) => sum + second.successes, 0);
      if (successes < 0.99 * requests) return at === total - 5 ? Infinity : at + 1 - end;
    }
    return 0;
  }

  #at(now) {
    return this.#seconds[Math.floor((now - this.#start) / SECOND)] ?? this.#seconds.at(-1);
  }
}

function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
}
