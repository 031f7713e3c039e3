import { InvalidOptionError } from 'rx-mesh/kernel';
import type { Alert } from './alert';
import { fingerprintOf, labelsOf } from './alert-labels';
import { AlertMutes, type InhibitRule } from './alert-mutes';

const alert = (labels: Record<string, string>, state: Alert['state'] = 'firing'): Alert => ({
  fingerprint: fingerprintOf(labelsOf(labels)),
  rule: 'r',
  labels: labelsOf(labels),
  annotations: {},
  state,
  value: 1,
  activeAt: new Date(0),
  startsAt: new Date(0),
  endsAt: undefined,
  silencedBy: [],
  inhibitedBy: [],
});
const at = (monotonic: number, ahead = 1_000_000) => ({ monotonic, wall: ahead + monotonic });
const service = [{ name: 'service', value: 'a' }];

describe(AlertMutes.name, () => {
  it('silences what matches, from its start to its end', () => {
    const mutes = new AlertMutes([]);
    mutes.silence(
      's1',
      {
        matchers: service,
        startsAt: new Date(1_000_100),
        endsAt: new Date(1_000_200),
        createdBy: 'ann',
        comment: 'works',
      },
      at(0),
    );
    const by = (monotonic: number, labels = { service: 'a' }) =>
      mutes.by(alert(labels), [], at(monotonic)).silencedBy;

    expect([by(99), by(100), by(199), by(200)]).toEqual([[], ['s1'], ['s1'], []]);
    expect(by(150, { service: 'b' })).toEqual([]);
    expect(mutes.silences(at(0))).toEqual([
      {
        id: 's1',
        state: 'pending',
        matchers: service,
        startsAt: new Date(1_000_100),
        endsAt: new Date(1_000_200),
        createdBy: 'ann',
        comment: 'works',
      },
    ]);
    expect([at(100), at(200)].map((time) => mutes.silences(time)[0]?.state)).toEqual([
      'active',
      'expired',
    ]);
  });

  it('does not care for steps of the wall', () => {
    const mutes = new AlertMutes([]);
    mutes.silence('s1', { matchers: service, endsAt: new Date(1_000_100) }, at(0));

    expect(mutes.by(alert({ service: 'a' }), [], at(50, 9_999_999)).silencedBy).toEqual(['s1']);
    expect(mutes.by(alert({ service: 'a' }), [], at(150, 0)).silencedBy).toEqual([]);
  });

  it('ends a silence early, once', () => {
    const mutes = new AlertMutes([]);
    mutes.silence('s1', { matchers: service, endsAt: new Date(1_000_100) }, at(0));

    expect([
      mutes.expire('s1', at(50)),
      mutes.expire('s1', at(50)),
      mutes.expire('x', at(50)),
    ]).toEqual([true, false, false]);
    expect(mutes.by(alert({ service: 'a' }), [], at(50)).silencedBy).toEqual([]);
    expect(mutes.silences(at(50))[0]).toMatchObject({
      state: 'expired',
      createdBy: '',
      comment: '',
    });
  });

  it('refuses what is no silence, and keeps 500', () => {
    const mutes = new AlertMutes([]);
    const endsAt = new Date(1_000_100);
    for (const bad of [
      { matchers: [], endsAt },
      { matchers: service, endsAt: new Date(1_000_000) },
      { matchers: service, endsAt: new Date(NaN) },
      { matchers: service, startsAt: new Date(NaN), endsAt },
      { matchers: service, startsAt: endsAt, endsAt },
    ]) {
      expect(() => mutes.silence('s', bad, at(0))).toThrow(InvalidOptionError);
    }
    for (let i = 0; i < 600; i++) mutes.silence(`s${i}`, { matchers: service, endsAt }, at(0));

    expect(mutes.silences(at(0))).toHaveLength(500);
    expect(mutes.silences(at(0))[0]?.id).toBe('s100');
  });

  it('inhibits targets of the same kind while a source fires', () => {
    const rule: InhibitRule = {
      source: [{ name: 'severity', value: 'page' }],
      target: [{ name: 'severity', op: '=~', value: 'ticket|page' }],
      equal: ['service', 'zone'],
    };
    const mutes = new AlertMutes([rule]);
    const source = alert({ severity: 'page', service: 'a' });
    const by = (target: Alert, alerts: readonly Alert[]) =>
      mutes.by(target, alerts, at(0)).inhibitedBy;
    const target = alert({ severity: 'ticket', service: 'a' });

    expect(by(target, [source, source])).toEqual([source.fingerprint]);
    expect(by(target, [{ ...source, state: 'pending' }])).toEqual([]);
    expect(by(alert({ severity: 'ticket', service: 'b' }), [source])).toEqual([]);
    expect(by(alert({ severity: 'ticket', service: 'a', zone: '1' }), [source])).toEqual([]);
    expect(by(alert({ severity: 'info', service: 'a' }), [source])).toEqual([]);
    // What is both keeps no other such quiet, itself neither.
    expect(by(source, [source, alert({ severity: 'page', service: 'a', n: '2' })])).toEqual([]);
    expect(() => new AlertMutes([{ source: [], target: [] }])).toThrow('InhibitRule.source');
  });
});
