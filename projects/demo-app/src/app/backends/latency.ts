import { type RandomSource } from 'rx-mesh/kernel';

/** How long answers take: most of them about the median, one in a hundred longer than `p99`. Milliseconds. */
export interface LatencyProfile {
  readonly median: number;
  readonly p99: number;
}

// The 99th percentile of the standard normal distribution.
const Z99 = 2.326_347_874;
// Nothing takes longer than this many standard deviations: a demo that waits a minute shows nothing.
const LONGEST = 3.5;

/**
 * A latency drawn from the log-normal distribution that has this median and this 99th percentile: the shape that
 * services have in production, with a long tail to one side. It draws exactly two numbers.
 */
export function drawLatency({ median, p99 }: LatencyProfile, random: RandomSource): number {
  const sigma = Math.log(p99 / median) / Z99;
  return median * Math.exp(sigma * Math.min(LONGEST, standardNormal(random)));
}

/** Box and Muller (1958): two evenly spread numbers make a normal one. */
function standardNormal(random: RandomSource): number {
  const u = 1 - random.next(); // never 0, whose logarithm is infinite
  const v = random.next();
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
}
