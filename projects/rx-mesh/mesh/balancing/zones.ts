import type { ServiceInstance } from '../service-instance';

/** How much more than its share a zone can bear when others are ill (Envoy's overprovisioning factor). */
const HEADROOM = 1.4;

/** The zone that an instance says it is in; `''` where it does not say. */
export function zoneOf({ metadata }: ServiceInstance): string {
  return Object.hasOwn(metadata, 'zone') ? (metadata['zone'] ?? '') : '';
}

/**
 * The share of calls that the own zone can take, from 0 to 1: all, until more than 29 % of its instances are ill; then
 * what is left spills over to the other zones (Envoy's priority levels).
 *
 * @param well How many of its instances are well.
 * @param all How many it has.
 */
export function ownShare(well: number, all: number): number {
  return all === 0 ? 0 : Math.min(1, (HEADROOM * well) / all);
}
