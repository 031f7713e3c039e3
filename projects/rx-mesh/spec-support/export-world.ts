import { TestBed } from '@angular/core/testing';
import { FakeWeb, ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import {
  type ExportStatus,
  otlpExporter,
  SpanExport,
  type SpanExporterFeature,
  TRACE_FETCH,
  Tracer,
  type TraceSpan,
  withTracing,
  zipkinExporter,
} from 'rx-mesh/tracing';
import { settled } from './settled';

/** What a request to a receiver looked like. */
export interface Sent {
  readonly url: string;
  readonly bytes: number;
  readonly keepalive: boolean;
  readonly body: unknown;
}

/** A span that is made by hand. */
export function aSpan(changes: Partial<TraceSpan> = {}): TraceSpan {
  return {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    sampled: true,
    operationName: 'GET /Orders/:id',
    kind: 'client',
    startTime: new Date(1_767_225_600_123),
    endTime: new Date(1_767_225_600_135),
    duration: 12.3456,
    tags: {},
    logs: [],
    links: [],
    status: 'ok',
    droppedTags: 0,
    droppedLogs: 0,
    droppedLinks: 0,
    ...changes,
  };
}

/** An application with exporters, and receivers that answer what a test says. */
export class ExportWorld {
  readonly web = new FakeWeb();
  readonly sent: Sent[] = [];
  /** What the receivers answer, one after the other; the last answer stays. */
  answers: (() => Response | Promise<Response>)[] = [() => new Response('{}')];

  constructor(...exporters: readonly SpanExporterFeature[]) {
    const features =
      exporters.length > 0 ? exporters : [otlpExporter({ url: 'http://collector.test' })];
    for (const host of ['http://collector.test', 'http://zipkin.test', 'http://page.test']) {
      this.web.host(host, (request) => this.#answer(request));
    }
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withTracing({ serviceName: 'Shop' }, ...features).ɵproviders,
        { provide: TRACE_FETCH, useValue: this.web.fetch },
      ],
    });
  }

  get clock(): ManualClock {
    return TestBed.inject(ManualClock);
  }

  get diagnostics(): RecordingDiagnostics {
    return TestBed.inject(RecordingDiagnostics);
  }

  get tracer(): Tracer {
    return TestBed.inject(Tracer);
  }

  get spans(): SpanExport {
    return TestBed.inject(SpanExport);
  }

  get status(): ExportStatus | undefined {
    return this.spans.status()[0];
  }

  /** Begins and ends spans. */
  record(count: number, tags: Readonly<Record<string, string>> = {}): void {
    for (let i = 0; i < count; i++) {
      this.tracer.end(this.tracer.startSpan(`span ${i}`, { tags }).spanId);
    }
  }

  /** Moves time, and lets answers come. */
  async advance(ms: number): Promise<void> {
    await settled();
    this.clock.advance(ms);
    await settled();
  }

  async #answer(request: Request): Promise<Response> {
    const text = await request.text();
    const { url, keepalive } = request;
    const bytes = new TextEncoder().encode(text).length;
    this.sent.push({ url, keepalive, bytes, body: JSON.parse(text) as unknown });
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    return answer ? answer() : new Response('{}');
  }
}

/** How many spans an OTLP body has. */
export function spansIn(body: unknown): number {
  const { resourceSpans } = body as {
    resourceSpans: { scopeSpans: { spans: unknown[] }[] }[];
  };
  return resourceSpans[0]?.scopeSpans[0]?.spans.length ?? 0;
}

export const bothExporters = (): readonly SpanExporterFeature[] => [
  otlpExporter({ url: 'http://collector.test' }),
  zipkinExporter({ url: 'http://zipkin.test' }),
];
