import { InjectionToken } from '@angular/core';
import type { EventLog } from './event-log';
import { memoryEventLog } from './memory-event-log';

declare const ngDevMode: boolean;

/** Where `EventStoreService` keeps events. @default the memory of the page, which keeps nothing beyond it */
export const EVENT_LOG = new InjectionToken<EventLog>(ngDevMode ? 'rx-mesh EVENT_LOG' : '', {
  providedIn: 'root',
  factory: () => memoryEventLog(),
});
