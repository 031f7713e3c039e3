import { type MetricSeries } from 'rx-mesh/metrics';
import { routeCounters, serviceCounters } from './counters';

const startTime = new Date(0);

const timer = (tags: Readonly<Record<string, string>>, count: number): MetricSeries => ({
  name: 'rx_mesh.call.duration',
  type: 'timer',
  startTime,
  tags,
  count,
  sum: 99,
});
const counter = (
  name: string,
  tags: Readonly<Record<string, string>>,
  value: number,
): MetricSeries => ({ name, type: 'counter', startTime, tags, value, count: 1, sum: value });
const request = (
  count: number,
  tags: Readonly<Record<string, string>>,
  address = 'orders-1.mesh.example',
): MetricSeries => ({
  name: 'http.client.request.duration',
  type: 'histogram',
  startTime,
  tags: {
    'http.request.method': 'GET',
    'url.template': '/orders',
    'server.address': address,
    ...tags,
  },
  count,
  sum: 1,
});

describe(serviceCounters.name, () => {
  it('has a line of zeros for each service before the first call', () => {
    const rows = serviceCounters([]);
    expect(rows.map(({ service }) => service)).toEqual([
      'orders',
      'inventory',
      'payments',
      'users',
      'rates',
    ]);
    expect(rows[0]).toEqual({
      service: 'orders',
      succeeded: 0,
      failed: 0,
      fallbacks: 0,
      retries: 0,
      rejected: 0,
    });
  });

  it('adds up what was collected of each service', () => {
    const rows = serviceCounters([
      timer({ service: 'orders', outcome: 'success' }, 5),
      timer({ service: 'orders', outcome: 'failure' }, 2),
      timer({ service: 'orders', outcome: 'cancelled' }, 9),
      timer({ service: 'users', outcome: 'success' }, 1),
      counter('rx_mesh.call.retries', { service: 'orders' }, 4),
      counter('rx_mesh.call.rejections', { service: 'orders', reason: 'RXM201' }, 7),
      counter('rx_mesh.call.rejections', { service: 'orders', reason: 'RXM301' }, 1),
      counter('circuit_breaker_fallback', { service: 'orders' }, 3),
      counter('something_else', { service: 'orders' }, 100),
    ]);
    expect(rows[0]).toEqual({
      service: 'orders',
      succeeded: 5,
      failed: 2,
      fallbacks: 3,
      retries: 4,
      rejected: 7,
    });
    expect(rows[3]).toMatchObject({ service: 'users', succeeded: 1, failed: 0 });
  });
});

describe(routeCounters.name, () => {
  it('adds the instances of a service up, and sorts by status', () => {
    const rows = routeCounters([
      request(4, { 'http.response.status_code': '200' }),
      request(3, { 'http.response.status_code': '200' }, 'orders-2.mesh.example'),
      request(2, { 'http.response.status_code': '503', 'error.type': '503' }),
      request(1, { 'http.response.status_code': '404', 'error.type': '404' }),
      request(5, { 'error.type': 'timeout' }),
      request(9, { 'rx_mesh.cancelled': 'true' }),
    ]);
    expect(rows).toEqual([
      {
        service: 'orders',
        operation: 'GET /orders',
        requests: 15,
        answered: 7,
        refused: 1,
        broken: 2,
        unanswered: 5,
      },
    ]);
  });

  it('keeps the order of the catalog, strangers last', () => {
    const ok = { 'http.response.status_code': '200' };
    const rows = routeCounters([
      request(1, ok, 'elsewhere.example'),
      request(1, ok, 'rates.partner.example'),
      request(1, { ...ok, 'url.template': '/z' }),
      request(1, { ...ok, 'url.template': '/a' }),
    ]);
    expect(rows.map(({ operation, service }) => `${service} ${operation}`)).toEqual([
      'orders GET /a',
      'orders GET /z',
      'rates GET /orders',
      'elsewhere.example GET /orders',
    ]);
  });

  it('makes do with series that lack their tags', () => {
    const bare: MetricSeries = {
      name: 'http.client.request.duration',
      type: 'histogram',
      startTime,
      tags: {},
      count: 2,
      sum: 1,
    };
    expect(routeCounters([bare])).toMatchObject([{ service: '', operation: '', unanswered: 2 }]);
    expect(routeCounters([{ ...bare, name: 'other' }])).toEqual([]);
  });
});
