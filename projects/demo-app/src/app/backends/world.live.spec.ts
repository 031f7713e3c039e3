import { ApplicationInitStatus } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRxMesh } from 'rx-mesh';
import { EVENT_LOG, READ_MODEL_STORAGE } from 'rx-mesh/event-sourcing';
import { MESSAGE_TRANSPORT } from 'rx-mesh/messaging';
import { PrometheusService } from 'rx-mesh/metrics';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER } from 'rxjs';
import { SHELF } from '../caching/shelf';
import { FaultControls } from './fault-controls';
import { LIVE_ASK } from './live/live-link';
import { LiveOffice } from './live/live-office';
import { TokenOffice } from './token-office';

const FACTS = {
  run: 'a1b2',
  instances: { 'orders-1': 'http://orders-1.localhost:4001' },
  nats: 'ws://127.0.0.1:4222',
  redis: 'http://127.0.0.1:7379',
  push: '/live/push',
  prometheus: 'http://127.0.0.1:9090',
};

/** The world of a page into which the runner has written that. It is read when the file is. */
const liveWorld = async () => {
  document.head.innerHTML = `<script type="application/json" id="rx-mesh-live">${JSON.stringify(FACTS)}</script>`;
  return import('./world.live');
};

describe('the world of the live demo', () => {
  it('has its addresses from the page', async () => {
    const { REAL } = await liveWorld();
    expect(REAL.instances.get('orders-1')).toBe('http://orders-1.localhost:4001');
    expect(REAL).toMatchObject({ nats: FACTS.nats, redis: FACTS.redis, alertmanager: undefined });
  });

  it('keeps events and messages in NATS, the second level in Redis, and tells Prometheus', async () => {
    const { provideWorld, worldFeatures } = await liveWorld();
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting({ seed: 1 }),
        provideRxMesh(...worldFeatures()),
        provideWorld(),
        { provide: FaultControls, useValue: new FaultControls([], { seed: 1 }) },
        { provide: LIVE_ASK, useValue: () => NEVER },
      ],
    });
    await TestBed.inject(ApplicationInitStatus).donePromise;
    const kinds = [EVENT_LOG, READ_MODEL_STORAGE, MESSAGE_TRANSPORT].map(
      (token) => TestBed.inject<object>(token).constructor.name,
    );
    expect(kinds).toEqual(['JetStreamEventLog', 'IndexedDbReadModels', 'NatsTransport']);
    expect(TestBed.inject(SHELF).name).toBe('redis');
    expect(TestBed.inject(TokenOffice)).toBeInstanceOf(LiveOffice);
    expect(TestBed.inject(PrometheusService).status().state).toBe('idle');
  });
});
