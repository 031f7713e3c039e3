import { Injectable, type Signal, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { FakeJaeger, FakeZipkin, type ReceivedTrace } from 'rx-mesh/testing';
import { TELEMETRY_URLS } from './addresses';
import { type MockBackend } from './mock-backends';

/** A receiver of the mocked world. */
export type ReceiverName = keyof typeof TELEMETRY_URLS;

/** Jaeger and Zipkin of the mocked world: what has come, and what an operator does to them. */
@Injectable({ providedIn: 'root' })
export class TelemetryReceivers {
  readonly #receivers = { jaeger: new FakeJaeger(), zipkin: new FakeZipkin() } as const;
  readonly #down = signal<ReadonlySet<ReceiverName>>(new Set());

  /** The receivers that nobody reaches. */
  readonly down: Signal<ReadonlySet<ReceiverName>> = this.#down.asReadonly();

  /** The traces that each has received, oldest first, at most 200. */
  readonly traces: Readonly<Record<ReceiverName, Signal<readonly ReceivedTrace[]>>> = {
    jaeger: toSignal(this.#receivers.jaeger.traces$, { requireSync: true }),
    zipkin: toSignal(this.#receivers.zipkin.traces$, { requireSync: true }),
  };

  /** The machines on which they run. */
  readonly backends: readonly MockBackend[] = [this.#backend('jaeger'), this.#backend('zipkin')];

  /** The trace as a receiver knows it; `undefined` when nothing of it has come. */
  find(name: ReceiverName, traceId: string): ReceivedTrace | undefined {
    return this.traces[name]().find((trace) => trace.traceId === traceId);
  }

  /** Stops a receiver, or starts it again. What it has received it keeps. */
  setDown(name: ReceiverName, down: boolean): void {
    this.#down.update((names) => {
      const others = [...names].filter((other) => other !== name);
      return new Set(down ? [...others, name] : others);
    });
  }

  /** Lets a receiver answer its next delivery with this status, and ask for a pause of some seconds. */
  failNext(name: ReceiverName, status: number, retryAfter?: number): void {
    this.#receivers[name].answerNext(status, { retryAfter });
  }

  /** Forgets what has come. */
  clear(): void {
    this.#receivers.jaeger.clear();
    this.#receivers.zipkin.clear();
  }

  /** Everything as it was at first. */
  reset(): void {
    this.#down.set(new Set());
    this.clear();
  }

  #backend(name: ReceiverName): MockBackend {
    return {
      id: name,
      origin: TELEMETRY_URLS[name],
      handle: async (request) =>
        this.#down().has(name) ? Response.error() : this.#receivers[name].handle(request),
    };
  }
}
