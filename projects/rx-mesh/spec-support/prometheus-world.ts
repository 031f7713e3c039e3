import type { EnvironmentProviders, Provider, Type } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  FakeWeb,
  ManualClock,
  ManualPage,
  RecordingDiagnostics,
  provideRxMeshTesting,
} from 'rx-mesh/testing';
import type { Observable } from 'rxjs';
import { settled } from './settled';

/** What a request looked like. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly request: Request;
}

/** An application with a Prometheus, whose servers answer what a test says. */
export class PrometheusWorld<S, M> {
  readonly #service: Type<S>;
  readonly #metrics: Type<M>;
  readonly web = new FakeWeb();
  readonly asked: Asked[] = [];
  /** What the servers answer, one after the other; the last answer stays. */
  answers: (() => Response | Promise<Response>)[] = [() => new Response(null, { status: 200 })];

  /**
   * @param providers What the application is made of, given what its requests are sent with.
   * @param service What is tested.
   * @param metrics What it records with.
   */
  constructor(
    providers: (fetch: FakeWeb['fetch']) => readonly (Provider | EnvironmentProviders)[],
    service: Type<S>,
    metrics: Type<M>,
  ) {
    this.#service = service;
    this.#metrics = metrics;
    for (const host of ['http://prometheus.test', 'http://gateway.test', 'http://page.test']) {
      this.web.host(host, (request) => this.#answer(request));
    }
    TestBed.configureTestingModule({
      providers: [provideRxMeshTesting(), ...providers(this.web.fetch)],
    });
  }

  get service(): S {
    return TestBed.inject(this.#service);
  }

  get metrics(): M {
    return TestBed.inject(this.#metrics);
  }

  get clock(): ManualClock {
    return TestBed.inject(ManualClock);
  }

  get page(): ManualPage {
    return TestBed.inject(ManualPage);
  }

  get diagnostics(): RecordingDiagnostics {
    return TestBed.inject(RecordingDiagnostics);
  }

  /** Answers with JSON from now on. */
  answerWith(body: unknown, status = 200): void {
    this.answers = [() => new Response(JSON.stringify(body), { status })];
  }

  /** Moves time, and lets answers come. */
  async advance(ms: number): Promise<void> {
    await settled();
    this.clock.advance(ms);
    await settled();
  }

  async #answer(request: Request): Promise<Response> {
    const { method, url } = request;
    this.asked.push({ method, url, body: await request.clone().text(), request });
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    return answer ? answer() : new Response();
  }
}

/** What a stream did up to now. */
export function watch<T>(source$: Observable<T>) {
  const events: unknown[] = [];
  const subscription = source$.subscribe({
    next: (value) => events.push(value),
    error: (error: unknown) => events.push(error),
    complete: () => events.push('complete'),
  });
  return { events, leave: () => subscription.unsubscribe() };
}
