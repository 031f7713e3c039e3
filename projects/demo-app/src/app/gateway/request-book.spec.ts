import { HttpErrorResponse, HttpHeaders, HttpRequest, HttpResponse } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import {
  GatewayError,
  type ProcessedRequest,
  ReactiveApiGatewayService,
  type RequestContext,
} from 'rx-mesh/gateway';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { Subject } from 'rxjs';
import { NOTHING, RequestBook, problemOf } from './request-book';
import { RequestUsers } from './request-users';

const TOO_MANY = new GatewayError(
  { type: 'about:blank', title: 'Too Many Requests', status: 429, detail: 'Wait.' },
  3000,
);
const contextOf = (route: string, requestId = 'r-1') =>
  ({ requestId, route: { name: route } }) as unknown as RequestContext;
const done = (part: Partial<ProcessedRequest> = {}): ProcessedRequest => ({
  request: new HttpRequest('GET', '/api/rates/SEK'),
  context: contextOf('rates'),
  outcome: 'success',
  status: 200,
  servedBy: 'service',
  duration: 60,
  ...part,
});

const setUp = () => {
  const processRequest$ = new Subject<ProcessedRequest>();
  const users = new Map<string, string>([['r-anna', 'anna']]);
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      RequestBook,
      { provide: RequestUsers, useValue: { of: (id: string) => users.get(id) } },
      { provide: ReactiveApiGatewayService, useValue: { processRequest$ } },
    ],
  });
  const book = TestBed.inject(RequestBook);
  const work = book.working$.subscribe();
  return { book, clock: TestBed.inject(ManualClock), processRequest$, work };
};

describe(RequestBook.name, () => {
  it('knows nothing at first', () => {
    const { book } = setUp();
    expect(book.latest()).toEqual([]);
    expect(book.of('rates')).toBe(NOTHING);
  });

  it('writes requests down, the newest first, and sums by route', () => {
    const { book, processRequest$ } = setUp();
    const headers = new HttpHeaders({ RateLimit: '"gateway";r=2;t=3' });
    processRequest$.next(done({ response: new HttpResponse({ headers }) }));
    processRequest$.next(done({ servedBy: 'cache', context: contextOf('rates', 'r-anna') }));
    processRequest$.next(
      done({ outcome: 'failure', status: 429, servedBy: 'gateway', error: TOO_MANY }),
    );
    processRequest$.next(done({ outcome: 'cancelled', status: 0 }));
    expect(book.latest().map(({ id, status }) => [id, status])).toEqual([
      [4, 0],
      [3, 429],
      [2, 200],
      [1, 200],
    ]);
    expect(book.latest()[1]).toMatchObject({
      problem: 'Too Many Requests: Wait.',
      retryAfter: 3000,
    });
    const sums = book.of('rates');
    expect(sums).toMatchObject({ requests: 4, failures: 1, left: 2 });
    expect(sums.servedBy).toEqual({ service: 1, cache: 1, fallback: 0, gateway: 1 });
    expect([...sums.statuses]).toEqual([
      [200, 2],
      [429, 1],
      [0, 1],
    ]);
    expect(sums.users.get('anna')).toMatchObject({ cache: 1 });
    expect(sums.users.size).toBe(1);
  });

  it('knows until when it is not worth trying', () => {
    const { book, clock, processRequest$ } = setUp();
    const now = clock.monotonic();
    processRequest$.next(done({ outcome: 'failure', status: 429, error: TOO_MANY }));
    processRequest$.next(done());
    expect(book.of('rates').heldUntil).toBe(now + 3000);
    processRequest$.next(done({ outcome: 'failure', status: 429 }));
    expect(book.of('rates').heldUntil).toBe(now);
  });

  it('lists what no route took, and counts it for none', () => {
    const { book, processRequest$ } = setUp();
    processRequest$.next(done({ context: undefined, outcome: 'failure', status: 404 }));
    expect(book.latest()).toHaveLength(1);
    expect(book.routes().size).toBe(0);
  });

  it('begins anew with routes that it shall forget', () => {
    const { book, processRequest$ } = setUp();
    for (const route of ['a', 'b', 'c']) processRequest$.next(done({ context: contextOf(route) }));
    book.forget('a', 'c');
    expect([...book.routes().keys()]).toEqual(['b']);
  });

  it('does not grow without end, and writes nothing when it is left', () => {
    const { book, processRequest$, work } = setUp();
    for (let i = 0; i < 200; i++) processRequest$.next(done({ context: contextOf(`r${i}`) }));
    expect(book.latest()).toHaveLength(40);
    expect(book.routes().size).toBe(50);
    work.unsubscribe();
    processRequest$.next(done());
    expect(book.latest()[0]?.id).toBe(200);
  });
});

describe(problemOf.name, () => {
  it.each([
    [undefined, ''],
    [TOO_MANY, 'Too Many Requests: Wait.'],
    [new HttpErrorResponse({ error: { title: 'Gone', detail: 'It is.' } }), 'Gone: It is.'],
    [new Error('Broken.'), 'Broken.'],
  ])('of %s', (error, text) => {
    expect(problemOf(error)).toBe(text);
  });

  it.each([null, 'no', { title: 1, detail: 2 }])('of a body that is none: %j', (body) => {
    const error = new HttpErrorResponse({ status: 500, url: '/x', error: body });
    expect(problemOf(error)).toBe(error.message);
  });
});
