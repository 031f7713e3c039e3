import type { MetricTags } from '../metric-data';

/**
 * What a series of calls counts as. `ok`; `error`: the service was there, but the call failed (a 404); `failed`: the service
 * failed, so it counts against availability too; `ignored`: not at all (the caller left).
 */
export type CallVerdict = 'ok' | 'error' | 'failed' | 'ignored';

/** A histogram or timer in which each sample is one call. */
export interface SloSource {
  /** The name of the metric. */
  readonly metric: string;
  /** Which of its series: those that have these tags and maybe others. @default all */
  readonly tags?: MetricTags | undefined;
  /** What the calls of a series count as. When it throws, they are ignored, which is told as
   * RXM865. @default all are `ok` */
  readonly judge?: ((tags: Readonly<Record<string, string>>) => CallVerdict) | undefined;
}

/**
 * The calls of rx-mesh/communication to a service: the timer `rx_mesh.call.duration`. A call that a fallback answered has
 * failed, one that its caller left is ignored.
 *
 * @param service Its name.
 * @usageNotes
 * ```ts
 * slos.define({ name: 'orders', objective: 0.999, sources: [callSource('orders')] });
 * ```
 */
export function callSource(service: string): SloSource {
  return {
    metric: 'rx_mesh.call.duration',
    tags: { service },
    judge: ({ outcome }) => {
      if (outcome === 'cancelled') return 'ignored';
      return outcome === 'failure' || outcome === 'fallback' ? 'failed' : 'ok';
    },
  };
}

/**
 * The requests to a host, as `metricsInterceptor` measures them: the histogram `http.client.request.duration`. A status of
 * 500 and above, 408, 429 and no answer at all have failed; another status of 400 and above is an error of the caller.
 *
 * @param address The host name, without the port. @default all hosts
 * @usageNotes
 * ```ts
 * slos.define({ name: 'api', objective: 0.99, sources: [httpSource('api.example.com')] });
 * ```
 */
export function httpSource(address?: string): SloSource {
  return {
    metric: 'http.client.request.duration',
    tags: address === undefined ? {} : { 'server.address': address },
    judge: (tags) => {
      if (tags['rx_mesh.cancelled'] === 'true') return 'ignored';
      if (tags['error.type'] === undefined) return 'ok';
      const status = Number(tags['http.response.status_code']);
      const isOfCaller = status >= 400 && status < 500 && status !== 408 && status !== 429;
      return isOfCaller ? 'error' : 'failed';
    },
  };
}
