import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { FakeWeb, ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { from } from 'rxjs';
import { settled } from '../../spec-support/settled';
import { METRICS_FETCH } from '../metrics-fetch';
import { type Alert, groupOf } from './alert';
import { ALERT_CHANNELS, type AlertChannelFeature, callbackChannel } from './alert-channel';
import { fingerprintOf, labelsOf } from './alert-labels';
import { alertmanagerChannel } from './alertmanager-channel';
import { webhookChannel } from './webhook-channel';

const NOW = 1_767_225_600_000;
const alert = (labels: Record<string, string>, changes: Partial<Alert> = {}): Alert => ({
  fingerprint: fingerprintOf(labelsOf(labels)),
  rule: 'Slow',
  labels: labelsOf(labels),
  annotations: { summary: 'It is slow.' },
  state: 'firing',
  value: 1,
  activeAt: new Date(NOW - 5000),
  startsAt: new Date(NOW - 1000),
  endsAt: undefined,
  silencedBy: [],
  inhibitedBy: [],
  ...changes,
});
const firing = alert({ alertname: 'Slow', city: 'Rome' });
const resolved = alert({ alertname: 'Slow' }, { state: 'resolved', endsAt: new Date(NOW) });

const setUp = (feature: AlertChannelFeature) => {
  const web = new FakeWeb();
  const bodies: unknown[] = [];
  let answer = () => new Response('');
  const handle = async (request: Request) => {
    bodies.push(JSON.parse(await request.text()));
    return answer();
  };
  for (const host of ['http://hook.test', 'http://page.test']) web.host(host, handle);
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...feature.ɵproviders,
      { provide: METRICS_FETCH, useValue: web.fetch },
    ],
  });
  const [channel] = TestBed.inject(ALERT_CHANNELS);
  const send = async (...alerts: readonly Alert[]) => {
    let end: unknown = 'open';
    const group = groupOf('{"alertname":"Slow"}', { alertname: 'Slow' }, alerts, alerts);
    const sending = from(channel?.notify(group) ?? []).subscribe({
      error: (error: unknown) => (end = error),
      complete: () => (end = 'told'),
    });
    await settled();
    return { end: () => end, sending };
  };
  return {
    web,
    bodies,
    channel,
    send,
    clock: TestBed.inject(ManualClock),
    diagnostics: TestBed.inject(RecordingDiagnostics),
    answers: (make: () => Response) => (answer = make),
  };
};

describe(callbackChannel.name, () => {
  it('calls a function, and waits for what it returns', async () => {
    const seen: string[] = [];
    const { channel, send } = setUp(
      callbackChannel(({ key, status }) => {
        seen.push(`${status} ${key}`);
        return status === 'firing' ? undefined : Promise.reject(new Error('no'));
      }, 'toast'),
    );

    expect(channel?.name).toBe('toast');
    expect((await send(firing)).end()).toBe('told');
    expect((await send(resolved)).end()).toEqual(new Error('no'));
    expect(seen).toEqual(['firing {"alertname":"Slow"}', 'resolved {"alertname":"Slow"}']);
  });
});

describe(webhookChannel.name, () => {
  it('posts the webhook message of Alertmanager, version 4', async () => {
    const { bodies, channel, clock, send, web } = setUp(
      webhookChannel({ url: '/hook', headers: { 'X-Team': 'a' }, name: 'own' }),
    );

    expect((await send(firing, resolved)).end()).toBe('told');
    expect(bodies).toEqual([
      {
        version: '4',
        groupKey: '{"alertname":"Slow"}',
        truncatedAlerts: 0,
        status: 'firing',
        receiver: 'own',
        groupLabels: { alertname: 'Slow' },
        commonLabels: { alertname: 'Slow' },
        commonAnnotations: { summary: 'It is slow.' },
        externalURL: '',
        alerts: [
          {
            status: 'firing',
            labels: { alertname: 'Slow', city: 'Rome' },
            annotations: { summary: 'It is slow.' },
            startsAt: '2025-12-31T23:59:59.000Z',
            endsAt: '0001-01-01T00:00:00Z',
            generatorURL: '',
            fingerprint: firing.fingerprint,
          },
          expect.objectContaining({ status: 'resolved', endsAt: '2026-01-01T00:00:00.000Z' }),
        ],
      },
    ]);

    const [request] = web.requests;

    expect(channel).toMatchObject({ name: 'own' });
    expect([request?.url, request?.method, request?.keepalive, request?.credentials]).toEqual([
      'http://page.test/hook',
      'POST',
      true,
      'omit',
    ]);
    expect(request?.headers.get('X-Team')).toBe('a');
    expect([web.open, clock.pending]).toEqual([0, 0]);
  });

  it.each([
    [503, true],
    [500, true],
    [400, false],
    [404, false],
  ])('fails with status %d, and says whether to try again: %s', async (status, retryable) => {
    const { answers, send, web } = setUp(webhookChannel({ url: 'http://hook.test/' }));
    answers(() => new Response('"bad alert"'.padEnd(5000), { status }));
    const { end } = await send(firing);

    expect(end()).toMatchObject({
      code: 'RXM867',
      retryable,
      message: `The receiver answered with status ${status}: "bad alert"`,
    });
    expect(web.open).toBe(0);
  });

  it('fails when nobody is there, or nobody answers within ten seconds', async () => {
    const { answers, clock, send, web } = setUp(webhookChannel({ url: 'http://hook.test/' }));
    web.down = true;

    expect((await send(firing)).end()).toMatchObject({
      retryable: true,
      message: 'The receiver was not reached.',
    });

    web.down = false;
    answers(() => new Promise(() => undefined) as never);
    const { end } = await send(firing);

    expect(end()).toBe('open');

    clock.advance(10_000);
    await settled();

    expect(end()).toMatchObject({
      retryable: true,
      message: 'The receiver did not answer within 10000 ms.',
    });
    expect([web.open, clock.pending]).toEqual([0, 0]);
  });

  it('aborts when it is left, and outlives the page only as far as a browser has room', async () => {
    const { answers, send, web } = setUp(webhookChannel({ url: 'http://hook.test/' }));
    answers(() => new Promise(() => undefined) as never);
    const { sending } = await send(
      alert({ alertname: 'Slow' }, { annotations: { a: 'x'.repeat(61_000) } }),
    );

    expect([web.requests[0]?.keepalive, web.open]).toEqual([false, 1]);

    sending.unsubscribe();
    await settled();

    expect(web.open).toBe(0);
  });

  it.each(['ftp://hook.test', 'hook', '', 'http://me:secret@hook.test', '//evil.test', '/\\evil'])(
    'refuses %j',
    (url) => {
      expect(() => webhookChannel({ url })).toThrow(InvalidOptionError);
      expect(() => webhookChannel({ url })).not.toThrow('secret');
    },
  );
});

