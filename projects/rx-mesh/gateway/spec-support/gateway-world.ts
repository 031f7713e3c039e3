import {
  HttpClient,
  HttpRequest,
  type HttpResponse,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import {
  HttpTestingController,
  type TestRequest,
  provideHttpClientTesting,
} from '@angular/common/http/testing';
import type { EnvironmentProviders, Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRxMesh, withStaticServices } from 'rx-mesh';
import type { Observable } from 'rxjs';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { gatewayInterceptor } from '../gateway-interceptor';
import type { GatewayOptions } from '../gateway-options';
import type { ProcessedRequest } from '../pipeline/processed-request';
import { ReactiveApiGatewayService } from '../reactive-api-gateway-service';
import type { RouteConfig } from '../route-config';
import { withGateway } from '../with-gateway';
import { ORDERS, type Seen } from '../../spec-support/call-world';

/** A gateway before services that a test answers for, in time that it owns. */
export interface GatewayWorld {
  readonly gateway: ReactiveApiGatewayService;
  readonly client: HttpClient;
  readonly clock: ManualClock;
  readonly http: HttpTestingController;
  readonly processed: readonly ProcessedRequest[];
  readonly see: <T>(stream: Observable<T>) => Seen<T>;
  /** Takes a GET of a path through the gateway. */
  readonly get: (path: string) => Seen<HttpResponse<unknown>>;
  /** The requests that were made since this was last asked. */
  readonly open: () => readonly TestRequest[];
}

/** A route to the orders, with what differs. */
export function ordersRoute(other: Partial<RouteConfig> = {}): RouteConfig {
  return {
    path: '/orders/:id',
    method: 'GET',
    targetService: 'orders',
    targetPath: '/v2/orders/:id',
    retries: 0,
    ...other,
  };
}

/** Makes the world; `providers` come on top. */
export function gatewayWorld(
  options: GatewayOptions = { routes: [ordersRoute()] },
  ...providers: readonly (EnvironmentProviders | Provider)[]
): GatewayWorld {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideHttpClient(withInterceptors([gatewayInterceptor])),
      provideHttpClientTesting(),
      provideRxMesh(withStaticServices([ORDERS]), withGateway(options)),
      ...providers,
    ],
  });
  const gateway = TestBed.inject(ReactiveApiGatewayService);
  const http = TestBed.inject(HttpTestingController);
  const processed: ProcessedRequest[] = [];
  gateway.processRequest$.subscribe((each) => processed.push(each));
  const see = <T>(stream: Observable<T>): Seen<T> => {
    const seen = { values: [] as T[], errors: [] as unknown[], completed: false };
    const subscription = stream.subscribe({
      next: (value) => seen.values.push(value),
      error: (error: unknown) => seen.errors.push(error),
      complete: () => (seen.completed = true),
    });
    return Object.assign(seen, { leave: () => subscription.unsubscribe() });
  };
  return {
    gateway,
    client: TestBed.inject(HttpClient),
    clock: TestBed.inject(ManualClock),
    http,
    processed,
    see,
    get: (path) => see(gateway.handle(new HttpRequest('GET', path))),
    open: () => http.match(() => true),
  };
}
