import { Injector, type StaticProvider, ɵINJECTOR_SCOPE as INJECTOR_SCOPE } from '@angular/core';
import { CLOCK, DIAGNOSTICS, PAGE_STATE, RANDOM } from 'rx-mesh/kernel';
import {
  type ConsulOptions,
  ConsulService,
  REGISTRY_FETCH,
  type RegistrySnapshot,
  type ServiceInstance,
  withConsul,
} from 'rx-mesh/mesh';
import {
  FakeConsul,
  FakeWeb,
  ManualClock,
  ManualPage,
  RecordingDiagnostics,
  SeededRandom,
} from 'rx-mesh/testing';
import type { Subscription } from 'rxjs';
import { settled } from './settled';

/** A ConsulService with a Consul behind it, and time that stands still. */
export class ConsulWorld {
  readonly clock = new ManualClock();
  readonly page = new ManualPage();
  readonly diagnostics = new RecordingDiagnostics();
  readonly web = new FakeWeb();
  readonly consul = new FakeConsul({ clock: this.clock });
  readonly source: ConsulService;
  readonly seen: RegistrySnapshot[] = [];
  error: unknown;
  completed = false;

  constructor(options: Partial<ConsulOptions> = {}) {
    this.web.host('http://consul.test', this.consul.handle);
    const injector = Injector.create({
      providers: [
        { provide: INJECTOR_SCOPE, useValue: 'root' },
        { provide: CLOCK, useValue: this.clock },
        { provide: RANDOM, useValue: new SeededRandom() },
        { provide: PAGE_STATE, useValue: this.page },
        { provide: DIAGNOSTICS, useValue: this.diagnostics },
        { provide: REGISTRY_FETCH, useValue: this.web.fetch },
        ...withConsul({ url: 'http://consul.test', services: ['orders'], ...options })
          // Without what watches from the start: an injector of its own runs no initializers.
          .ɵproviders.filter((each): each is StaticProvider => 'provide' in each),
      ],
    });
    this.source = injector.get(ConsulService);
  }

  /** Watches, and keeps all that is emitted. */
  watch(): Subscription {
    return this.source.watch().subscribe({
      next: (snapshot) => this.seen.push(snapshot),
      error: (error: unknown) => (this.error = error),
      complete: () => (this.completed = true),
    });
  }

  /** Lets time pass in steps, and what it brings arrive. */
  async pass(ms: number, step = Math.max(50, ms / 20)): Promise<void> {
    await settled();
    for (let gone = 0; gone < ms; gone += step) {
      this.clock.advance(Math.min(step, ms - gone));
      await settled();
    }
  }

  /** What was said last of a service. */
  last(service = 'orders'): readonly ServiceInstance[] {
    return this.seen.at(-1)?.get(service) ?? [];
  }

  /** The query of each request so far: `orders index=2 wait=30000ms`. */
  get asked(): string[] {
    return this.web.requests.map(({ url }) => {
      const { pathname, searchParams } = new URL(url);
      searchParams.delete('stale');
      const query = [...searchParams].map(([key, value]) => ` ${key}=${value}`);
      return `${pathname.split('/').at(-1) ?? ''}${query.join('')}`;
    });
  }
}
