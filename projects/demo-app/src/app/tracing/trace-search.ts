import { type SpanState } from '../ui/span-look';
import { type TraceView, serviceOf } from './trace-view';

/** What somebody looks for; what is empty does not matter. */
export interface TraceQuery {
  /** A part of a name, of the value of a tag, of a service or of the id of the trace or of a span. */
  readonly text: string;
  readonly service: string;
  readonly state: SpanState | '';
}

/** The traces that have all that is looked for, in their order. */
export function searchTraces(
  traces: readonly TraceView[],
  { service, state, text }: TraceQuery,
): readonly TraceView[] {
  const wanted = text.trim().toLowerCase();
  return traces.filter(
    (trace) =>
      (state === '' || trace.state === state) &&
      (service === '' || servicesOf(trace).includes(service)) &&
      (wanted === '' || textsOf(trace).some((one) => one.toLowerCase().includes(wanted))),
  );
}

/** The services that a trace has asked. */
export function servicesOf({ spans }: TraceView): readonly string[] {
  return spans.map(({ span }) => String(span.tags['rx_mesh.service'] ?? ''));
}

function textsOf({ spans, traceId }: TraceView): readonly string[] {
  const texts = spans.flatMap(({ span }) => [
    span.operationName,
    span.spanId,
    serviceOf(span),
    ...Object.values(span.tags).map(String),
  ]);
  return [traceId, ...texts];
}
