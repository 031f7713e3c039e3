import { REDIS_FETCH, type RedisOptions, RedisService, withRedis } from 'rx-mesh/caching';
import { TestBed } from '@angular/core/testing';
import { FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import type { Observable } from 'rxjs';

/** What a request to the fake gateway said. */
export interface RedisAsked {
  readonly path: string;
  readonly body: string;
}

/** An answer that a test writes part by part. */
export class OpenAnswer {
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly response: Response;
  isCancelled = false;

  constructor(status = 200) {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.isCancelled = true;
      },
    });
    this.response = new Response(body, { status });
  }

  /** Sends some bytes of it. */
  send(part: string | Uint8Array): void {
    this.#controller?.enqueue(typeof part === 'string' ? new TextEncoder().encode(part) : part);
  }

  /** Ends it. */
  end(): void {
    this.#controller?.close();
  }
}

/** How the gateway answers. */
export type RedisAnswers = (asked: RedisAsked) => Response | Promise<Response>;

/** A gateway of a few answers, and a service that asks it. */
export function fakeRedisWeb(answers: RedisAnswers, options: Partial<RedisOptions> = {}) {
  const web = new FakeWeb();
  const asked: RedisAsked[] = [];
  web.host('http://redis.test', async (request) => {
    const one = { path: new URL(request.url).pathname, body: await request.text() };
    asked.push(one);
    return answers(one);
  });
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      withRedis({ url: 'http://redis.test', ...options }).ɵproviders,
      { provide: REDIS_FETCH, useValue: web.fetch },
    ],
  });
  return {
    web,
    asked,
    redis: TestBed.inject(RedisService),
    clock: TestBed.inject(ManualClock),
    bodies: () => asked.map(({ body }) => body),
  };
}

/** Notes all that a source tells. */
export function noted(source: Observable<unknown>) {
  const values: unknown[] = [];
  const ends: unknown[] = [];
  const subscription = source.subscribe({
    next: (value) => values.push(value),
    error: (error: unknown) => ends.push(error),
    complete: () => ends.push('complete'),
  });
  return { values, ends, subscription };
}
