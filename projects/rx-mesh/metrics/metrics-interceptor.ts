import {
  type HttpEvent,
  HttpContextToken,
  HttpErrorResponse,
  type HttpHandler,
  type HttpInterceptor,
  type HttpInterceptorFn,
  type HttpRequest,
  HttpResponse,
  HttpResponseBase,
} from '@angular/common/http';
import {
  DOCUMENT,
  Injectable,
  Injector,
  inject,
  runInInjectionContext,
  untracked,
} from '@angular/core';
import { isRxMeshError, isServer, tapSettled } from 'rx-mesh/kernel';
import { type Observable, defer } from 'rxjs';
import { ACTIVE, BODY_SIZE, DURATION, sizeOf, sizeOfBody, traceOf } from './http-metrics';
import type { MetricTags } from './metric-data';
import { MetricsService } from './metrics-service';
import { routeTemplate } from './route-template';

/**
 * The route of a request as a template, such as `/orders/:id`, for the tag `url.template`. Set it wherever the route
 * is known; it is used as it stands, so it must hold nothing that varies. @default what `routeTemplate` guesses
 *
 * @usageNotes
 * ```ts
 * http.get(`/orders/${id}`, { context: new HttpContext().set(ROUTE_TEMPLATE, '/orders/:id') });
 * ```
 */
export const ROUTE_TEMPLATE = /* @__PURE__ */ new HttpContextToken<string | undefined>(
  () => undefined,
);

/** Whether a request is not measured: for what sends metrics itself, which would measure itself without end. */
export const SKIP_METRICS = /* @__PURE__ */ new HttpContextToken<boolean>(() => false);

/**
 * Measures each HTTP request under the names of OpenTelemetry (HTTP semantic conventions 1.44).
 *
 * `http.client.request.duration`, a histogram in seconds, gets one sample a subscription, so one an attempt: when the
 * response is complete, the request failed or the subscriber left. `http.client.active_requests` is the gauge of what
 * is under way. `http.client.request.body.size` and `http.client.response.body.size`, histograms in bytes, are recorded
 * where a size is known without reading: of a text, `Blob` or `ArrayBuffer` that is sent, and of an answer by its
 * `Content-Length`. A sampled `traceparent` header makes exemplars. Tags: `http.request.method`, `url.template`, `server.address` and `server.port`; of the duration also
 * `http.response.status_code` when a status was received, `error.type` when it failed, `rx_mesh.cancelled` when the
 * subscriber left. Nothing that a server or user can invent becomes a tag, save the path as `routeTemplate` has it.
 *
 * @usageNotes
 * ```ts
 * provideHttpClient(withInterceptors([tracingInterceptor, metricsInterceptor]));
 * ```
 */
export const metricsInterceptor: HttpInterceptorFn = (request, next) => {
  if (request.context.get(SKIP_METRICS)) return next(request);
  const metrics = inject(MetricsService);
  const tags = tagsOf(request, inject(DOCUMENT));
  const trace = traceOf(request.headers.get('traceparent'));
  const sent = sizeOfBody(request.body);
  // A request goes on whatever else an application makes of these names.
  const distribution = (name: string, definition = BODY_SIZE) =>
    metrics.ɵmetric('histogram', `http.client.${name}`, definition);
  const duration = distribution('request.duration', DURATION);
  const active = metrics.ɵmetric('gauge', 'http.client.active_requests', ACTIVE).bind(tags);
  let sends = 0;
  return defer(() => {
    const resends = Math.min(sends++, 10); // a tag has few values
    const again: MetricTags = resends === 0 ? {} : { 'http.request.resend_count': resends };
    const elapsed = metrics.stopwatch();
    const release = active.hold();
    const settle = (outcome: MetricTags, answer?: unknown) => {
      const all = Object.assign({}, tags, outcome, again);
      // The answer to HEAD has no body; the header tells how long it would be.
      const hasBody = answer instanceof HttpResponseBase && request.method !== 'HEAD';
      const got = hasBody ? sizeOf(answer.headers.get('content-length')) : undefined;
      release();
      duration.record(elapsed() / 1000, all, trace);
      if (sent !== undefined) distribution('request.body.size').record(sent, all, trace);
      if (got !== undefined) distribution('response.body.size').record(got, all, trace);
    };
    // Once more for each subscription, and as HttpClient does it: no signal that is read on the way sends it again.
    return defer(() => untracked(() => next(request))).pipe(
      tapSettled<HttpEvent<unknown>>({
        isFinal: (event) => event instanceof HttpResponse,
        success: (event) =>
          settle(event instanceof HttpResponse ? statusTags(event.status) : {}, event),
        failure: (error) => settle(failureTags(error), error),
        cancelled: () => settle({ 'rx_mesh.cancelled': true }),
      }),
    );
  });
};

