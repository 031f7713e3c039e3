import { HttpRequest, HttpResponse } from '@angular/common/http';
import {
  EMPTY,
  NEVER,
  Observable,
  Subject,
  catchError,
  concat,
  forkJoin,
  map,
  merge,
  of,
  throwError,
} from 'rxjs';
import type { GatewayError } from '../gateway-errors';
import type { GatewayNext, MiddlewareFunction, RequestContext } from '../route-config';
import { composeMiddleware } from './compose';

const answer = (body: unknown) => new HttpResponse({ status: 200, body });
const CONTEXT: RequestContext = {
  requestId: 'r1',
  originalRequest: new HttpRequest('GET', '/orders'),
  route: { path: '/orders', method: 'GET', targetService: 'orders', targetPath: '/orders' },
  params: {},
  startTime: new Date(0),
  metadata: {},
};

function run(steps: readonly MiddlewareFunction[], last: GatewayNext = () => of(answer('end'))) {
  const seen = { bodies: [] as unknown[], errors: [] as unknown[], completed: false };
  const subscription = composeMiddleware(
    steps,
    last,
  )(CONTEXT).subscribe({
    next: ({ body }) => seen.bodies.push(body),
    error: (error: unknown) => seen.errors.push(error),
    complete: () => (seen.completed = true),
  });
  return Object.assign(seen, { leave: () => subscription.unsubscribe() });
}

describe(composeMiddleware.name, () => {
  it('goes in by the order of the list and out by the opposite one', () => {
    const log: string[] = [];
    const step =
      (name: string): MiddlewareFunction =>
      (context, next) => {
        log.push(`${name} in`);
        return next(context).pipe(
          map((response) => {
            log.push(`${name} out`);
            return response;
          }),
        );
      };
    const seen = run([step('a'), step('b')]);
    expect(seen).toMatchObject({ bodies: ['end'], errors: [], completed: true });
    expect(log).toEqual(['a in', 'b in', 'b out', 'a out']);
  });

  it('is the end of the way alone without a step', () => {
    expect(run([])).toMatchObject({ bodies: ['end'], completed: true });
  });

  it('goes on with the context that a step emits, which the next one sees', () => {
    const seen = run(
      [
        (context) => of({ ...context, metadata: { by: 'a' } }),
        (context, next) => next({ ...context, metadata: { ...context.metadata, and: 'b' } }),
      ],
      ({ metadata }) => of(answer(metadata)),
    );
    expect(seen).toMatchObject({ bodies: [{ by: 'a', and: 'b' }], completed: true });
  });

  it('takes a promise of a context', async () => {
    const seen = run([(context) => Promise.resolve(context)]);
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    await Promise.resolve();
    expect(seen).toMatchObject({ bodies: ['end'], completed: true });
  });

  it('asks nothing below a step that answers by itself', () => {
    const last = jest.fn(() => of(answer('end')));
    const seen = run([() => of(answer('short'))], last);
    expect(seen).toMatchObject({ bodies: ['short'], completed: true });
    expect(last).not.toHaveBeenCalled();
  });

  it.each<[string, MiddlewareFunction, string]>([
    ['completes empty', () => EMPTY, 'it completed without an answer'],
    ['emits something else', () => ['text' as never], 'neither a context nor an answer'],
    ['emits null', () => [null as never], 'neither a context nor an answer'],
    [
      'emits a context after it went on',
      (context, next) => next(context).pipe(map(() => context)),
      'it emitted a context after it had gone on',
    ],
    [
      'goes on twice at once',
      (context, next) => forkJoin([next(context), next(context)]).pipe(map(([first]) => first)),
      'it went on twice at the same time',
    ],
  ])('fails with 502 when a step %s', (_, step, detail) => {
    const seen = run([step], (context) =>
      step.length > 1 ? merge(of(answer(context)), NEVER) : NEVER,
    );
    const [error] = seen.errors as [GatewayError];
    expect(seen.bodies).toEqual([]);
    expect(error).toMatchObject({ code: 'RXM600', status: 502 });
    expect(error.problem.detail).toContain(detail);
  });

  it('takes a throw of a step, or of the end, for an error of the stream', () => {
    const bug = new Error('bug');
    const thrower = (): never => {
      throw bug;
    };
    expect(run([thrower]).errors).toEqual([bug]);
    expect(run([], thrower).errors).toEqual([bug]);
    expect(run([(context, next) => next(context)], thrower).errors).toEqual([bug]);
  });

  it('takes the first that a step emits, and leaves it', () => {
    let left = false;
    const endless = new Observable<HttpResponse<unknown>>((out) => {
      out.next(answer(1));
      out.next(answer(2));
      return () => (left = true);
    });
    expect(run([() => endless])).toMatchObject({ bodies: [1], errors: [], completed: true });
    expect(left).toBe(true);
  });

  it('lets a step go on again once the last time is over', () => {
    let calls = 0;
    const seen = run(
      [(context, next) => next(context).pipe(catchError(() => next(context)))],
      () => (++calls === 1 ? throwError(() => new Error('no')) : of(answer(calls))),
    );
    expect(seen).toMatchObject({ bodies: [2], errors: [], completed: true });
  });

  it('lets a step go on again after a failure that comes later', () => {
    const first = new Subject<HttpResponse<unknown>>();
    let calls = 0;
    const seen = run(
      [(context, next) => next(context).pipe(catchError(() => next(context)))],
      () => (++calls === 1 ? first : of(answer(calls))),
    );
    first.error(new Error('no'));
    expect(seen).toMatchObject({ bodies: [2], errors: [], completed: true });
  });

  it('hands an error of the end up through all steps', () => {
    const bug = new Error('bug');
    const pass: MiddlewareFunction = (context, next) => next(context);
    expect(run([pass, (context) => of(context), pass], () => throwError(() => bug)).errors).toEqual(
      [bug],
    );
  });

  it.each<[string, (open: Observable<never>) => readonly MiddlewareFunction[]]>([
    ['in a step', (open) => [(context, next) => next(context), () => open]],
    ['below, through next', () => [(context, next) => next(context)]],
    ['below, after a context', () => [(context) => of(context)]],
  ])('cancels what is under way %s when the caller leaves', (_, make) => {
    let [subscribed, torn] = [0, 0];
    const open = new Observable<never>(() => {
      subscribed++;
      return () => torn++;
    });
    const seen = run(make(open), () => open);
    expect([subscribed, torn]).toEqual([1, 0]);
    seen.leave();
    expect([subscribed, torn]).toEqual([1, 1]);
    expect(seen).toMatchObject({ bodies: [], errors: [], completed: false });
  });

  it('says nothing after its end, whatever a step does', () => {
    const late = new Subject<HttpResponse<unknown>>();
    const seen = run([() => concat(of(answer(1)), late)]);
    late.next(answer(2));
    late.error(new Error('late'));
    expect(seen).toMatchObject({ bodies: [1], errors: [], completed: true });
  });
});
