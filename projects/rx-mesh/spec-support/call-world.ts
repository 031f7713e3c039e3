import { provideHttpClient } from '@angular/common/http';
import {
  HttpTestingController,
  type TestRequest,
  provideHttpClientTesting,
} from '@angular/common/http/testing';
import type { EnvironmentProviders } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ServiceCaller, type ServiceCallEvent } from 'rx-mesh/communication';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { provideRxMesh, withRxMeshInterceptors, withStaticServices } from 'rx-mesh';
import type { Observable } from 'rxjs';

/** What somebody who subscribed has seen. */
export interface Seen<T> {
  readonly values: readonly T[];
  readonly errors: readonly unknown[];
  readonly completed: boolean;
  readonly leave: () => void;
}

/** Services on instances that a test answers for, in time that it owns. */
export interface CallWorld {
  readonly caller: ServiceCaller;
  readonly clock: ManualClock;
  readonly http: HttpTestingController;
  readonly events: ServiceCallEvent[];
  readonly see: <T>(stream: Observable<T>) => Seen<T>;
  /** The requests that were made since this was last asked. */
  readonly open: () => readonly TestRequest[];
}

export const ORDERS = { name: 'orders', instances: ['https://a.example', 'https://b.example'] };

/** Makes the world; `providers` come on top. */
export function callWorld(...providers: readonly EnvironmentProviders[]): CallWorld {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideHttpClient(withRxMeshInterceptors()),
      provideHttpClientTesting(),
      provideRxMesh(withStaticServices([ORDERS])),
      ...providers,
    ],
  });
  const http = TestBed.inject(HttpTestingController);
  const caller = TestBed.inject(ServiceCaller);
  const events: ServiceCallEvent[] = [];
  caller.events$.subscribe((event) => events.push(event));
  return {
    caller,
    clock: TestBed.inject(ManualClock),
    http,
    events,
    see: (stream) => {
      const seen = { values: [] as never[], errors: [] as unknown[], completed: false };
      const subscription = stream.subscribe({
        next: (value) => seen.values.push(value as never),
        error: (error: unknown) => seen.errors.push(error),
        complete: () => (seen.completed = true),
      });
      return Object.assign(seen, { leave: () => subscription.unsubscribe() });
    },
    open: () => http.match(() => true),
  };
}
