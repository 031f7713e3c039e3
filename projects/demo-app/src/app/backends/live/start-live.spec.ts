import { DOCUMENT, EnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, throwError } from 'rxjs';
import { FaultControls } from '../fault-controls';
import { type RealWorld } from '../real-world';
import { LIVE_ASK } from './live-link';
import { startLive } from './start-live';

const INSTANCES: ReadonlyMap<string, string> = new Map([
  ['orders-1', 'http://orders-1.localhost:4001'],
]);

const setUp = (real: RealWorld, ask = () => NEVER) => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 1 }),
      { provide: FaultControls, useValue: new FaultControls([], { seed: 1 }) },
      { provide: LIVE_ASK, useValue: ask },
    ],
  });
  startLive(TestBed.inject(EnvironmentInjector), real);
  TestBed.tick();
  const strip = TestBed.inject(DOCUMENT).querySelector('app-live-strip');
  return { strip, words: strip?.textContent.replace(/\s+/g, ' ').trim() };
};

describe(startLive.name, () => {
  it('says what is real and what is not', () => {
    jest.spyOn(globalThis, 'fetch').mockReturnValue(new Promise(() => undefined));
    const { strip, words } = setUp({
      instances: INSTANCES,
      nats: 'ws://127.0.0.1:4222',
      redis: 'http://127.0.0.1:7379',
      prometheus: 'http://127.0.0.1:9090',
      alertmanager: 'http://127.0.0.1:9093',
    });
    expect(words).toBe(
      'Live: 1 service processes · NATS · Redis · Prometheus · Alertmanager · mocks: registries, trace receivers',
    );
    expect([...(strip?.querySelectorAll('a') ?? [])].map(({ href }) => href)).toEqual([
      'http://127.0.0.1:9090/',
      'http://127.0.0.1:9093/',
    ]);
    TestBed.resetTestingModule();
    expect(document.querySelector('app-live-strip')).toBeNull();
    jest.restoreAllMocks();
  });

  it('names all that is a mock, and says when the runner has ended', () => {
    const { words } = setUp({ instances: INSTANCES }, () => throwError(() => new Error('refused')));
    expect(words).toBe(
      'Live: 1 service processes · mocks: registries, trace receivers, messages, event log, second level of the cache, Alertmanager The runner has ended: start it again by npm run demo:live.',
    );
  });

  it('does nothing without a runner', () => {
    expect(setUp({ instances: new Map() }).strip).toBeNull();
  });
});
