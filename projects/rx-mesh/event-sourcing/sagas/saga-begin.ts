import { Injectable, inject } from '@angular/core';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { lastValueFrom } from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import { isWrongExpectedVersionError } from '../event-sourcing-errors';
import { EventStoreService } from '../store/event-store-service';
import type { EventCause } from '../store/prepare-events';
import { type SagaDefinition, shapeOf } from './saga-definition';
import { SagaMismatchError, UnknownSagaError } from './saga-errors';
import { SagaOwner } from './saga-owner';
import type { SagaRecord } from './saga-record';
import { SagaRunners } from './saga-runners';

/** What goes with the start of a saga. */
export interface SagaOrigin {
  readonly input: unknown;
  readonly correlationId?: string | undefined;
  readonly causedBy?: EventCause | undefined;
}

/** Records the beginnings of sagas, and finds them. */
@Injectable({ providedIn: 'root' })
export class SagaBeginnings {
  private readonly store = inject(EventStoreService);
  private readonly owner = inject(SagaOwner);
  private readonly registry = inject(SagaRunners).registry;

  /**
   * Records that a saga begins, and resolves with its stream. One that has begun is left as it is. What it rejects with are
   * the errors of an append, or a `SagaMismatchError` when a saga of another type has the id.
   */
  async begin(definition: SagaDefinition, id: string, origin: SagaOrigin): Promise<string> {
    checkId(id);
    const { type, version: definitionVersion } = definition;
    const other = await this.find(id, type);
    if (other !== undefined) throw new SagaMismatchError(id, 'stream');
    const { input, causedBy, correlationId = correlationOf(causedBy) ?? id } = origin;
    const owner = await this.owner.name();
    const shape = shapeOf(definition);
    const data = { id, type, definitionVersion, shape, owner, correlationId, input };
    const stream = streamOf(type, id);
    try {
      await lastValueFrom(
        this.store.appendToStream(
          stream,
          { type: 'SagaStarted', data, aggregateId: id },
          { expected: 'no-stream', durability: 'strict', correlationId, causedBy },
        ),
        { defaultValue: undefined },
      );
    } catch (error) {
      if (!isWrongExpectedVersionError(error)) throw error;
    }
    return stream;
  }

  /** The stream of a saga. Rejects with an `UnknownSagaError`. */
  async locate(id: string): Promise<string> {
    const found = await this.find(id);
    if (found === undefined) throw new UnknownSagaError('id', id);
    return found;
  }

  private async find(id: string, except?: string): Promise<string | undefined> {
    for (const type of this.registry.types) {
      if (type === except) continue;
      const stream = streamOf(type, id);
      const head = await lastValueFrom(this.store.streamHead(stream), { defaultValue: undefined });
      if (head) return stream;
    }
    return undefined;
  }
}

function streamOf(type: string, id: string): string {
  // A type may hold '-', but no ':', so no two sagas have one name.
  return `saga-${type}:${id}`;
}

/** The id of the saga that an event starts: what the definition says, else one for each type and event. */
export function idFrom({ type, startsOn }: SagaDefinition, event: EventEnvelope): string {
  return startsOn?.id?.(event) ?? `${type}:${event.id}`;
}

function correlationOf(cause: EventCause | undefined): string | undefined {
  const known = cause?.correlationId ?? cause?.metadata?.correlationId ?? cause?.id;
  return typeof known === 'string' ? known : undefined;
}

function checkId(id: unknown): void {
  if (typeof id === 'string' && id !== '' && id.length <= 128) return;
  throw new InvalidOptionError('StartSagaOptions.id', id, 'a text of 1 to 128 characters');
}

/** The saga, or the error that says why there is none. */
export function checked(record: SagaRecord | undefined, id: string): SagaRecord {
  if (!record) throw new UnknownSagaError('id', id);
  if (record.id !== id) throw new SagaMismatchError(id, 'stream');
  return record;
}
