// The worlds in which every policy is put. Loads are shares of the capacity.

const BASE = {
  clients: 2000,
  capacity: 200,
  queue: 400, // 2 s: deeper than the time-out, so that a full queue is full of work that nobody waits for
  timeout: 1000,
  latency: 0,
  errors: 0,
  hint: undefined,
  phases: [
    { seconds: 30, load: 0.7 },
    { seconds: 60, load: 1.2 },
    { seconds: 120, load: 0.7 },
  ],
};

function overload(load) {
  return BASE.phases.map((phase) => (phase.load > 1 ? { ...phase, load } : phase));
}

export const SCENARIOS = {
  'overload 120 %': BASE,
  'overload 150 %': { ...BASE, phases: overload(1.5) },
  'overload 120 %, Retry-After of 5 s': { ...BASE, hint: 5 },
  'queue of 100, shorter than the time-out': { ...BASE, queue: 100 },
  'blips: 10 % of answers are errors': {
    ...BASE,
    errors: 0.1,
    phases: [{ seconds: 200, load: 0.5 }],
  },
  'slow but healthy: 600 ms at 50 % load': {
    ...BASE,
    latency: 600,
    phases: [{ seconds: 200, load: 0.5 }],
  },
};

export const FLEETS = [20, 200, 2000];
export const SEEDS = [1, 2, 3];
