import { inject } from '@angular/core';
import {
  CLOCK,
  DIAGNOSTICS,
  LEADERSHIP,
  PAGE_STATE,
  RANDOM,
  type RxMeshFeature,
  ɵmakeFeature,
} from 'rx-mesh/kernel';
import { EVENT_HINTS } from '../indexed-db/event-hints';
import { EVENT_LOG } from '../log/event-log-token';
import { EVENT_LOG_FETCH } from './event-log-fetch';
import { HttpEventLog } from './http-event-log';
import { HTTP_EVENT_LOG, type HttpEventLogOptions } from './http-event-log-options';

/**
 * Keeps events on a server that speaks the protocol of `docs/event-log-http.md`: a few requests with JSON, which any backend
 * can answer. Snapshots stay where they are, in memory unless something else is provided.
 *
 * An append whose answer is lost ends with `EventLogUnavailableError`: nobody knows whether it was stored. Repeat it with the
 * same ids, as `retry` on the stream of `appendToStream` does, and it is stored once.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withEventSourcing({ serviceId: 'shop' }),
 *   withHttpEventLog({ url: '/event-log', token: () => session.token() }),
 * );
 * ```
 */
export function withHttpEventLog(options: HttpEventLogOptions): RxMeshFeature<'event-log-http'> {
  return ɵmakeFeature('event-log-http', [
    HTTP_EVENT_LOG.provide(options),
    {
      provide: EVENT_LOG,
      useFactory: () =>
        new HttpEventLog(inject(HTTP_EVENT_LOG.token), {
          clock: inject(CLOCK),
          fetch: inject(EVENT_LOG_FETCH),
          random: inject(RANDOM),
          page: inject(PAGE_STATE),
          diagnostics: inject(DIAGNOSTICS),
          leadership: inject(LEADERSHIP),
          tabs: inject(EVENT_HINTS),
        }),
    },
  ]);
}
