import {
  DOCUMENT,
  type EnvironmentProviders,
  REQUEST,
  inject,
  provideEnvironmentInitializer,
} from '@angular/core';
import { Meta } from '@angular/platform-browser';
import { PROPAGATOR, Tracer, contextOfDocument, extractFrom, isServer } from 'rx-mesh';

/** The request, the page that is rendered for it, and the first calls of the browser are one trace. */
export function oneTrace(): EnvironmentProviders {
  return provideEnvironmentInitializer(() => {
    const tracer = inject(Tracer);
    if (!isServer()) {
      tracer.useTraceContext(contextOfDocument(inject(DOCUMENT)) ?? null);
      return;
    }
    const propagator = inject(PROPAGATOR);
    const headers = Object.fromEntries(inject(REQUEST, { optional: true })?.headers ?? []);
    const context = extractFrom(headers, propagator);
    if (!context) return;
    tracer.useTraceContext(context);
    const meta = inject(Meta);
    propagator.inject(context, (name, content) => {
      if (name === 'traceparent') meta.addTag({ name, content });
    });
  });
}
