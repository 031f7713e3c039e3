import { CALLS, HTTP, labelOf, nameOf } from './dashboard-names';

/** The range that fits how often Prometheus asks. */
export const RANGE = '$__rate_interval';

/** The label of a service in the metrics of requests. */
export function server(): string {
  return labelOf('server.address');
}

/** The services that the reader of the dashboard has chosen. */
export function chosen(): string {
  return `${server()}=~"$service"`;
}

// What the caller left says nothing of the service.
function counted(): string {
  return equal(labelOf('rx_mesh.cancelled'), '');
}

// A status of 400 and above but for 408, 429 and 500 and above is an error of the caller.
function failed(): string {
  return `${labelOf('error.type')}!~"|40[0-79]|41[0-9]|42[0-8]|4[3-9][0-9]"`;
}

/** A text between quotes. */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

/** A label that has exactly this value; an empty one is no label. */
export function equal(label: string, value: string): string {
  return `${label}=${quoted(value)}`;
}

/** A label that has one of these values. */
export function oneOf(label: string, values: readonly string[]): string {
  const pattern = values.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
  return `${label}=~${quoted(pattern)}`;
}

/** How much a counter grows in a second, by labels. */
export function rate(
  name: string,
  matchers: readonly string[],
  by: readonly string[] = [],
  range = RANGE,
): string {
  return `sum${grouped(by)}(rate(${name}{${matchers.join(',')}}[${range}]))`;
}

/** A quantile of a histogram, by labels. */
export function quantile(
  q: number,
  name: string,
  matchers: readonly string[],
  by: readonly string[] = [],
): string {
  return `histogram_quantile(${q}, ${rate(`${name}_bucket`, matchers, ['le', ...by])})`;
}

function grouped(by: readonly string[]): string {
  return by.length === 0 ? '' : ` by (${by.join(', ')}) `;
}

// Where there is the whole but no part, the part is 0, not unknown.
function share(part: string, whole: string): string {
  return `(${part} or 0 * ${whole}) / ${whole}`;
}

/** The requests a second to the services of the variable, by labels. */
export function requestRate(by: readonly string[]): string {
  return rate(`${nameOf(HTTP)}_count`, [chosen()], by);
}

/** The share of requests that failed, by whomever. */
export function errorShare(): string {
  const name = `${nameOf(HTTP)}_count`;
  const by = [server()];
  const whole = rate(name, [chosen(), counted()], by);
  return share(rate(name, [chosen(), `${labelOf('error.type')}!=""`, counted()], by), whole);
}

/** A quantile of the durations of requests, in seconds. */
export function requestQuantile(q: number): string {
  return quantile(q, nameOf(HTTP), [chosen(), counted()], [server()]);
}

/**
 * How many times faster than evenly the error budget of a service burns, over all pages: by the calls of
 * rx-mesh/communication, or else by the requests to the host of that name. As `SloMonitor` counts them.
 */
export function burnRate(service: string, objective: number, range: string): string {
  const calls = `${nameOf(CALLS)}_count`;
  const call = equal('service', service);
  const byCalls = share(
    rate(calls, [call, 'outcome=~"failure|fallback"'], [], range),
    rate(calls, [call, 'outcome!="cancelled"'], [], range),
  );
  const requests = `${nameOf(HTTP)}_count`;
  const host = equal(server(), service);
  const byRequests = share(
    rate(requests, [host, failed(), counted()], [], range),
    rate(requests, [host, counted()], [], range),
  );
  // 1 - 0.999 is a little more than 0.001.
  return `(${byCalls} or ${byRequests}) / ${Number((1 - objective).toPrecision(12))}`;
}
