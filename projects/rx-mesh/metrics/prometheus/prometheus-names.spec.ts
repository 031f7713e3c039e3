import type { MetricType } from '../metric-data';
import {
  boundText,
  escapeHelp,
  escapeLabel,
  familyName,
  gaugeName,
  labelName,
  numberText,
  prometheusUnit,
} from './prometheus-names';

const none: ReadonlySet<string> = new Set();
const named = (name: string, unit?: string, type: MetricType = 'gauge') =>
  familyName(name, prometheusUnit(unit, type));

describe(familyName.name, () => {
  it.each([
    ['http.client.request.duration', 's', 'http_client_request_duration_seconds'],
    ['checkout.duration', 'ms', 'checkout_duration_seconds'],
    ['checkout.duration.ms', 'ms', 'checkout_duration_seconds'],
    ['load_seconds', 's', 'load_seconds'],
    ['seconds', 's', 'seconds'],
    ['feed.size', 'By', 'feed_size_bytes'],
    ['feed.size', 'KiBy', 'feed_size_bytes'],
    ['feed.rate', 'By/s', 'feed_rate_bytes_per_second'],
    ['orders.rate', '{order}/min', 'orders_rate_per_minute'],
    ['open', '{request}', 'open'],
    ['cpu.use', '1', 'cpu_use_ratio'],
    ['cpu_ratio', '1', 'cpu_ratio'],
    ['cpu.use', '%', 'cpu_use_percent'],
    ['pace', 'furlong/fortnight', 'pace_furlong_per_fortnight'],
    ['odd', '[in_i]', 'odd_in_i'],
    ['jobs.total', undefined, 'jobs'],
    ['total', undefined, 'total'],
    ['a--b..c__d/e', undefined, 'a_b_c_d_e'],
    ['a.', 's', 'a_seconds'],
    ['9lives', undefined, '_9lives'],
    ['é', undefined, '_'],
    ['größe:x', undefined, 'gr_e_x'],
  ])('makes of %p in %p %p', (name, unit, expected) => {
    expect(named(name, unit)).toBe(expected);
  });

  it('knows ratios of gauges only', () => {
    expect([named('hits', '1', 'counter'), named('hits', '1', 'histogram')]).toEqual([
      'hits',
      'hits',
    ]);
  });
});

describe(gaugeName.name, () => {
  it.each([
    ['a_count', 'a_count_value'],
    ['a_sum', 'a_sum_value'],
    ['a_bucket', 'a_bucket_value'],
    ['count', 'count'],
    ['_count', '_count'],
    ['a_count_b', 'a_count_b'],
    ['account', 'account'],
  ])('makes of %p %p', (family, expected) => {
    expect(gaugeName(family)).toBe(expected);
  });
});

describe(prometheusUnit.name, () => {
  it.each([
    ['ms', 5, 0.005],
    ['us', 7, 0.000007],
    ['min', 2, 120],
    ['KiBy', 2, 2048],
    ['bit', 16, 2],
    ['s', 0.1, 0.1],
    [undefined, 3, 3],
    ['widget', 3, 3],
  ])('converts a value in %p to the base unit', (unit, value, expected) => {
    const { times, per } = prometheusUnit(unit, 'histogram');

    expect((value * times) / per).toBe(expected);
  });
});

describe(labelName.name, () => {
  it.each([
    ['http.request.method', 'http_request_method'],
    ['a  b', 'a_b'],
    ['_private', '_private'],
    ['..x', '_x'],
    ['1st', 'key_1st'],
    ['', '_'],
    ['naïve', 'na_ve'],
    ['le', 'exported_le'],
    ['quantile', 'exported_quantile'],
    ['camelCase', 'camelCase'],
  ])('makes of %p %p', (tag, expected) => {
    expect(labelName(tag, none)).toBe(expected);
  });

  it('leaves reserved names to their owner', () => {
    expect(labelName('job', new Set(['job']))).toBe('exported_job');
  });
});

describe('texts', () => {
  it('escape what would end them', () => {
    expect(escapeLabel('a"b\\c\nd\re')).toBe('a\\"b\\\\c\\nd\re');
    expect(escapeHelp('a"b\\c\nd', false)).toBe('a"b\\\\c\\nd');
    expect(escapeHelp('a"b\\c\nd', true)).toBe('a\\"b\\\\c\\nd');
  });

  it('have no half characters', () => {
    expect(escapeLabel('😀\ud83d')).toBe('😀\ufffd');
    expect(escapeHelp('\udc00😀', false)).toBe('\ufffd😀');
  });
});

describe('numbers', () => {
  it('are spelled as both formats have them', () => {
    expect([NaN, Infinity, -Infinity, 0, -1.5, 1e21, 5e-324].map(numberText)).toEqual([
      'NaN',
      '+Inf',
      '-Inf',
      '0',
      '-1.5',
      '1e+21',
      '5e-324',
    ]);
  });

  it('are spelled as Go does where they are labels', () => {
    const bounds = [0, 0.1, 1, 2.5, 1000, 999_999, 1e6, 1_234_567, 0.0001, 0.00001, -5, Infinity];

    expect(bounds.map((bound) => boundText(bound, true))).toEqual([
      '0.0',
      '0.1',
      '1.0',
      '2.5',
      '1000.0',
      '999999.0',
      '1e+06',
      '1.234567e+06',
      '0.0001',
      '1e-05',
      '-5.0',
      '+Inf',
    ]);
    expect([1, 0.1, 1e6, 1e-10].map((bound) => boundText(bound, false))).toEqual([
      '1',
      '0.1',
      '1e+06',
      '1e-10',
    ]);
  });
});
