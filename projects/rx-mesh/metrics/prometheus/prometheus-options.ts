import { InvalidOptionError, createOptions, oneOf, waitable } from 'rx-mesh/kernel';

/** Options of `withPrometheus`. Whatever a page sends along, its users can read. */
export interface PrometheusOptions {
  /**
   * Where pushes go: the base of a Pushgateway or of the proxy before it, if there is a `job`; else the whole URL of
   * something that takes the text format. http or https, or a path of the page's own origin; no credentials in it.
   * @default none, and `push` refuses
   */
  readonly pushUrl?: string | undefined;
  /**
   * The rest between two pushes, in milliseconds: above 0 and at most 2147483647. Pages push by themselves only if it is
   * set. @default none
   */
  readonly pushPeriod?: number | undefined;
  /** `POST` replaces the metrics that are pushed, `PUT` the whole group; a browser asks for leave before. @default 'POST' */
  readonly method?: 'POST' | 'PUT' | undefined;
  /** The job label of the group. With it, `/metrics/job/...` is put behind `pushUrl`. @default none */
  readonly job?: string | undefined;
  /** The other labels of the group. Needs a `job`. Two pages of one group overwrite each other. @default none */
  readonly grouping?: Readonly<Record<string, string>> | undefined;
  /** Sent with pushes. With any, a browser asks for leave before. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The base of a Prometheus that may be asked, as `pushUrl` is written. @default none, and `query` refuses */
  readonly queryUrl?: string | undefined;
  /** Sent with queries. Prometheus allows `Authorization` to pages. @default none */
  readonly queryHeaders?: Readonly<Record<string, string>> | undefined;
  /** Whether cookies go along. @default 'omit' */
  readonly credentials?: 'omit' | 'same-origin' | 'include' | undefined;
  /** How long an answer may take, in milliseconds: above 0 and at most 2147483647. @default 10000 */
  readonly timeout?: number | undefined;
  /** What is known about the application, such as `service.name`: the labels of `target_info`. @default no such line */
  readonly resource?: Readonly<Record<string, string | number | boolean>> | undefined;
}

interface PrometheusValues {
  readonly pushUrl: string;
  readonly pushPeriod: number | undefined;
  readonly method: 'POST' | 'PUT';
  readonly job: string;
  readonly grouping: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly queryUrl: string;
  readonly queryHeaders: Readonly<Record<string, string>>;
  readonly credentials: 'omit' | 'same-origin' | 'include';
  readonly timeout: number;
  readonly resource: Readonly<Record<string, string | number | boolean>>;
}

export const PROMETHEUS = /* @__PURE__ */ createOptions<PrometheusValues>(
  'PrometheusOptions',
  {
    pushUrl: '',
    pushPeriod: undefined,
    method: 'POST',
    job: '',
    grouping: {},
    headers: {},
    queryUrl: '',
    queryHeaders: {},
    credentials: 'omit',
    timeout: 10_000,
    resource: {},
  },
  {
    pushUrl: /* @__PURE__ */ urlOrNone('pushUrl', true),
    pushPeriod: (period) => (period === undefined ? undefined : waitable(period)),
    method: /* @__PURE__ */ oneOf('POST', 'PUT'),
    job: (job) => (typeof job === 'string' ? undefined : 'a text'),
    grouping: (labels) => (areLabels(labels) ? undefined : GROUPING),
    headers: (headers) => (areHeaders(headers) ? undefined : HEADERS),
    queryUrl: /* @__PURE__ */ urlOrNone('queryUrl', false),
    queryHeaders: (headers) => (areHeaders(headers) ? undefined : HEADERS),
    credentials: /* @__PURE__ */ oneOf('omit', 'same-origin', 'include'),
    timeout: waitable,
    resource: (resource) => (isRecord(resource) ? undefined : 'values by name'),
  },
  ({ pushUrl, pushPeriod, job, grouping }) => {
    if (pushPeriod !== undefined && pushUrl === '') return ['pushPeriod', 'set with a pushUrl'];
    if (job !== '' && pushUrl.includes('?')) {
      throw new InvalidOptionError('PrometheusOptions.pushUrl', '(secret)', `${A_URL}, with a job`);
    }
    return job === '' && Object.keys(grouping).length > 0
      ? ['grouping', 'set with a job']
      : undefined;
  },
);

const HEADERS = 'headers by name, without Content-Type';
const GROUPING = 'texts by names of labels (letters, digits and "_"), without job';

function areLabels(labels: unknown): boolean {
  return (
    isRecord(labels) &&
    Object.entries(labels).every(
      ([label, value]) =>
        /^(?!__)[a-zA-Z_]\w*$/.test(label) && label !== 'job' && typeof value === 'string',
    )
  );
}

function areHeaders(headers: Readonly<Record<string, string>>): boolean {
  try {
    return isRecord(headers) && !new Headers(headers).has('Content-Type');
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// A host that cannot exist (RFC 2606): whatever leads away from it is no path.
const NOWHERE = 'http://own.invalid';

const A_URL =
  'a URL of http or https, or a path of the own origin that begins with "/", with no credentials, query or fragment';

function urlOrNone(option: string, query: boolean): (text: string) => string | undefined {
  return (text) => {
    if (text === '') return undefined;
    const isPath = typeof text === 'string' && text.startsWith('/');
    const base = isPath ? NOWHERE : undefined;
    if (typeof text !== 'string' || !URL.canParse(text, base)) return A_URL;
    const { protocol, username, password, search, hash, origin, pathname } = new URL(text, base);
    // A refusal repeats what it refuses, which must not be a secret.
    if (username !== '' || password !== '' || hash !== '' || (search !== '' && !query)) {
      throw new InvalidOptionError(`PrometheusOptions.${option}`, '(secret)', A_URL);
    }
    const leadsAway = isPath && (origin !== NOWHERE || pathname.startsWith('//'));
    return leadsAway || !/^https?:$/.test(protocol) ? A_URL : undefined;
  };
}

/** The base of a URL, without the slash at its end. */
export function withoutSlash(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end--;
  return url.slice(0, end);
}
