import { Injector } from '@angular/core';
import { CLOCK, DIAGNOSTICS, type PartialOptions, PAGE_STATE, RANDOM } from 'rx-mesh/kernel';
import { REGISTRY_FETCH, type RegistrySnapshot, type ServiceInstance } from 'rx-mesh/mesh';
import {
  FakeWeb,
  ManualClock,
  ManualPage,
  RecordingDiagnostics,
  SeededRandom,
} from 'rx-mesh/testing';
import type { Subscription } from 'rxjs';
import { ConsulClient } from '../mesh/adapters/consul/consul-client';
import { CONSUL, type ConsulValues } from '../mesh/adapters/consul/consul-options';
import { ConsulService } from '../mesh/adapters/consul/consul-service';
import { LongPollSlots } from '../mesh/adapters/registry/long-poll-slots';
import { FakeConsul } from '../testing/registries/fake-consul';
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

  constructor(options: PartialOptions<ConsulValues> = {}) {
    this.web.host('http://consul.test', this.consul.handle);
    const injector = Injector.create({
      providers: [
        { provide: CLOCK, useValue: this.clock },
        { provide: RANDOM, useValue: new SeededRandom() },
        { provide: PAGE_STATE, useValue: this.page },
        { provide: DIAGNOSTICS, useValue: this.diagnostics },
        { provide: REGISTRY_FETCH, useValue: this.web.fetch },
        {
          provide: CONSUL.token,
          useValue: CONSUL.resolve({ url: 'http://consul.test', services: ['orders'], ...options }),
        },
        { provide: LongPollSlots, useFactory: () => new LongPollSlots() },
        { provide: ConsulClient, useFactory: () => new ConsulClient() },
        { provide: ConsulService, useFactory: () => new ConsulService() },
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
