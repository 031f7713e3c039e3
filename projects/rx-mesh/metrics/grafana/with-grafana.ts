import { type RxMeshFeature, createOptions, waitable, ɵmakeFeature } from 'rx-mesh/kernel';
import { A_URL, areHeaders, receiverUrl, withoutCredentials } from '../otlp/receiver-url';

/** Options of {@link withGrafana}. */
export interface GrafanaOptions {
  /**
   * Where Grafana is, for pages: the path of a proxy on the page's own origin, or its http(s) URL; without `/api`, and with
   * no credentials. Grafana answers no page of another origin, and wants a token, which must not be in a page: anybody can
   * read what a page sends. So put a proxy before it that adds the token, and lets pages do no more than write annotations.
   */
  readonly url: string;
  /** Sent along, besides `Content-Type`. No token of Grafana. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long an answer may take, in milliseconds: above 0 and at most 2147483647. @default 10000 */
  readonly timeout?: number | undefined;
}

interface GrafanaValues {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
}

export const GRAFANA = /* @__PURE__ */ createOptions<GrafanaValues>(
  'GrafanaOptions',
  { url: '', headers: {}, timeout: 10_000 },
  {
    url: (url) =>
      url === '' || receiverUrl(url)?.search === '' ? undefined : `${A_URL}, and no query`,
    headers: (headers) =>
      areHeaders(headers) ? undefined : 'headers by name, without Content-Type',
    timeout: waitable,
  },
);

/**
 * Says where Grafana is, for {@link GrafanaService}.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withGrafana({ url: '/grafana' }));
 * ```
 */
export function withGrafana(options: GrafanaOptions): RxMeshFeature<'grafana'> {
  const { url } = options;
  return ɵmakeFeature('grafana', [
    // An empty one stands for no Grafana at all.
    GRAFANA.provide({ ...options, url: url ? withoutCredentials(url) : '(nothing)' }),
  ]);
}