/**
 * {@link metricsInterceptor} as a class, for applications that register interceptors by class. It does nothing
 * unless `withInterceptorsFromDi()` is there too. Register one of the two, else each request is measured twice.
 *
 * @usageNotes
 * ```ts
 * providers: [
 *   provideHttpClient(withInterceptorsFromDi()),
 *   { provide: HTTP_INTERCEPTORS, useExisting: MetricsInterceptor, multi: true },
 * ];
 * ```
 */
@Injectable({ providedIn: 'root' })
export class MetricsInterceptor implements HttpInterceptor {
  private readonly injector = inject(Injector);

  /** Measures a request, as {@link metricsInterceptor} does. */
  intercept(request: HttpRequest<unknown>, next: HttpHandler): Observable<HttpEvent<unknown>> {
    return runInInjectionContext(this.injector, () =>
      metricsInterceptor(request, (passed) => next.handle(passed)),
    );
  }
}

// RFC 9110, PATCH of RFC 5789 and the QUERY method; a method may be any text, and a tag may not.
const METHODS = /^(?:CONNECT|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT|QUERY|TRACE)$/;

function tagsOf(request: HttpRequest<unknown>, document: Document): MetricTags {
  const method = METHODS.test(request.method) ? request.method : '_OTHER';
  const template = request.context.get(ROUTE_TEMPLATE);
  const tags: Record<string, string> = { 'http.request.method': method };
  const route = readTarget(request.url, document, tags);
  tags['url.template'] = template ?? route;
  return tags;
}

// Puts in the tags of the server, and returns what the path looks like.
function readTarget(url: string, document: Document, tags: Record<string, string>): string {
  // A base that is none itself must not hide a URL that needs none.
  const target = parseUrl(url, baseOf(document)) ?? parseUrl(url);
  // The request will tell what is wrong with its URL.
  if (!target) return routeTemplate(url);
  const { protocol, hostname, port, pathname } = target;
  // A data: or blob: URL is all content.
  if (hostname === '') return protocol;
  tags['server.address'] = hostname;
  const known = port === '' ? defaultPort(protocol) : port;
  if (known !== undefined) tags['server.port'] = known;
  return routeTemplate(pathname);
}

function parseUrl(url: string, base?: string): URL | undefined {
  return URL.canParse(url, base) ? new URL(url, base) : undefined;
}

type ServerDocument = Partial<Pick<Document, 'querySelector'>> & {
  readonly location: Location | null;
};

// The document of a server has no base: to ask for it throws. Angular looks for the element there, before it sends.
function baseOf(document: Document): string | undefined {
  if (!isServer()) return document.baseURI;
  const page = document as ServerDocument;
  const address = page.location?.href;
  const base = page.querySelector?.('base')?.getAttribute('href') ?? '';
  return parseUrl(base, address)?.href ?? address;
}

function defaultPort(protocol: string): string | undefined {
  if (protocol === 'https:') return '443';
  return protocol === 'http:' ? '80' : undefined;
}

function statusTags(status: number, tags: Record<string, string> = {}): MetricTags {
  if (!isReceived(status)) return tags;
  tags['http.response.status_code'] = String(status);
  if (status >= 400) tags['error.type'] = String(status);
  return tags;
}

function failureTags(error: unknown): MetricTags {
  const tags = { 'error.type': errorType(error) };
  return error instanceof HttpErrorResponse ? statusTags(error.status, tags) : tags;
}

// 0 is what Angular says for none.
function isReceived(status: number): boolean {
  return Number.isInteger(status) && status >= 100 && status <= 999;
}

// A kind of error, of which there are few; never a message.
function errorType(error: unknown): string {
  if (isRxMeshError(error)) return error.code;
  if (!(error instanceof HttpErrorResponse)) return nameOf(error) ?? '_OTHER';
  const { status, error: cause } = error as { status: number; error: unknown };
  // A good status and still an error: the body could not be read.
  if (isReceived(status)) return status < 300 ? 'ParseError' : String(status);
  const name = nameOf(cause);
  return name === 'TimeoutError' || name === 'AbortError' ? name : 'NetworkError';
}

function nameOf(error: unknown): string | undefined {
  if (!(error instanceof Error || error instanceof DOMException)) return undefined;
  return /^[A-Za-z]\w{0,63}$/.test(error.name) ? error.name : undefined;
}
