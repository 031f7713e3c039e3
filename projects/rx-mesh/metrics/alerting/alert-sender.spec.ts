import { seededRandom } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import { EMPTY, NEVER, type ObservableInput, Observable, defer, of, throwError, timer } from 'rxjs';
import { settled } from '../../spec-support/settled';
import { type Alert, type AlertGroup, groupOf } from './alert';
import { AlertDeliveryError, isAlertDeliveryError } from './alert-errors';
import { labelsOf } from './alert-labels';
import { AlertSender } from './alert-sender';

const group = (key: string): AlertGroup => groupOf(key, {}, [], []);
const alert = (name: string, state: Alert['state']): Alert => ({
  fingerprint: name,
  rule: 'A',
  labels: labelsOf({ alertname: 'A', name }),
  annotations: {},
  state,
  value: 1,
  activeAt: new Date(0),
  startsAt: new Date(0),
  endsAt: state === 'resolved' ? new Date(1) : undefined,
  silencedBy: [],
  inhibitedBy: [],
});
const shown = ({ fingerprint, state }: Alert) => `${fingerprint} ${state}`;
const later = new AlertDeliveryError('Not now.', true);

const setUp = (notify: (group: AlertGroup) => ObservableInput<unknown>) => {
  const clock = new ManualClock();
  const diagnostics = new RecordingDiagnostics();
  const told: string[] = [];
  const asked: string[] = [];
  const sender = new AlertSender(
    {
      name: 'chat',
      notify: (one) => {
        asked.push(one.key);
        return notify(one);
      },
    },
    {
      clock,
      random: seededRandom(1),
      diagnostics,
      settled: (type, { key }) => told.push(`${type} ${key}`),
    },
  );
  return { asked, clock, diagnostics, sender, told };
};

describe(AlertSender.name, () => {
  it('tells one group after the other', () => {
    const { asked, clock, sender, told } = setUp(() => defer(() => timer(100, clock.scheduler)));
    sender.send(group('a'));
    sender.send(group('b'));

    expect([asked, told]).toEqual([['a'], []]);

    clock.advance(100);

    expect([asked, told]).toEqual([['a', 'b'], ['notified a']]);

    clock.advance(100);

    expect(told).toEqual(['notified a', 'notified b']);
    expect(clock.pending).toBe(0);
  });

  it('takes promises, and what is over at once', async () => {
    const { sender, told } = setUp((one) => (one.key === 'a' ? Promise.resolve(1) : []));
    sender.send(group('a'));
    sender.send(group('b'));
    await settled();

    expect(told).toEqual(['notified a', 'notified b']);
  });

  it('tries again when that may help, with longer and longer rests, in order', () => {
    let failures = 3;
    const { asked, clock, diagnostics, sender, told } = setUp(() =>
      failures-- > 0 ? throwError(() => later) : EMPTY,
    );
    sender.send(group('a'));
    sender.send(group('b'));
    clock.advance(1200);
    clock.advance(2400);

    expect(asked).toEqual(['a', 'a', 'a']);

    clock.advance(4800);

    expect([asked.slice(3), told]).toEqual([
      ['a', 'b'],
      ['notified a', 'notified b'],
    ]);
    expect(diagnostics.codes).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('gives up after five tries, or at once when no try can help; that is told once', () => {
    let error: Error = later;
    let isWell = false;
    const { asked, clock, diagnostics, sender, told } = setUp(() =>
      isWell ? of(1) : throwError(() => error),
    );
    sender.send(group('a'));
    clock.advance(60_000);

    expect([asked.length, told]).toEqual([5, ['undelivered a']]);

    error = new AlertDeliveryError('Refused.', false);
    sender.send(group('b'));

    expect(asked).toHaveLength(6);
    expect(diagnostics.codes).toEqual(['RXM867']);
    expect(diagnostics.records[0]).toMatchObject({ cause: later, source: 'alerting' });
    expect(isAlertDeliveryError(later)).toBe(true);

    isWell = true;
    sender.send(group('c'));
    isWell = false;
    sender.send(group('d'));

    expect(told.slice(1)).toEqual(['undelivered b', 'notified c', 'undelivered d']);
    expect(diagnostics.codes).toEqual(['RXM867', 'RXM867']);
  });

  it('survives a channel that throws', () => {
    const { diagnostics, sender, told } = setUp(() => {
      throw new Error('bad channel');
    });
    sender.send(group('a'));
    sender.send(group('b'));

    expect(told).toEqual(['undelivered a', 'undelivered b']);
    expect(diagnostics.records[0]?.message).toContain('bad channel');
  });

  it('holds a hundred groups; the oldest give way', () => {
    const { diagnostics, sender, told } = setUp(() => NEVER);
    for (let i = 0; i <= 101; i++) sender.send(group(`${i}`));

    expect(told).toEqual(['undelivered 1']);
    expect(diagnostics.codes).toEqual(['RXM867']);
  });

  it('tells the latest of a group that changed while its channel was down', () => {
    let isDown = true;
    const seen: unknown[] = [];
    const { clock, sender, told } = setUp((one) => {
      if (isDown) return throwError(() => later);
      seen.push([one.key, one.status, one.alerts.map(shown), one.news.map(shown)]);
      return EMPTY;
    });
    const send = (key: string, ...alerts: readonly Alert[]) =>
      sender.send(groupOf(key, {}, alerts, alerts));
    send('z');
    send('a', alert('x', 'firing'));
    send('b', alert('x', 'firing'));
    send('a', alert('y', 'firing'));
    send('a', alert('x', 'resolved'));
    send('a', alert('y', 'resolved'));
    isDown = false;
    clock.advance(60_000);
    const all = ['x resolved', 'y resolved'];

    expect(seen).toEqual([
      ['z', 'resolved', [], []],
      ['a', 'resolved', all, all],
      ['b', 'firing', ['x firing'], ['x firing']],
    ]);
    expect([told, clock.pending]).toEqual([['notified z', 'notified a', 'notified b'], 0]);
  });

  it('sends all that waits at once when the page may be over', () => {
    let isDown = true;
    const { asked, clock, sender, told } = setUp(() => (isDown ? throwError(() => later) : EMPTY));
    sender.send(group('a'));
    sender.send(group('b'));
    isDown = false;
    sender.leave();

    expect(asked).toEqual(['a', 'a', 'b']);
    expect(told).toEqual(['notified a', 'notified b']);
    expect(clock.pending).toBe(0);

    sender.send(group('c'));

    expect(told.at(-1)).toBe('notified c');
  });

  it('leaves a request alone that is under way', () => {
    let closed = 0;
    const { asked, sender } = setUp(() => new Observable(() => () => closed++));
    sender.send(group('a'));
    sender.leave();
    sender.stop();

    expect([asked, closed]).toEqual([['a'], 0]);
  });

  it('takes nothing more and waits for nothing once it is stopped', () => {
    const { asked, clock, sender, told } = setUp(() => throwError(() => later));
    sender.send(group('a'));
    sender.stop();
    sender.send(group('b'));

    expect([asked, told]).toEqual([['a', 'a'], ['undelivered a']]);
    expect(clock.pending).toBe(0);
  });
});
