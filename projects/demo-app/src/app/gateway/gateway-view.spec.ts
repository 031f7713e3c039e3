import { type GatewayReport } from 'rx-mesh/gateway';
import { requestRow, rowOf, statusLook, windowText, withReport } from './gateway-view';
import { type BookedRequest, NOTHING } from './request-book';

const REQUEST: BookedRequest = {
  id: 1,
  method: 'GET',
  url: '/api/rates/SEK',
  route: 'rates',
  user: undefined,
  outcome: 'success',
  status: 200,
  servedBy: 'service',
  duration: 61,
  problem: '',
  retryAfter: undefined,
};
const LATENCY = { p50: 60, p95: 1200, p99: 1300, max: 1400 };
const NO_LATENCY = { p50: undefined, p95: undefined, p99: undefined, max: undefined };
const report = (...routes: readonly (readonly [string, typeof LATENCY | typeof NO_LATENCY])[]) =>
  ({
    requests: routes.length,
    failures: 0,
    running: 1,
    queued: 2,
    latency: routes[0]?.[1] ?? NO_LATENCY,
    routes: routes.map(([route, latency]) => ({ route, latency })),
  }) as unknown as GatewayReport;

describe(rowOf.name, () => {
  const route = {
    name: 'rates',
    path: '/rates',
    method: 'GET',
    targetService: 'rates',
    targetPath: '/r',
  };

  it('shows a route that nobody has asked', () => {
    expect(rowOf(route, NOTHING, undefined)).toMatchObject({
      name: 'rates',
      from: 'GET /api/rates',
      to: 'rates /r',
      steps: [],
      errors: '',
      latency: '–',
    });
  });

  it('shows its errors by status, and how long it takes', () => {
    const statuses = new Map([
      [200, 3],
      [429, 7],
      [503, 1],
    ]);
    expect(rowOf(route, { ...NOTHING, statuses }, LATENCY)).toMatchObject({
      errors: '7 × 429, 1 × 503',
      latency: '60 ms · 1.2 s',
    });
  });

  it('has a name, also where a route has none', () => {
    const { name, ...nameless } = route;
    expect(name).toBe('rates');
    expect(rowOf(nameless, NOTHING, undefined).name).toBe('');
  });
});

describe(requestRow.name, () => {
  it('tells who has answered', () => {
    const by = (part: Partial<BookedRequest>) => requestRow({ ...REQUEST, ...part }).by.text;
    expect(by({})).toBe('Service');
    expect(by({ servedBy: 'cache' })).toBe('Cache');
    expect(by({ servedBy: 'fallback' })).toBe('Stand-in');
    expect(by({ servedBy: 'gateway' })).toBe('Shared');
    expect(by({ servedBy: 'gateway', outcome: 'failure', status: 404 })).toBe('Gateway');
  });

  it('tells the problem, and when it is worth trying again', () => {
    expect(requestRow(REQUEST).problem).toBe('');
    expect(requestRow({ ...REQUEST, problem: 'No.' }).problem).toBe('No.');
    expect(requestRow({ ...REQUEST, problem: 'No.', retryAfter: 2500 }).problem).toBe(
      'No. Again in 2.5 s.',
    );
  });
});

describe(statusLook.name, () => {
  it.each([
    ['success', 200, 'good', '200'],
    ['failure', 404, 'warn', '404'],
    ['failure', 503, 'bad', '503'],
    ['failure', 0, 'bad', 'None'],
    ['cancelled', 0, 'quiet', 'Left'],
  ] as const)('of %s with %d is %s', (outcome, status, tone, text) => {
    expect(statusLook({ outcome, status })).toMatchObject({ tone, text });
  });
});

describe(withReport.name, () => {
  it('keeps the last latency that a route had', () => {
    const first = withReport(new Map(), report(['a', LATENCY], ['b', NO_LATENCY]));
    expect([...first.keys()]).toEqual(['a']);
    const second = withReport(first, report(['a', NO_LATENCY], ['b', LATENCY]));
    expect([...second.keys()]).toEqual(['a', 'b']);
    expect(second.get('a')).toBe(LATENCY);
  });

  it('does not grow without end', () => {
    let known = withReport(new Map(), report());
    for (let i = 0; i < 300; i++) known = withReport(known, report([`r${i}`, LATENCY]));
    expect(known.size).toBe(100);
  });
});

describe(windowText.name, () => {
  it('says what happened, or that it is not known yet', () => {
    expect(windowText(undefined)).toBe('The first window of five seconds is not over.');
    expect(windowText(report(['a', LATENCY]))).toBe(
      'Last 5 s: 1 request, 0 failed, 1 running, 2 waiting, p95 1.2 s',
    );
    expect(windowText(report())).toBe(
      'Last 5 s: 0 requests, 0 failed, 1 running, 2 waiting, p95 –',
    );
  });
});
