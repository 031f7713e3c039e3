import { Injectable, inject } from '@angular/core';
import type { Observable } from 'rxjs';
import { CommandBusService } from './commands/command-bus-service';
import type { CommandHandler } from './commands/command-handler';
import type { CommandHandlerOptions } from './commands/handler-options';
import type {
  CommandDefinition,
  CommandResult,
  NewCommand,
  NewQuery,
  QueryDefinition,
  QueryResult,
} from './message-types';
import { QueryBusService } from './queries/query-bus-service';
import type { QueryHandler } from './queries/query-handlers';
import type { QueryHandlerOptions } from './queries/query-options';
import { ConsistencyMonitor } from './sync/consistency-monitor';
import type {
  ConsistencyOptions,
  ConsistencyReport,
  WaitForConsistencyOptions,
} from './sync/consistency-options';
import { ReadModelSynchronizer } from './sync/read-model-synchronizer';
import type { SyncOptions, SyncResult } from './sync/sync-options';

/**
 * Commands that change something, queries that read something, and the read models between them: the parts of this room at a
 * glance. Each member is one of a service of its own, which can do more.
 *
 * Everything is cold but the two pipelines, which tell what happens whether or not anybody asks, and which no message ends.
 *
 * @usageNotes
 * ```ts
 * const cqrs = inject(DistributedCQRSService);
 * cqrs.registerCommandHandler(placeOrder, ({ payload }, context) => context.append('order-7', placed(payload)));
 * cqrs
 *   .sendCommand(placeOrder({ aggregateId: '7', payload: { sku: 'tea' } }))
 *   .subscribe((result) => show(result.success ? 'placed' : result.error));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class DistributedCQRSService {
  private readonly commands = inject(CommandBusService);
  private readonly queries = inject(QueryBusService);
  private readonly synchronizer = inject(ReadModelSynchronizer);
  private readonly monitor = inject(ConsistencyMonitor);

  /** What became of each command, see `CommandBusService.results$`. Only new ones; never errors. */
  readonly commandPipeline$: Observable<CommandResult> = this.commands.results$;
  /** What became of each query, see `QueryBusService.results$`. Only new ones; never errors. */
  readonly queryPipeline$: Observable<QueryResult> = this.queries.results$;

  /**
   * Says who does a type of commands, as `CommandBusService.register` does. Returns what removes the handler.
   *
   * @throws DuplicateHandlerError when the type has one; InvalidOptionError when an option is out of its range.
   */
  registerCommandHandler<P, R>(
    what: string | CommandDefinition<P, R>,
    handler: CommandHandler<P, R>,
    options: CommandHandlerOptions = {},
  ): () => void {
    return this.commands.register(what, handler, options);
  }

  /**
   * Says who answers a type of queries, as `QueryBusService.register` does. Returns what removes the handler.
   *
   * @throws DuplicateHandlerError when the type has one; InvalidOptionError when an option is out of its range.
   */
  registerQueryHandler<P, R>(
    what: string | QueryDefinition<P, R>,
    handler: QueryHandler<P, R>,
    options: QueryHandlerOptions = {},
  ): () => void {
    return this.queries.register(what, handler, options);
  }

  /**
   * Has a command done on subscribe, and emits what became of it, as `CommandBusService.execute` does. Never errors. However
   * often it is subscribed it is one command, which is done once.
   */
  sendCommand<R, P = unknown>(command: NewCommand<R, P>): Observable<CommandResult<R>> {
    return this.commands.execute(command);
  }

  /** Asks once: emits the answer and completes. Errors as `QueryBusService.execute` does. */
  executeQuery<T, P = unknown>(query: NewQuery<T, P>): Observable<T> {
    return this.queries.execute(query);
  }

  /** Brings read models up to date in batches, as `ReadModelSynchronizer.synchronize` does. */
  synchronizeReadModels(options: SyncOptions): Observable<SyncResult> {
    return this.synchronizer.synchronize(options);
  }

  /** Says how far read models are behind, at once and each 30 seconds, as `ConsistencyMonitor.monitor` does. */
  monitorEventualConsistency(options: ConsistencyOptions = {}): Observable<ConsistencyReport> {
    return this.monitor.monitor(options);
  }

  /** Waits until read models have the events up to a position, as `ConsistencyMonitor.waitForConsistency` does. */
  waitForConsistency(
    position: number,
    options: WaitForConsistencyOptions = {},
  ): Observable<number> {
    return this.monitor.waitForConsistency(position, options);
  }
}
