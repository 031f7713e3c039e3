import {
  ActivationEnd,
  EventType,
  GuardsCheckEnd,
  GuardsCheckStart,
  NavigationCancel,
  NavigationCancellationCode,
  NavigationEnd,
  NavigationError,
  NavigationSkipped,
  NavigationSkippedCode,
  NavigationStart,
  ResolveEnd,
  ResolveStart,
  RouteConfigLoadStart,
  type ActivatedRouteSnapshot,
  type RouterStateSnapshot,
  RoutesRecognized,
  Scroll,
} from '@angular/router';
import fc from 'fast-check';
import { readStep, templateOf } from './router-events';

interface FakeRoute {
  readonly outlet: string;
  readonly routeConfig: unknown;
  readonly children: readonly FakeRoute[];
}

const route = (path: string | null, ...children: readonly FakeRoute[]): FakeRoute => ({
  outlet: 'primary',
  routeConfig: path === null ? null : { path },
  children,
});
const stateOf = (root: FakeRoute) => ({ root }) as unknown as RouterStateSnapshot;
const orders = stateOf(route(null, route('orders', route(''), route('x'))));

describe(readStep.name, () => {
  it.each([
    [new NavigationStart(1, '/a'), { id: 1, type: 'start', trigger: 'imperative' }],
    [new NavigationStart(1, '/a', 'popstate'), { id: 1, type: 'start', trigger: 'popstate' }],
    [new NavigationStart(1, '/a', 'hashchange'), { id: 1, type: 'start', trigger: 'hashchange' }],
    [new NavigationEnd(2, '/a', '/b'), { id: 2, type: 'end' }],
    [new NavigationError(3, '/a', 'why'), { id: 3, type: 'error', error: 'why' }],
    [
      new RoutesRecognized(4, '/orders', '/orders', orders),
      { id: 4, type: 'recognized', template: '/orders' },
    ],
    [new GuardsCheckStart(5, '', '', orders), { id: 5, type: 'phase', message: 'guards started' }],
    [
      new GuardsCheckEnd(5, '', '', orders, true),
      { id: 5, type: 'phase', message: 'guards ended' },
    ],
    [new ResolveStart(5, '', '', orders), { id: 5, type: 'phase', message: 'resolve started' }],
    [new ResolveEnd(5, '', '', orders), { id: 5, type: 'phase', message: 'resolve ended' }],
  ])('reads %s', (event, step) => {
    expect(readStep(event)).toEqual(step);
  });

  it.each([
    [NavigationCancellationCode.Redirect, 'redirect'],
    [NavigationCancellationCode.SupersededByNewNavigation, 'superseded'],
    [NavigationCancellationCode.NoDataFromResolver, 'no_data'],
    [NavigationCancellationCode.GuardRejected, 'guard_rejected'],
    [NavigationCancellationCode.Aborted, 'aborted'],
    [undefined, 'other'],
  ])('has a word for the cancellation %p', (code, word) => {
    expect(readStep(new NavigationCancel(1, '/a', '', code))).toEqual({
      id: 1,
      type: 'cancelled',
      code: word,
    });
  });

  it.each([99, -1, 0.5, '0', 'length', null])('knows no cancellation %p', (code) => {
    expect(readStep({ id: 1, type: 2, code })).toEqual({ id: 1, type: 'cancelled', code: 'other' });
  });

  it.each([
    [NavigationSkippedCode.IgnoredSameUrlNavigation, 'same_url'],
    [NavigationSkippedCode.IgnoredByUrlHandlingStrategy, 'url_handling'],
    [undefined, 'other'],
  ])('has a word for the skip %p', (code, word) => {
    expect(readStep(new NavigationSkipped(1, '/a', '', code))).toEqual({
      id: 1,
      type: 'skipped',
      code: word,
    });
  });

  it.each([
    new RouteConfigLoadStart({ path: 'a' }),
    new ActivationEnd({ routeConfig: null } as unknown as ActivatedRouteSnapshot),
    new Scroll(new NavigationEnd(1, '/a', '/a'), null, null),
    { id: 1, type: EventType.ChildActivationStart },
    { id: '1', type: 0 },
    { type: 0 },
    { id: 1, type: 'constructor' },
    null,
    undefined,
    7,
    'start',
  ])('leaves %p alone', (event) => {
    expect(readStep(event)).toBeUndefined();
  });

  it('takes no trigger that it does not know', () => {
    expect(readStep({ id: 1, type: 0, navigationTrigger: '/a?token=1' })).toEqual({
      id: 1,
      type: 'start',
      trigger: undefined,
    });
  });

  it('never throws', () => {
    const odd = fc.record(
      { id: fc.anything(), type: fc.anything(), state: fc.anything(), code: fc.anything() },
      { requiredKeys: [] },
    );
    const numbered = fc.record({
      id: fc.integer(),
      type: fc.integer({ min: 0, max: 16 }),
      code: fc.anything(),
      state: fc.record({ root: fc.anything() }),
    });
    const check = (event: unknown) => void readStep(event);

    expect(() => fc.assert(fc.property(fc.oneof(odd, numbered), check))).not.toThrow();
  });
});

describe(templateOf.name, () => {
  it.each([
    ['/', route(null)],
    ['/', route(null, route(''))],
    ['/orders/:id', route(null, route('orders', route(':id')))],
    ['/a/b/:id', route(null, route('a/b', route('', route(':id'))))],
    ['/**', route(null, route('**'))],
    [
      '/{matcher}/x',
      {
        ...route(null),
        children: [{ ...route('x'), routeConfig: { matcher: () => null }, children: [route('x')] }],
      },
    ],
    ['/main', route(null, { ...route('help'), outlet: 'aside' }, route('main'))],
    ['/', route(null, { ...route('help'), outlet: 'aside' })],
  ])('is %s', (template, root) => {
    expect(templateOf({ root })).toBe(template);
  });

  it.each([undefined, null, {}, { root: 1 }, { root: null }, 'root'])('is none of %p', (state) => {
    expect(templateOf(state)).toBeUndefined();
  });

  it('has an end, whatever the tree is', () => {
    const round: { outlet: string; routeConfig: unknown; children: unknown[] } = {
      outlet: 'primary',
      routeConfig: { path: 'a' },
      children: [],
    };
    round.children.push(null, 7, round);

    expect(templateOf({ root: round })).toBe(`/${'a/'.repeat(63)}a`);
  });
});
