// What five middlewares that do nothing add to a request of bare HttpClient; and what the whole way through the gateway adds to the
// same call by ServiceCaller. Answers are there at once, so that only the way is measured.
import { HttpClient, HttpRequest, HttpResponse } from '@angular/common/http';
import {
  DOCUMENT,
  Injector,
  createEnvironmentInjector,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
} from '@angular/core';
import { provideRxMesh, withStaticServices } from 'rx-mesh';
import { ServiceCaller } from 'rx-mesh/communication';
import { ReactiveApiGatewayService, composeMiddleware, withGateway } from 'rx-mesh/gateway';
import { of } from 'rxjs';

const noop = (context, next) => next(context);
const five = [noop, noop, noop, noop, noop];
const answer = new HttpResponse({ status: 200, body: { id: 7 } });
const url = 'https://orders.test/v2/orders/7';

const injector = createEnvironmentInjector(
  [
    // What is of the root is made here, where its HttpClient is.
    { provide: INJECTOR_SCOPE, useValue: 'root' },
    { provide: DOCUMENT, useValue: { addEventListener() {}, removeEventListener() {} } },
    // Bare: no interceptor, and an answer at once.
    { provide: HttpClient, useFactory: () => new HttpClient({ handle: () => of(answer) }) },
    provideRxMesh(
      withStaticServices([{ name: 'orders', instances: ['https://orders.test'] }]),
      withGateway({
        routes: [
          {
            path: '/orders/:id',
            method: 'GET',
            targetService: 'orders',
            targetPath: '/v2/orders/:id',
            middleware: five,
            coalesce: false,
          },
        ],
      }),
    ),
  ],
  Injector.NULL,
);
const http = injector.get(HttpClient);
const caller = injector.get(ServiceCaller);
const gateway = injector.get(ReactiveApiGatewayService);

const context = { originalRequest: new HttpRequest('GET', url) };
const request = new HttpRequest('GET', '/orders/7');
const send = () => http.get(url, { observe: 'response' });
const bare = () => void send().subscribe();
const composed = composeMiddleware(five, send);
const call = { service: 'orders', path: '/v2/orders/7', route: '/v2/orders/:id' };

export const pairs = [
  {
    what: 'five middlewares over bare HttpClient',
    ours: ['composeMiddleware', () => void composeMiddleware(five, send)(context).subscribe()],
    peer: ['HttpClient', bare],
  },
  {
    what: 'the same, composed before',
    ours: ['composed', () => void composed(context).subscribe()],
    peer: ['HttpClient', bare],
  },
  {
    what: 'the whole way with five middlewares, over the call alone',
    ours: ['gateway.handle', () => void gateway.handle(request).subscribe()],
    peer: ['ServiceCaller.respond', () => void caller.respond(call).subscribe()],
  },
];
