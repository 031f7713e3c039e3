import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { REGISTRY_SOURCES, type RegistrySnapshot } from 'rx-mesh/mesh';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { FakeNats, natsFailure } from '../spec-support/fake-nats';
import { settled } from '../spec-support/settled';
import { withNats } from './nats-connection';
import { NatsDiscovery, withNatsDiscovery } from './nats-discovery';
import { NATS_MODULES } from './nats-modules';
import { natsService } from './nats-service';

const setUp = () => {
  const nats = new FakeNats();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withNats({ servers: ['wss://nats.test'], linger: 0 }).ɵproviders,
      ...withNatsDiscovery({ maxInstances: 3 }).ɵproviders,
      { provide: NATS_MODULES, useValue: nats },
    ],
  });
  const told: unknown[] = [];
  const discovery = TestBed.inject(NatsDiscovery);
  const clock = TestBed.inject(ManualClock);
  const watch = () =>
    discovery.watch().subscribe({
      next: (snapshot) => told.push(snapshot),
      error: (error: unknown) => told.push(error),
      complete: () => told.push('end'),
    });
  const serve = (name: string, id: string, metadata = { url: `https://${id}.test` }) =>
    TestBed.runInInjectionContext(() =>
      natsService({ name, id, version: '1.0.0', metadata }),
    ).subscribe({ error: () => undefined });
  const pass = async (time: number) => {
    await settled();
    clock.advance(time);
    await settled();
  };
  const names = () =>
    told.map((one) => (one instanceof Map ? [...(one as RegistrySnapshot).keys()] : one));
  const diagnostics = TestBed.inject(RecordingDiagnostics);
  return { nats, discovery, clock, told, names, watch, serve, pass, diagnostics };
};

describe(NatsDiscovery.name, () => {
  it('is a source of the registry, and asks nobody before it is watched', async () => {
    const { nats, discovery, clock } = setUp();
    await settled();

    expect(TestBed.inject(REGISTRY_SOURCES)).toEqual([discovery]);
    expect([discovery.name, discovery.lease, nats.dials, clock.pending]).toEqual([
      'nats',
      48_000,
      [],
      0,
    ]);
  });

  it('tells who answers in a round, and asks again after a rest', async () => {
    const { nats, names, watch, serve, pass, clock } = setUp();
    const orders = serve('orders', 'a');
    const watching = watch();
    await pass(1000);
    serve('users', 'u');
    await pass(15_000);
    await pass(1000);
    orders.unsubscribe();
    for (let i = 0; i < 2; i++) {
      await pass(15_000);
      await pass(1000);
    }

    expect(names()).toEqual([['orders'], ['orders', 'users'], ['orders', 'users'], ['users']]);

    watching.unsubscribe();
    await settled();

    expect([clock.pending, nats.clients[0]?.subscriptions]).toEqual([0, 9]);
  });

  it('does not wait where nobody answers at all', async () => {
    const { names, watch } = setUp();
    watch();
    await settled();

    expect(names()).toEqual([[]]);
  });

  it('keeps what it knows while the server is away', async () => {
    const { nats, names, watch, serve, pass } = setUp();
    serve('orders', 'a');
    watch();
    await pass(1000);
    nats.drop();
    await pass(15_000);
    await pass(60_000);

    expect(names()).toEqual([['orders']]);

    nats.restore();
    await pass(1000);

    expect(names()).toEqual([['orders'], ['orders']]);
  });

  it('takes no more answers than it may, and tells once what cannot be used', async () => {
    const { told, watch, serve, pass, diagnostics } = setUp();
    for (const id of ['a', 'b', 'c', 'd']) serve('orders', id);
    serve('bad', 'x', { url: 'ftp://x.test' });
    watch();
    await pass(1000);
    const [snapshot] = told as RegistrySnapshot[];

    expect(snapshot?.get('orders')).toHaveLength(3);
    expect(diagnostics.codes).toEqual([]);
  });

  it('tells by RXM305 what cannot be used, once', async () => {
    const { watch, serve, pass, diagnostics } = setUp();
    serve('bad', 'x', { url: 'ftp://x.test' });
    watch();
    await pass(1000);
    await pass(15_000);
    await pass(1000);

    expect(diagnostics.records).toMatchObject([
      { code: 'RXM305', severity: 'warning', source: 'NatsDiscovery' },
    ]);
  });

  it('errors when the connection ends for good, or it may not ask', async () => {
    const { nats, told, watch, serve, pass } = setUp();
    serve('orders', 'a');
    watch();
    await pass(1000);
    await nats.clients[0]?.close(natsFailure('AuthorizationError'));
    await settled();

    expect(told.at(-1)).toMatchObject({ code: 'RXM420', failure: 'authentication' });
  });

  it('ends with the application', async () => {
    const { names, watch, serve, pass, clock } = setUp();
    serve('orders', 'a');
    watch();
    await pass(1000);
    TestBed.resetTestingModule();
    await settled();

    expect([names(), clock.pending]).toEqual([[['orders'], 'end'], 0]);
  });

  it.each([[{ period: 0 }], [{ collect: -1 }], [{ misses: 0 }], [{ instanceUrl: 1 as never }]])(
    'refuses %j',
    (options) => {
      expect(() => withNatsDiscovery(options)).toThrow(InvalidOptionError);
    },
  );
});

describe(natsService.name, () => {
  it.each(['$SRV.PING', '$SRV.INFO.orders', '$SRV.STATS.orders.a'])(
    'answers %s, and nothing any more when it is left',
    async (subject) => {
      const { nats, serve } = setUp();
      const service = serve('orders', 'a');
      await settled();
      nats.deliver({ subject, data: '', headers: undefined, reply: 'me' });
      await settled();
      const { data } = nats.published.find((one) => one.subject === 'me') ?? { data: '{}' };

      expect(JSON.parse(data)).toMatchObject({ name: 'orders', id: 'a', version: '1.0.0' });

      service.unsubscribe();
      await settled();

      expect(nats.open).toBe(0);
    },
  );

  it('refuses a name that is none', () => {
    const { serve } = setUp();

    expect(() => serve('a.b', 'a')).toThrow(InvalidOptionError);
  });
});
