import { StateStore } from 'rx-mesh/kernel';
import { type SagaDefinition, shapeOf } from './saga-definition';
import { SagaMismatchError, UnknownSagaError } from './saga-errors';
import type { SagaRecord } from './saga-record';

/** What of a saga says by which definition it is run. */
export type SagaKind = Pick<SagaRecord, 'id' | 'type' | 'definitionVersion' | 'shape'>;

/** The definitions of an application, by type and version. */
export class SagaRegistry {
  readonly #store = new StateStore<ReadonlyMap<string, readonly SagaDefinition[]>>(new Map());

  /** The definitions of each type, the newest last: at once, and whenever one is added. */
  readonly changes$ = this.#store.changes$;

  /** The types. */
  get types(): readonly string[] {
    return [...this.#store.snapshot.keys()];
  }

  /** Adds a definition. One of the same type and version is replaced; throws when that one has other steps. */
  add(definition: SagaDefinition): void {
    const { type, version } = definition;
    const known = this.#store.snapshot.get(type) ?? [];
    const same = known.find((other) => other.version === version);
    if (same === definition) return;
    if (same && shapeOf(same) !== shapeOf(definition)) throw new SagaMismatchError(type, 'steps');
    const all = [...known.filter((other) => other !== same), definition];
    all.sort((a, b) => a.version - b.version);
    this.#store.update((types) => new Map(types).set(type, all));
  }

  /** The definition by which new sagas of a type are run. */
  newest(type: string): SagaDefinition {
    const found = this.#store.snapshot.get(type)?.at(-1);
    if (!found) throw new UnknownSagaError('type', type);
    return found;
  }

  /** The definition by which a saga goes on: that with which it began. */
  of({ id, type, definitionVersion, shape }: SagaKind): SagaDefinition {
    const known = this.#store.snapshot.get(type);
    if (!known) throw new UnknownSagaError('type', type);
    const found = known.find(({ version }) => version === definitionVersion);
    if (!found) throw new SagaMismatchError(id, 'version');
    if (shapeOf(found) !== shape) throw new SagaMismatchError(id, 'steps');
    return found;
  }
}
