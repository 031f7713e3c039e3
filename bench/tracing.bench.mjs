// What a span costs: its start, three attributes and its end, against the SDK of OpenTelemetry that does the same with
// nothing to export to; and what the interceptor adds to a request.
import { DOCUMENT } from '@angular/common';
import {
  HttpBackend,
  HttpClient,
  HttpResponse,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import {
  Injector,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
  createEnvironmentInjector,
  NgZone,
  ɵChangeDetectionScheduler as ChangeDetectionScheduler,
  ɵNoopNgZone as NoopNgZone,
} from '@angular/core';
import { TracerProvider, AlwaysOffSampler } from '@opentelemetry/sdk-trace';
import { Tracer, tracingInterceptor, withTracing } from 'rx-mesh/tracing';
import { of } from 'rxjs';

const injectorOf = (options) =>
  Injector.create({
    providers: [{ provide: INJECTOR_SCOPE, useValue: 'root' }, ...withTracing(options).ɵproviders],
  });

function oursOf(options) {
  const tracer = injectorOf(options).get(Tracer);
  return () => {
    const { spanId } = tracer.startSpan('load orders');
    tracer.tag(spanId, 'http.request.method', 'GET');
    tracer.tag(spanId, 'http.response.status_code', 200);
    tracer.tag(spanId, 'url.template', '/orders/:id');
    tracer.end(spanId);
  };
}

function theirsOf(options = {}) {
  const tracer = new TracerProvider(options).getTracer('bench');
  return () => {
    const span = tracer.startSpan('load orders');
    span.setAttribute('http.request.method', 'GET');
    span.setAttribute('http.response.status_code', 200);
    span.setAttribute('url.template', '/orders/:id');
    span.end();
  };
}

const page = { baseURI: 'http://shop.test/', location: { href: 'http://shop.test/' } };
const answer$ = of(new HttpResponse({ status: 200 }));
const passOn = (request, next) => next(request);

function requestWith(interceptor) {
  const injector = createEnvironmentInjector(
    [
      { provide: INJECTOR_SCOPE, useValue: 'root' },
      { provide: DOCUMENT, useValue: page },
      { provide: NgZone, useValue: new NoopNgZone() },
      { provide: ChangeDetectionScheduler, useValue: { notify: () => undefined } },
      provideHttpClient(withInterceptors([interceptor])),
      { provide: HttpBackend, useValue: { handle: () => answer$ } },
    ],
    Injector.NULL,
  );
  const http = injector.get(HttpClient);
  return () => {
    http.get('/orders/42').subscribe();
  };
}

export const pairs = [
  {
    what: 'a request; what the interceptor adds is the difference',
    ours: ['traced', requestWith(tracingInterceptor)],
    peer: ['not traced', requestWith(passOn)],
  },
  {
    what: 'a span with three attributes',
    ours: ['rx-mesh', oursOf({})],
    peer: ['OpenTelemetry', theirsOf()],
  },
  {
    what: 'a span that is not sampled, against one that is',
    ours: ['rx-mesh', oursOf({ sampleRatio: 0 })],
    peer: ['OpenTelemetry', theirsOf()],
  },
  {
    what: 'a span that is not sampled, on both sides',
    ours: ['rx-mesh', oursOf({ sampleRatio: 0 })],
    peer: ['OpenTelemetry', theirsOf({ sampler: new AlwaysOffSampler() })],
  },
];
