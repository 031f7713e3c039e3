// Policies written by hand, against which those of the library are judged. What they should show is known, so they
// check the model as well.
import { TIMED_OUT, around, fullJitter, retrying, timeLimit, tokens, watched } from './parts.mjs';

/** A client that has the parts in the order given, outermost first, each `(ports, world) => guard`. */
export function client(...parts) {
  return (ports, world) => around(...parts.map((part) => part(ports, world)));
}

const limit = (ports, { timeout }) => timeLimit(ports, timeout);
const jittered = (ports) => retrying(ports, { delay: fullJitter(ports) });

/** Jitter, and a retry budget that is filled by successes. */
export function budgeted(ports, { capacity = 10, initial = capacity, ratio = 0.2, ...options }) {
  const budget = tokens({ capacity, initial, ratio });
  const retries = retrying(ports, { delay: fullJitter(ports), budget, ...options });
  const refill = watched(ports, {
    begin: () => true,
    end: (_duration, error) => error === undefined && budget.succeeded(),
  });
  return around(retries, refill);
}

/** Requests against answers of the last two minutes (Google SRE book, chapter 21). */
function throttle({ random, time }, k, seconds = 120) {
  const buckets = new Map();
  const totals = { requests: 0, accepts: 0 };
  const bucket = () => {
    const now = Math.floor(time.now() / 1000);
    for (const [at, { requests, accepts }] of buckets) {
      if (at > now - seconds) break;
      totals.requests -= requests;
      totals.accepts -= accepts;
      buckets.delete(at);
    }
    if (!buckets.has(now)) buckets.set(now, { requests: 0, accepts: 0 });
    return buckets.get(now);
  };
  const count = (key) => {
    bucket()[key]++;
    totals[key]++;
  };
  return {
    begin: () => {
      bucket();
      const { accepts, requests } = totals;
      const isRefused = random.next() < (requests - k * accepts) / (requests + 1);
      count('requests');
      return !isRefused;
    },
    end: (_duration, error) => error === undefined && count('accepts'),
  };
}

/** A limit of requests under way: one more per window of fast answers, a tenth less when one is slow or fails. */
function aimd(slow) {
  let limit = 20;
  let busy = 0;
  return {
    begin: () => busy < Math.floor(limit) && (busy++, true),
    end: (duration, error) => {
      if (error === TIMED_OUT || error?.status === 503 || duration > slow) {
        limit = Math.max(1, limit * 0.9);
      } else if (2 * busy >= limit) limit = Math.min(200, limit + 1);
      busy--;
    },
  };
}

/** What the others in a mixed fleet use. */
export const JITTER = { name: 'full jitter, 3 retries', client: client(jittered, limit) };

export const REFERENCE = [
  { name: 'no retry', client: client(limit) },
  {
    name: 'naive: 3 retries at once',
    client: client((ports) => retrying(ports, { delay: () => 0 }), limit),
  },
  JITTER,
  {
    name: 'jitter + budget of 20 %',
    client: client((ports) => budgeted(ports, {}), limit),
  },
  {
    name: 'jitter + budget + SRE throttle (K = 2, 120 s)',
    client: client(
      (ports) => budgeted(ports, {}),
      (ports) => watched(ports, throttle(ports, 2)),
      limit,
    ),
  },
  {
    name: 'jitter + budget + AIMD limit',
    client: client(
      (ports) => budgeted(ports, {}),
      (ports, world) => watched(ports, aimd(world.timeout / 2)),
      limit,
    ),
  },
];
