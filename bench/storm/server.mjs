// The backend: one queue, one worker. It does not notice when a client has gone; the work is done all the same.
import { Observable } from 'rxjs';
import { logNormal } from './random.mjs';

/** What a client gets instead of an answer. Has a `status`, and the headers that the library looks for. */
export class ServerError extends Error {
  // A stack costs more than all the rest of a simulated request.
  static stackTraceLimit = 0;

  constructor(status, retryAfter) {
    super(`status ${status}`);
    this.status = status;
    const asked = retryAfter === undefined ? null : String(retryAfter);
    this.headers = { get: (name) => (name === 'Retry-After' ? asked : null) };
  }
}

export class Server {
  attempts = 0;
  wasted = 0;
  #backlog = 0;
  #freeAt = 0;
  #time;
  #random;
  #options;

  /**
   * @param options `capacity` answers a second, `queue` places, `errors` share of answers that are 503, `latency` ms
   *   that every answer takes besides (network, or work that is no load), `hint` seconds of Retry-After when full.
   */
  constructor(time, random, options) {
    this.#time = time;
    this.#random = random;
    this.#options = options;
  }

  /** A request as a cold stream: each subscriber sends one attempt. */
  request(watch) {
    return new Observable((client) => this.#arrive(client, watch));
  }

  #arrive(client, watch) {
    const { capacity, errors, hint, latency, queue, tail } = this.#options;
    const time = this.#time;
    const sentAt = time.now();
    this.attempts++;
    watch.sent(sentAt);
    if (this.#backlog >= queue) {
      time.after(latency, () => client.error(new ServerError(503, hint)));
      return;
    }
    this.#backlog++;
    const service = logNormal(this.#random, 1000 / capacity, 0.3);
    const isError = this.#random.next() < errors;
    this.#freeAt = Math.max(this.#freeAt, sentAt) + service;
    time.after(this.#freeAt - sentAt, () => this.#backlog--);
    const away = tail ? logNormal(this.#random, latency, tail) : latency;
    time.after(this.#freeAt - sentAt + away, () => {
      if (client.closed) {
        this.wasted++;
        return;
      }
      if (isError) {
        client.error(new ServerError(503));
        return;
      }
      watch.answered(time.now());
      client.next('answer');
      client.complete();
    });
  }
}
