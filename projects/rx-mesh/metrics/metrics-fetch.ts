import { InjectionToken } from '@angular/core';

declare const ngDevMode: boolean;

/** What numbers are sent and asked for with: the `fetch` of the platform, or something of its shape. */
export type MetricsFetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * How numbers are sent and asked for. Not `HttpClient`: its interceptors would measure the requests that send metrics.
 * @default the `fetch` of the platform
 */
export const METRICS_FETCH = new InjectionToken<MetricsFetch>(
  ngDevMode ? 'rx-mesh METRICS_FETCH' : '',
  { providedIn: 'root', factory: () => async (url, init) => fetch(url, init) },
);
