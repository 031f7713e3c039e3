import { EnvironmentInjector, REQUEST } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Tracer } from 'rx-mesh';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { oneTrace } from './ssr-trace';

const globals = globalThis as { ngServerMode?: boolean | undefined };
const TRACE_ID = '0123456789abcdef0123456789abcdef';
const traceparent = `00-${TRACE_ID}-0123456789abcdef-01`;

function page(isRendered: boolean, headers: Record<string, string> = {}) {
  globals.ngServerMode = isRendered;
  TestBed.resetTestingModule().configureTestingModule({
    providers: [
      oneTrace(),
      provideRxMeshTesting(),
      {
        provide: REQUEST,
        useValue: isRendered ? new Request('http://shop.test/', { headers }) : null,
      },
    ],
  });
  TestBed.inject(EnvironmentInjector);
  return TestBed.inject(Tracer).startSpan('work').traceId;
}

describe(oneTrace.name, () => {
  afterEach(() => {
    globals.ngServerMode = undefined;
    document.querySelector('meta[name=traceparent]')?.remove();
  });

  it('goes on from the request to the page to the browser', () => {
    expect(page(true, { traceparent })).toBe(TRACE_ID);
    expect(document.querySelector('meta[name=traceparent]')?.getAttribute('content')).toContain(
      TRACE_ID,
    );
    expect(page(false)).toBe(TRACE_ID);
  });

  it('begins a trace of its own where the request has none', () => {
    expect(page(true)).not.toBe(TRACE_ID);
    expect(document.querySelector('meta[name=traceparent]')).toBeNull();
    expect(page(false)).not.toBe(TRACE_ID);
  });
});
