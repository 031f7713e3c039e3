import type { Provider } from '@angular/core';
import { CLOCK, DIAGNOSTICS, ID_GENERATOR, RANDOM, type RxMeshFeature, cryptoIdGenerator } from 'rx-mesh/kernel'; // prettier-ignore
import { MESSAGE_TRANSPORT, type Message, type MessageTransport, topicPattern } from 'rx-mesh/messaging'; // prettier-ignore
import { ManualClock } from 'rx-mesh/testing';
import { NEVER, Observable, Subject, concat, filter, of, tap, timer } from 'rxjs';
import { CacheCore } from '../cache-core';
import { CACHE } from '../cache-options';
import { CACHE_SCOPE } from '../cache-scope';
import { PageCache } from '../page-cache';
import { REMOTE_CACHE } from '../remote-cache';
import { SECOND_LEVEL } from '../second-level';
import { CacheSync } from '../sync/cache-sync';
import { FakeRemoteCache } from '../../spec-support/fake-remote-cache';
import { MessageWire } from '../../spec-support/message-wire';

/** Caches of several pages over one second level and one broker, at one clock. */
export class CacheWorld {
  readonly clock = new ManualClock();
  readonly remote = new FakeRemoteCache(this.clock);
  readonly #wire = new MessageWire();
  readonly #messages = new Subject<Message>();
  /** How long the next message takes, in milliseconds; `undefined`: it is lost. */
  delay: () => number | undefined = () => 0;

  /** The providers of a page. */
  providers(scope?: () => string | undefined): readonly Provider[] {
    return [
      { provide: CLOCK, useValue: this.clock },
      // Counted ids would be the same for all.
      { provide: ID_GENERATOR, useValue: cryptoIdGenerator() },
      { provide: MESSAGE_TRANSPORT, useValue: this.#transport() },
      { provide: REMOTE_CACHE, useValue: this.remote },
      ...(scope ? [{ provide: CACHE_SCOPE, useValue: scope }] : []),
    ];
  }

  /** Another page. */
  page(scope?: () => string | undefined, features: readonly RxMeshFeature[] = []) {
    return this.#wire.app(
      this.providers(scope ?? (features.length === 0 ? () => 'ann' : undefined)),
      features,
    );
  }

  /** The cache of another page, with both levels. */
  cache(scope?: () => string | undefined) {
    const { get, injector, diagnostics } = this.page(scope);
    const sync = get(CacheSync);
    const remote = get(SECOND_LEVEL);
    const core = new CacheCore({
      page: get(PageCache),
      defaults: CACHE.defaults,
      ports: { clock: get(CLOCK), random: get(RANDOM), diagnostics: get(DIAGNOSTICS) },
      remote,
      sync,
    });
    sync.listen(core);
    return { core, sync, remote, diagnostics, local: get(PageCache).local, injector };
  }

  #transport(): MessageTransport {
    return {
      name: 'slow wire',
      capabilities: { crossTab: true, crossClient: true, acknowledges: true },
      state$: concat(of('connected' as const), NEVER),
      send: (message) =>
        new Observable<void>((subscriber) => {
          const copy = JSON.parse(JSON.stringify(message)) as Message;
          const delay = this.delay();
          if (delay === 0) this.#messages.next(copy);
          else if (delay !== undefined) {
            timer(delay, this.clock.scheduler)
              .pipe(tap(() => this.#messages.next(copy)))
              .subscribe();
          }
          subscriber.complete();
        }),
      receive: (pattern) => {
        const topics = topicPattern(pattern);
        return this.#messages.pipe(filter(({ topic }) => topics.matches(topic)));
      },
    };
  }
}
