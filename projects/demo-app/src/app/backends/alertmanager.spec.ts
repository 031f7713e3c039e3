import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { ALERTMANAGER_URL } from './addresses';
import { Alertmanager } from './alertmanager';

const START = Date.UTC(2026, 0, 1, 12);
const iso = (ms: number) => new Date(START + ms).toISOString();
const labels = { alertname: 'Slow', service: 'orders' };

const setUp = () => {
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
  const clock = TestBed.inject(ManualClock);
  clock.advance(START - clock.now());
  const receiver = TestBed.inject(Alertmanager);
  const ask = async (path: string, init?: RequestInit) => {
    const [backend] = receiver.backends;
    if (!backend) throw new Error('There is no back end.');
    return backend.handle(new Request(`${backend.origin}${path}`, init));
  };
  const post = async (body: unknown, type = 'application/json') => {
    const answer = await ask('/api/v2/alerts', {
      method: 'POST',
      headers: { 'Content-Type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return [answer.status, await answer.text()] as const;
  };
  const active = async (): Promise<unknown> => (await ask('/api/v2/alerts')).json();
  return { active, ask, clock, post, receiver };
};

describe(Alertmanager.name, () => {
  it('listens at its address, and is healthy', async () => {
    const { ask, receiver } = setUp();

    expect(receiver.backends.map(({ id, origin }) => [id, origin])).toEqual([
      ['alertmanager', ALERTMANAGER_URL],
    ]);
    expect(await (await ask('/-/healthy')).text()).toBe('OK');
    expect((await ask('/api/v1/alerts')).status).toBe(404);
    expect((await ask('/api/v2/alerts', { method: 'DELETE' })).status).toBe(405);
  });

  it('knows an alert by the fingerprint that the real one gives it', async () => {
    const { post, receiver } = setUp();
    const zurich = { severity: 'page', city: 'Zürich', alertname: 'SlowCheckout' };
    await post([{ labels: { alertname: 'A' } }, { labels: zurich }]);

    expect(receiver.alerts().map(({ fingerprint }) => fingerprint)).toEqual([
      'd47db798200c5951',
      'd2c6efc389df0927',
    ]);
  });

  it('keeps an alert', async () => {
    const { active, post, receiver } = setUp();
    const annotations = { summary: 'Too slow.' };
    const alert = { labels, annotations, startsAt: iso(-1000), endsAt: iso(60_000) };

    expect(await post([alert])).toEqual([200, '']);
    expect(receiver.alerts()).toEqual([
      {
        fingerprint: 'b790d6a6ba897ddf',
        labels,
        annotations,
        startsAt: new Date(START - 1000),
        endsAt: new Date(START + 60_000),
        updatedAt: new Date(START),
        times: 1,
      },
    ]);
    expect(await active()).toMatchObject([
      {
        labels,
        annotations,
        startsAt: iso(-1000),
        status: { state: 'active' },
      },
    ]);
  });

  it('takes the same labels for the same alert, and forgets labels without a value', async () => {
    const { post, receiver } = setUp();
    await post([{ labels, startsAt: iso(-5000), endsAt: iso(10_000) }]);
    await post([
      {
        labels: { ...labels, zone: '' },
        startsAt: iso(-1000),
        endsAt: iso(20_000),
      },
    ]);

    expect(receiver.alerts()).toMatchObject([
      { startsAt: new Date(START - 5000), endsAt: new Date(START + 20_000), times: 2 },
    ]);
  });

  it('ends an alert at its end, or five minutes after it was sent', async () => {
    const { active, clock, post } = setUp();
    await post([{ labels, endsAt: iso(10_000) }, { labels: { alertname: 'Open' } }]);

    expect(await active()).toHaveLength(2);

    clock.advance(10_000);

    expect(await active()).toMatchObject([{ labels: { alertname: 'Open' } }]);

    clock.advance(290_000);

    expect(await active()).toEqual([]);
  });

  it('begins an alert anew that was over', async () => {
    const { clock, post, receiver } = setUp();
    await post([{ labels, startsAt: iso(0), endsAt: iso(1000) }]);
    clock.advance(5000);
    await post([{ labels, startsAt: iso(5000), endsAt: iso(9000) }]);

    expect(receiver.alerts()).toMatchObject([{ startsAt: new Date(START + 5000) }]);
  });

  it.each<[string, unknown, string]>([
    ['no list', {}, 'alerts in body must be of type array'],
    ['a number in the list', [1], '0.must be of type object'],
    ['no labels', [{ startsAt: iso(0) }], '0.labels in body is required'],
    ['labels that are a list', [{ labels: [] }], '0.labels in body must be of type object'],
    [
      'a label that is a number',
      [{ labels: { a: 1 } }],
      '0.labels.a in body must be of type string',
    ],
    [
      'an annotation that is none',
      [{ labels, annotations: { a: null } }],
      '0.annotations.a in body must be of type string',
    ],
    [
      'a time that is a number',
      [{ labels, startsAt: START }],
      '0.startsAt in body must be of type date-time',
    ],
    ['a date', [{ labels, endsAt: '2026-01-01' }], '0.endsAt in body must be of type date-time'],
    [
      'a path for a URL',
      [{ labels, generatorURL: '/here' }],
      '0.generatorURL in body must be of type uri',
    ],
  ])('refuses all of a batch with %s', async (_what, body, message) => {
    const { post, receiver } = setUp();
    const [status, text] = await post(body);

    expect([status, JSON.parse(text)]).toEqual([422, { code: 602, message }]);
    expect(receiver.alerts()).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['no label with a value', { labels: { a: '' } }, 'at least one label pair required'],
    ['a label that cannot be', { labels: { 'a-b': 'c' } }, 'invalid label set: invalid name "a-b"'],
    [
      'an annotation that cannot be',
      { labels, annotations: { 'a b': 'c' } },
      'invalid annotation set: invalid name "a b"',
    ],
    [
      'an end before its start',
      { labels, startsAt: iso(5), endsAt: iso(4) },
      'start time must be before end time',
    ],
  ])('refuses an alert with %s, and keeps the others', async (_what, alert, message) => {
    const { post, receiver } = setUp();

    expect(await post([alert, { labels: { alertname: 'Good' } }])).toEqual([
      400,
      JSON.stringify(message),
    ]);
    expect(receiver.alerts().map((one) => one.labels)).toEqual([{ alertname: 'Good' }]);
  });

  it('refuses what is not JSON', async () => {
    const { post } = setUp();

    expect((await post([], 'text/plain'))[0]).toBe(415);
    expect((await post('[', 'application/json; charset=utf-8'))[0]).toBe(400);
  });

  it('keeps the last 100', async () => {
    const { post, receiver } = setUp();
    const many = Array.from({ length: 105 }, (_, i) => ({
      labels: { alertname: `A${i}` },
    }));
    await post(many);

    expect(receiver.alerts()).toHaveLength(100);
    expect(receiver.alerts()[0]?.labels).toEqual({ alertname: 'A104' });
  });

  it('can be stopped, started again, and begin anew', async () => {
    const { ask, post, receiver } = setUp();
    await post([{ labels }]);
    receiver.setDown(true);

    expect((await ask('/-/healthy')).type).toBe('error');
    expect(receiver.alerts()).toHaveLength(1);

    receiver.reset();

    expect([receiver.down(), receiver.alerts()]).toEqual([false, []]);
    expect((await ask('/-/healthy')).status).toBe(200);
  });
});
