import type { ServiceInstance } from '../service-instance';
import { isOf } from './version-split';
import { ownShare, zoneOf } from './zones';

type Instances = readonly ServiceInstance[];

/** Which instances of a service a call is for. */
export interface Selection {
  /** Those of this version: `2` stands for `2.1.0` too. */
  readonly version: string | undefined;
  /** Those that have all these facts in their metadata. */
  readonly subset: Readonly<Record<string, string>> | undefined;
  /** The zone that is preferred; `''` for none. */
  readonly zone: string;
  /** Below this share of instances that are well, all get calls. */
  readonly panicThreshold: number;
}

/** A list that a strategy picks from, and the name under which it keeps its state. */
export interface Candidates {
  readonly group: string;
  readonly instances: Instances;
}

/** The instances that a call may go to, arranged so that a pick needs no look at all of them. */
export interface Arrangement {
  /** How many instances match at all; 0 when the version or the subset is not there. */
  readonly matching: number;
  /** Those of the preferred zone, or all where none is preferred. */
  readonly own: Candidates;
  /** Those elsewhere. */
  readonly elsewhere: Candidates;
  /** The share of calls that `own` takes, from 0 to 1. */
  readonly share: number;
  /** Whether too few are well, so that all get calls. */
  readonly panic: boolean;
}

/** What is known of single instances. */
export interface InstanceFacts {
  /** Whether it may get calls. */
  isWell(instance: ServiceInstance): boolean;
  /** For how long it asks to be left alone, in milliseconds. */
  pauseOf(instance: ServiceInstance): number;
}

/**
 * Arranges the instances of a service for a selection.
 *
 * Instances that are not well get calls only in a panic: when fewer than the threshold are well, they are more likely to be
 * thought ill than to be ill, and the few would be overrun (Envoy's panic threshold). Those of weight 0 are drained: they
 * get calls only when nothing else is there. Those that asked to be left alone get none while there is another, in a panic
 * too: nobody thinks them ill, they have said it.
 */
export function arrange(
  service: string,
  known: Instances,
  selection: Selection,
  facts: InstanceFacts,
): Arrangement {
  const matching = known.filter(matches(selection));
  const inUse = keepSome(
    matching.filter(({ weight }) => weight > 0),
    matching,
  );
  const isWell = (instance: ServiceInstance): boolean => facts.isWell(instance);
  const well = inUse.filter(isWell);
  const panic = well.length < inUse.length * selection.panicThreshold || well.length === 0;
  const called = panic ? inUse : well;
  const usable = keepSome(
    called.filter((each) => facts.pauseOf(each) === 0),
    called,
  );
  const { zone } = selection;
  const isOwn = (instance: ServiceInstance): boolean => zone === '' || zoneOf(instance) === zone;
  const own = usable.filter(isOwn);
  // What the own zone can bear is for those to say that are well, in a panic too; where nobody is, all are alike.
  const able = well.length === 0 ? own : own.filter(isWell);
  const name = groupOf(service, selection);
  return {
    matching: matching.length,
    own: { group: name, instances: own.length === usable.length ? usable : own },
    elsewhere: { group: `${name} elsewhere`, instances: usable.filter((each) => !isOwn(each)) },
    share: own.length === usable.length ? 1 : ownShare(able.length, inUse.filter(isOwn).length),
    panic,
  };
}

/** Lists whose contents are the same stay the same objects: strategies keep their state by them. */
export function keepLists(now: Arrangement, before: Arrangement | undefined): Arrangement {
  if (!before) return now;
  return {
    ...now,
    own: sameList(now.own.instances, before.own.instances) ? before.own : now.own,
    elsewhere: sameList(now.elsewhere.instances, before.elsewhere.instances)
      ? before.elsewhere
      : now.elsewhere,
  };
}

function sameList(a: Instances, b: Instances): boolean {
  return a === b || (a.length === b.length && a.every((each, at) => each === b[at]));
}

/** What a selection is called: the same text for the same selection. */
export function groupOf(service: string, { version, subset, zone }: Selection): string {
  if (version === undefined && subset === undefined && zone === '') return service;
  return JSON.stringify([service, version, Object.entries(subset ?? {}).sort(), zone]);
}

function matches({ version, subset }: Selection): (instance: ServiceInstance) => boolean {
  const facts = Object.entries(subset ?? {});
  return (instance) =>
    (version === undefined || isOf(version)(instance)) &&
    facts.every(
      ([name, value]) =>
        Object.hasOwn(instance.metadata, name) && instance.metadata[name] === value,
    );
}

function keepSome(some: Instances, all: Instances): Instances {
  return some.length > 0 ? some : all;
}
