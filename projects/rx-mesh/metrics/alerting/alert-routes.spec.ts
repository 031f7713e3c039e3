import type { Alert, AlertGroup } from './alert';
import { fingerprintOf, labelsOf } from './alert-labels';
import { DirectRoute, GroupedRoute } from './alert-routes';

const alert = (
  name: string,
  state: Alert['state'] = 'firing',
  more: Record<string, string> = {},
): Alert => {
  const labels = labelsOf({ alertname: 'A', name, ...more });
  return {
    fingerprint: fingerprintOf(labels),
    rule: 'A',
    labels,
    annotations: labelsOf({ summary: 'same', name }),
    state,
    value: 1,
    activeAt: new Date(0),
    startsAt: new Date(0),
    endsAt: state === 'resolved' ? new Date(1) : undefined,
    silencedBy: [],
    inhibitedBy: [],
  };
};
const names = (groups: readonly AlertGroup[]) =>
  groups.map(({ alerts, news, status }) => [
    status,
    alerts.map(({ labels, state }) => `${labels['name'] ?? ''} ${state}`).join(', '),
    news.map(({ labels }) => labels['name']).join(', '),
  ]);
const OPTIONS = { groupBy: ['alertname'], groupWait: 30, groupInterval: 300, repeatInterval: 1000 };
const setUp = (options = OPTIONS) => {
  const route = new GroupedRoute(options);
  return {
    route,
    flush: (at: number, hurry = false, muted = '') =>
      route.flush(at, (one) => (one.labels['name'] === muted ? undefined : one), hurry),
  };
};

describe(GroupedRoute.name, () => {
  it('waits for company, then tells of all of them at once', () => {
    const { flush, route } = setUp();

    expect(route.due).toBe(Infinity);

    route.put(alert('a'), 0);
    route.put(alert('b', 'firing', { zone: '1' }), 10);

    expect([route.due, flush(29)]).toEqual([30, []]);

    const groups = flush(30);

    expect(groups).toEqual([
      {
        key: '{"alertname":"A"}',
        status: 'firing',
        groupLabels: { alertname: 'A' },
        commonLabels: { alertname: 'A' },
        commonAnnotations: { summary: 'same' },
        alerts: [alert('a'), alert('b', 'firing', { zone: '1' })],
        news: [alert('a'), alert('b', 'firing', { zone: '1' })],
      },
    ]);
    expect(route.due).toBe(330);
  });

  it('tells what is new after each interval, and all when nothing was told for long', () => {
    const { flush, route } = setUp();
    route.put(alert('a'), 0);
    flush(30);
    route.put(alert('b'), 40);

    expect(flush(200)).toEqual([]);
    expect(names(flush(330))).toEqual([['firing', 'a firing, b firing', 'b']]);

    route.put(alert('a', 'resolved'), 340);

    expect(names(flush(630))).toEqual([['firing', 'a resolved, b firing', 'a']]);
    expect(names(flush(930))).toEqual([]);
    expect(names(flush(1629))).toEqual([]);
    expect(names(flush(1930))).toEqual([['firing', 'b firing', 'b']]);

    route.put(alert('b', 'resolved'), 1940);

    expect(names(flush(2230))).toEqual([['resolved', 'b resolved', 'b']]);
    expect(route.due).toBe(Infinity);
  });

  it('says nothing of what came and went before anybody was told', () => {
    const { flush, route } = setUp();
    route.put(alert('a'), 0);
    route.put(alert('a', 'resolved'), 10);

    expect(route.due).toBe(Infinity);
    expect(flush(30)).toEqual([]);
  });

  it('says nothing of what ended and came again before anybody was told', () => {
    const { flush, route } = setUp();
    route.put(alert('a'), 0);
    flush(30);
    route.put(alert('a', 'resolved'), 40);
    route.put(alert('a'), 50);

    expect(flush(330)).toEqual([]);
  });

  it('leaves out what is muted, and tells of it once it is not', () => {
    const { flush, route } = setUp();
    route.put(alert('a'), 0);
    route.put(alert('b'), 0);

    expect(names(flush(30, false, 'b'))).toEqual([['firing', 'a firing', 'a']]);
    expect(names(flush(330, false, 'b'))).toEqual([]);
    expect(names(flush(630))).toEqual([['firing', 'a firing, b firing', 'b']]);

    // An end that nobody may hear of is not told later.
    route.put(alert('b', 'resolved'), 640);

    expect(names(flush(930, false, 'b'))).toEqual([]);
    expect(names(flush(1230))).toEqual([]);
  });

  it('waits for nothing in a hurry', () => {
    const { flush, route } = setUp();
    route.put(alert('a'), 0);

    expect(names(flush(1, true))).toEqual([['firing', 'a firing', 'a']]);
    expect(flush(2, true)).toEqual([]);
  });

  it('has a group for each value of what it groups by', () => {
    const { flush, route } = setUp({ ...OPTIONS, groupBy: ['name', 'absent'], groupWait: 0 });
    route.put(alert('a'), 0);
    route.put(alert('b'), 0);

    expect(flush(0).map(({ groupLabels }) => groupLabels)).toEqual([{ name: 'a' }, { name: 'b' }]);
  });
});

describe(DirectRoute.name, () => {
  const same = (one: Alert) => one;

  it('tells at once, again while it fires, and of the end', () => {
    const route = new DirectRoute(60);

    expect(route.due).toBe(Infinity);

    route.put(alert('a'), 10);

    expect(route.due).toBe(10);
    expect(names(route.flush(10, same))).toEqual([['firing', 'a firing', 'a']]);
    expect([route.due, route.flush(69, same)]).toEqual([70, []]);
    expect(route.flush(70, same)).toHaveLength(1);

    route.put(alert('a', 'resolved'), 80);

    expect(names(route.flush(80, same))).toEqual([['resolved', 'a resolved', 'a']]);
    expect([route.due, route.flush(1000, same)]).toEqual([Infinity, []]);
  });

  it('says nothing of what is muted, nor of an end that nobody waits for', () => {
    const route = new DirectRoute(60);
    route.put(alert('a'), 0);

    expect(route.flush(0, () => undefined)).toEqual([]);
    expect(route.due).toBe(60);
    expect(names(route.flush(5, same))).toEqual([['firing', 'a firing', 'a']]);

    route.put(alert('b'), 6);
    route.put(alert('b', 'resolved'), 7);

    expect(route.flush(7, same)).toEqual([]);

    route.put(alert('a', 'resolved'), 8);

    expect(route.flush(8, () => undefined)).toEqual([]);
    expect(route.flush(9, same)).toEqual([]);
  });
});
