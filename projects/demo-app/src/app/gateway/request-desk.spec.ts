import {
  HttpClient,
  HttpErrorResponse,
  HttpEventType,
  type HttpRequest,
  HttpResponse,
} from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { ReactiveApiGatewayService } from 'rx-mesh/gateway';
import { type Observable, concat, of, throwError } from 'rxjs';
import { RequestDesk } from './request-desk';
import { CALLS, lineOf } from './shop-calls';

const setUp = (answers: readonly (() => Observable<unknown>)[]) => {
  const requests: HttpRequest<unknown>[] = [];
  const ask = (request: HttpRequest<unknown>) =>
    (answers[requests.push(request) - 1] ?? answers[0])?.() ?? of();
  TestBed.configureTestingModule({
    providers: [
      RequestDesk,
      { provide: HttpClient, useValue: { request: ask } },
      { provide: ReactiveApiGatewayService, useValue: { handle: ask } },
    ],
  });
  const desk = TestBed.inject(RequestDesk);
  desk.working$.subscribe();
  return { desk, requests };
};
const good = () =>
  concat(of({ type: HttpEventType.Sent }), of(new HttpResponse({ status: 200, body: { a: 1 } })));
const bad = () =>
  throwError(
    () => new HttpErrorResponse({ status: 429, error: { title: 'Too many', detail: 'Wait.' } }),
  );

describe(RequestDesk.name, () => {
  it('makes a call, and keeps the answer', () => {
    const { desk, requests } = setUp([good]);
    desk.send(CALLS.reserve);
    expect(requests.map(({ body, method, url }) => ({ body, method, url }))).toEqual([
      CALLS.reserve,
    ]);
    expect(desk.news()).toBe('POST /api/reservations: 1 × 200.');
    expect(desk.answers().get(lineOf(CALLS.reserve))).toEqual({
      status: 200,
      body: { a: 1 },
      problem: '',
    });
  });

  it('sums up what became of several at once, and goes on after errors', () => {
    const { desk, requests } = setUp([good, bad, bad, good]);
    desk.send(CALLS.rates, 3);
    expect(requests).toHaveLength(3);
    expect(desk.news()).toBe('GET /api/rates/SEK: 1 × 200, 2 × 429.');
    expect(desk.answers().get(lineOf(CALLS.rates))?.problem).toBe('Too many: Wait.');
    desk.send(CALLS.rates);
    expect(desk.news()).toBe('GET /api/rates/SEK: 1 × 200.');
  });

  it('tells what has no status, such as a request that cannot be made', () => {
    const { desk } = setUp([
      () => {
        throw new TypeError('No.');
      },
    ]);
    desk.send(CALLS.rates);
    expect(desk.news()).toBe('GET /api/rates/SEK: 1 × 0.');
    expect(desk.answers().get(lineOf(CALLS.rates))?.problem).toBe('No.');
  });

  it('keeps no answer of what was handed to the gateway by hand', () => {
    const { desk } = setUp([good]);
    desk.send(CALLS.rates, 1, 'gateway');
    expect(desk.news()).toBe('GET /api/rates/SEK: 1 × 200.');
    expect(desk.answers().size).toBe(0);
  });
});