describe(alertmanagerChannel.name, () => {
  const URL_OF = 'http://hook.test';

  it('posts alerts, which end by themselves unless they are sent again', async () => {
    const { bodies, channel, clock, diagnostics, send, web } = setUp(
      alertmanagerChannel({ url: `${URL_OF}/am/`, generatorURL: 'https://shop.test/' }),
    );

    expect(channel).toMatchObject({ name: 'alertmanager', resendDelay: 60_000 });

    clock.advance(5000);

    expect((await send(firing, resolved)).end()).toBe('told');
    expect(bodies).toEqual([
      [
        {
          labels: { alertname: 'Slow', city: 'Rome' },
          annotations: { summary: 'It is slow.' },
          startsAt: '2025-12-31T23:59:59.000Z',
          endsAt: '2026-01-01T00:04:05.000Z',
          generatorURL: 'https://shop.test/',
        },
        {
          labels: { alertname: 'Slow' },
          annotations: { summary: 'It is slow.' },
          startsAt: '2025-12-31T23:59:59.000Z',
          endsAt: '2026-01-01T00:00:00.000Z',
          generatorURL: 'https://shop.test/',
        },
      ],
    ]);

    const [request] = web.requests;

    expect(request?.url).toBe('http://hook.test/am/api/v2/alerts');
    expect([...(request?.headers.keys() ?? [])]).toEqual(['content-type']);
    expect(request?.headers.get('content-type')).toBe('application/json');
    expect(diagnostics.codes).toEqual([]);
  });

  it('leaves out what Alertmanager would refuse, and tells of it once a rule', async () => {
    const { bodies, diagnostics, send } = setUp(alertmanagerChannel({ url: URL_OF }));
    const bad = [
      alert({ alertname: 'Slow', 'bad name': 'x' }),
      alert({}, { rule: 'Empty' }),
      alert({ a: 'b' }, { rule: 'Notes', annotations: { 'no!': '' } }),
      alert({ a: 'b' }, { rule: 'Late', endsAt: new Date(NOW - 2000) }),
    ];

    expect((await send(...bad, ...bad, firing)).end()).toBe('told');
    expect(bodies).toEqual([
      [expect.objectContaining({ labels: { alertname: 'Slow', city: 'Rome' } })],
    ]);
    expect(bodies[0]).not.toHaveProperty('0.generatorURL');
    expect(diagnostics.codes).toEqual(['RXM866', 'RXM866', 'RXM866', 'RXM866']);
    expect((await send(...bad)).end()).toBe('told');
    expect(bodies).toHaveLength(1);
  });

  it('sends 64 at a time', async () => {
    const { bodies, send } = setUp(alertmanagerChannel({ url: `${URL_OF}/api/v2/alerts` }));
    const many = Array.from({ length: 130 }, (_, i) => alert({ i: String(i) }));

    expect((await send(...many)).end()).toBe('told');
    expect(bodies.map((body) => (body as unknown[]).length)).toEqual([64, 64, 2]);
  });

  it.each([{ url: '' }, { url: '/', generatorURL: 'x' }, { url: '/', resendDelay: 0 }])(
    'refuses %j',
    (options) => {
      expect(() => alertmanagerChannel(options)).toThrow(InvalidOptionError);
    },
  );
});
