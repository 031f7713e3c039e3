import { DOCUMENT, InjectionToken, inject } from '@angular/core';
import { seededRandom } from 'rx-mesh/kernel';

const DEFAULT_SEED = 42;

/** The number that all chance of the demo starts from: that of `?seed=`, so that a run can be repeated and shared. */
export const SEED = new InjectionToken<number>('demo SEED', {
  providedIn: 'root',
  factory: () => seedOf(inject(DOCUMENT).location.search),
});

/** A source of chance for the application, from {@link SEED}. */
export const seededChance = () => seededRandom(inject(SEED));

function seedOf(search: string): number {
  const given = new URLSearchParams(search).get('seed');
  const seed = given === null || given === '' ? NaN : Number(given);
  return Number.isInteger(seed) ? seed : DEFAULT_SEED;
}
