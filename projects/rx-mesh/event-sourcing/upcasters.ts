import { InjectionToken } from '@angular/core';
import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import type { EventEnvelope } from './event-envelope';
import { UpcasterError } from './event-sourcing-errors';

declare const ngDevMode: boolean;

/** Brings the data of an event from one version of its shape to a later one. What is stored never changes. */
export interface Upcaster {
  /** The type of the event. */
  readonly type: string;
  /** The version from which it comes, at least 1. */
  readonly from: number;
  /** The version to which it brings it. @default from + 1 */
  readonly to?: number | undefined;
  /** The type that it has from then on. @default the same */
  readonly toType?: string | undefined;
  /** Makes the new data. Must not change the old. What it throws is an `UpcasterError` of whoever reads. */
  readonly upcast: (data: unknown, event: EventEnvelope) => unknown;
}

/** Upcasters as a chain. */
export interface UpcasterChain {
  /** The event in its newest shape; the event itself, when it is. Throws an `UpcasterError`. */
  upcast(event: EventEnvelope): EventEnvelope;
  /** The newest version of a type. @default 1 */
  newestOf(type: string): number;
  /** The types under which events of these types may have been recorded. */
  recordedAs(types: readonly string[]): readonly string[];
}

/** The upcasters of the application. @default none */
export const UPCASTERS = new InjectionToken<UpcasterChain>(ngDevMode ? 'rx-mesh UPCASTERS' : '', {
  providedIn: 'root',
  factory: () => new Chain([]),
});

/**
 * Brings old events to their newest shape when they are read.
 *
 * @param upcasters In any order: for each type one from each version to a later one, without a gap.
 * @throws UpcasterError when there is a gap or a cycle, or two begin at the same version.
 * @usageNotes
 * ```ts
 * provideRxMesh(withUpcasters([
 *   { type: 'OrderPlaced', from: 1, upcast: (data) => ({ ...(data as object), currency: 'EUR' }) },
 * ]));
 * ```
 */
export function withUpcasters(upcasters: readonly Upcaster[]): RxMeshFeature<'upcasters'> {
  return ɵmakeFeature('upcasters', [{ provide: UPCASTERS, useValue: new Chain(upcasters) }]);
}

interface Shape {
  readonly type: string;
  readonly version: number;
}

class Chain implements UpcasterChain {
  readonly #steps = new Map<string, Upcaster>();
  readonly #newest = new Map<string, number>();

  constructor(upcasters: readonly Upcaster[]) {
    for (const step of upcasters) {
      const { type, from } = step;
      if (!Number.isSafeInteger(from) || from < 1) {
        throw new UpcasterError(type, from, 'versions are whole numbers of at least 1');
      }
      if (this.#steps.has(keyOf({ type, version: from }))) {
        throw new UpcasterError(type, from, 'two upcasters begin there');
      }
      this.#steps.set(keyOf({ type, version: from }), step);
      this.#note({ type, version: from });
      this.#note(endOf(step));
    }
    for (const { type, from } of upcasters) this.#check({ type, version: from });
  }

  upcast(event: EventEnvelope): EventEnvelope {
    // Nearly all types have only ever had one shape.
    if (!this.#newest.has(event.type)) return event;
    let [newest, step] = [event, this.#stepFrom(event)];
    while (step) {
      const { type, version } = endOf(step);
      newest = { ...newest, data: run(step, newest), type, schemaVersion: version };
      step = this.#stepFrom(newest);
    }
    // The application knows newer shapes, but no way to them.
    if (newest.schemaVersion < this.newestOf(newest.type)) {
      throw new UpcasterError(newest.type, newest.schemaVersion, 'there is no upcaster from there');
    }
    return newest;
  }

  newestOf(type: string): number {
    return this.#newest.get(type) ?? 1;
  }

  recordedAs(types: readonly string[]): readonly string[] {
    const all = new Set(types);
    // A set that grows while it is walked: types may have been renamed more than once.
    for (const wanted of all) {
      for (const { type, toType = type } of this.#steps.values())
        if (toType === wanted) all.add(type);
    }
    return [...all];
  }

  #stepFrom({ type, schemaVersion }: EventEnvelope): Upcaster | undefined {
    return this.#steps.get(keyOf({ type, version: schemaVersion }));
  }

  #note({ type, version }: Shape): void {
    this.#newest.set(type, Math.max(version, this.newestOf(type)));
  }

  #check(start: Shape): void {
    const seen = new Set<string>();
    let shape = start;
    for (;;) {
      if (seen.has(keyOf(shape))) {
        throw new UpcasterError(shape.type, shape.version, 'the upcasters go round in a cycle');
      }
      seen.add(keyOf(shape));
      const step = this.#steps.get(keyOf(shape));
      if (!step) break;
      shape = endOf(step);
    }
    if (shape.version < this.newestOf(shape.type)) {
      throw new UpcasterError(shape.type, shape.version, 'there is a gap behind it');
    }
  }
}

function run({ upcast }: Upcaster, event: EventEnvelope): unknown {
  try {
    return upcast(event.data, event);
  } catch (cause) {
    const { type, schemaVersion, position } = event;
    const problem = `the upcaster threw at the event of position ${position}`;
    throw new UpcasterError(type, schemaVersion, problem, { cause });
  }
}

function endOf({ type, from, to = from + 1, toType = type }: Upcaster): Shape {
  return { type: toType, version: to };
}

function keyOf({ type, version }: Shape): string {
  return `${version} ${type}`;
}
