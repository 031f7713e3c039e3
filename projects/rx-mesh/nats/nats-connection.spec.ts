import { TestBed } from '@angular/core/testing';
import { InvalidOptionError, constantBackoff } from 'rx-mesh/kernel';
import {
  ManualClock,
  ManualPage,
  RecordingDiagnostics,
  provideRxMeshTesting,
} from 'rx-mesh/testing';
import { FakeNats, natsFailure } from '../spec-support/fake-nats';
import { settled } from '../spec-support/settled';
import { NatsConnection, withNats } from './nats-connection';
import { NATS_MODULES } from './nats-modules';
import type { NatsOptions } from './nats-options';

const setUp = (options: Partial<NatsOptions> = {}) => {
  const nats = new FakeNats();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withNats({
        servers: ['wss://nats.test'],
        linger: 0,
        reconnect: constantBackoff(1000),
        ...options,
      }).ɵproviders,
      { provide: NATS_MODULES, useValue: nats },
    ],
  });
  const connection = TestBed.inject(NatsConnection);
  const states: string[] = [];
  connection.state$.subscribe((state) => states.push(state));
  const lease = () => {
    const told: unknown[] = [];
    const subscription = connection.client$.subscribe({
      next: () => told.push('client'),
      error: (error: unknown) => told.push(error),
      complete: () => told.push('end'),
    });
    return { told, stop: () => subscription.unsubscribe() };
  };
  return {
    nats,
    connection,
    states,
    lease,
    clock: TestBed.inject(ManualClock),
    page: TestBed.inject(ManualPage),
    diagnostics: TestBed.inject(RecordingDiagnostics),
  };
};

describe(NatsConnection.name, () => {
  it('opens nothing before it is needed, one for all, and none after the last', async () => {
    const { nats, states, lease, clock } = setUp();
    await settled();

    expect(nats.dials).toEqual([]);

    const [first, second] = [lease(), lease()];
    await settled();
    const third = lease();

    expect([nats.dials.length, nats.open]).toEqual([1, 1]);
    expect([first.told, second.told, third.told]).toEqual([['client'], ['client'], ['client']]);

    for (const { stop } of [first, second, third]) stop();
    await settled();

    expect(nats.open).toBe(0);
    expect(states).toEqual(['idle', 'connecting', 'connected', 'idle']);
    expect(clock.pending).toBe(0);
  });

  it('never gives up, and asks often whether the server is alive', async () => {
    const { nats, lease } = setUp({ name: 'shop', user: 'u', password: 'p', token: 't' });
    lease();
    await settled();

    expect(nats.dials).toMatchObject([
      {
        servers: ['wss://nats.test'],
        name: 'shop',
        user: 'u',
        pass: 'p',
        token: 't',
        maxReconnectAttempts: -1,
        pingInterval: 25_000,
        timeout: 10_000,
      },
    ]);
  });

  it('stays for a while after the last user', async () => {
    const { nats, states, lease, clock } = setUp({ linger: 2000 });
    const { stop } = lease();
    await settled();
    stop();
    clock.advance(1999);
    await settled();

    expect(nats.open).toBe(1);

    lease().stop();
    clock.advance(2000);
    await settled();

    expect([nats.open, nats.dials.length]).toEqual([0, 1]);
    expect(states.at(-1)).toBe('idle');
  });

  it('tries to connect without end, and tells it once', async () => {
    const { nats, states, lease, clock, diagnostics } = setUp();
    nats.failures.push(...Array.from({ length: 20 }, () => natsFailure('ConnectionError')));
    const { told } = lease();
    for (let i = 0; i < 20; i++) {
      await settled();
      clock.advance(1000);
    }
    await settled();

    expect([nats.dials.length, told]).toEqual([21, ['client']]);
    expect(states.slice(0, 4)).toEqual(['idle', 'connecting', 'disconnected', 'connecting']);
    expect(diagnostics.records).toMatchObject([{ code: 'RXM420', severity: 'warning' }]);
  });

  it('does not dial while the page is offline, and leaves at once when it goes offline', async () => {
    const { nats, lease, page } = setUp();
    page.goOffline();
    const { told } = lease();
    await settled();

    expect(nats.dials).toEqual([]);

    page.goOnline();
    await settled();

    expect(told).toEqual(['client']);

    page.goOffline();
    await settled();

    expect(nats.clients.map(({ reconnects }) => reconnects)).toEqual([1]);
  });

  it('closes a client that nobody waits for any more', async () => {
    const { nats, lease } = setUp();
    const { told, stop } = lease();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    stop();
    await settled();

    expect([nats.open, told]).toEqual([0, []]);
  });

  it.each([['AuthorizationError'], ['UserAuthenticationExpiredError']])(
    'does not try again with credentials that are refused: %s',
    async (name) => {
      const { nats, states, lease, clock } = setUp();
      nats.failures.push(natsFailure(name));
      const { told } = lease();
      await settled();

      expect(told).toMatchObject([{ code: 'RXM420', failure: 'authentication' }]);
      expect([states.at(-1), clock.pending]).toEqual(['closed', 0]);

      const again = lease();
      await settled();

      expect(again.told).toEqual(['client']);
    },
  );

  it('refuses a server that is too old', async () => {
    const { nats, lease } = setUp();
    nats.version = '2.9.9';
    const { told } = lease();
    await settled();

    expect(told).toMatchObject([{ code: 'RXM422', needed: '2.9.10', version: '2.9.9' }]);
    expect(nats.open).toBe(0);
  });

  it('tells one reconnection once, though the client tells it for each try', async () => {
    const { nats, states, lease } = setUp();
    lease();
    await settled();
    nats.drop();
    nats.restore(6);
    await settled();

    expect(states.filter((state) => state === 'connected')).toHaveLength(2);
    expect(states.every((state, at) => state !== states[at + 1])).toBe(true);
    expect(states.at(-1)).toBe('connected');
  });

  it('errors when the client gives up, and opens another one for the next', async () => {
    const { nats, states, lease } = setUp();
    const { told } = lease();
    await settled();
    await nats.clients[0]?.close(natsFailure('AuthorizationError'));
    await settled();

    expect(told).toMatchObject(['client', { code: 'RXM420', failure: 'authentication' }]);
    expect(states.at(-1)).toBe('closed');

    lease();
    await settled();

    expect(nats.open).toBe(1);
  });

  it('works as soon as it is connected, and lets go', async () => {
    const { nats, connection } = setUp();
    const got: unknown[] = [];
    const work = connection.run(async (client) => Promise.resolve(client.info?.version));
    work.subscribe({ next: (value) => got.push(value), complete: () => got.push('end') });
    await settled();

    expect([got, nats.open]).toEqual([['2.9.10', 'end'], 0]);
  });

  it('does not ask a server that is away', async () => {
    const { nats, connection, lease } = setUp();
    lease();
    await settled();
    nats.drop();
    await settled();
    const got: unknown[] = [];
    connection.run(async () => Promise.resolve('done')).subscribe((value) => got.push(value));
    await settled();

    expect(got).toEqual([]);

    nats.restore();
    await settled();

    expect(got).toEqual(['done']);
  });

  it('gives out JetStream and buckets on the same connection', async () => {
    const { nats, connection } = setUp({ domain: 'hub' });
    const js = {};
    nats.makeJetStream = () => js;
    const got: unknown[] = [];
    const leases = [
      connection.jetstream$.subscribe((jetstream) => got.push(jetstream.js)),
      connection.kv('b').subscribe((kv) => got.push(kv)),
      connection.kv('c', { bindOnly: true }).subscribe((kv) => got.push(kv)),
    ];
    await settled();

    expect([nats.dials.length, got]).toEqual([1, [js, nats.bucket, nats.bucket]]);
    expect(nats.opened.map(({ name }) => name)).toEqual(['b', 'c']);

    for (const each of leases) each.unsubscribe();
    await settled();

    expect(nats.open).toBe(0);
  });

  it('ends with the application', async () => {
    const { nats, connection, states, lease, clock } = setUp({ linger: 2000 });
    const { told } = lease();
    await settled();
    TestBed.resetTestingModule();
    await settled();

    expect([nats.open, told, states.at(-1)]).toEqual([0, ['client', 'end'], 'closed']);
    expect(clock.pending).toBe(0);

    const late: unknown[] = [];
    connection.client$.subscribe({ error: (error: unknown) => late.push(error) });

    expect(late).toMatchObject([{ failure: 'closed' }]);
  });
});

describe(withNats.name, () => {
  it.each<[string, Partial<NatsOptions>]>([
    ['no server', { servers: [] }],
    ['a server that is no socket', { servers: ['https://nats.test'] }],
    ['a server that is no URL', { servers: ['nats.test'] }],
    ['credentials in a URL', { servers: ['wss://a:b@nats.test'] }],
    ['an empty name', { name: '' }],
    ['an endless ping', { pingInterval: Infinity }],
    ['a negative linger', { linger: -1 }],
    ['an inbox with a wildcard', { inboxPrefix: 'a.*' }],
    ['an authenticator that is none', { authenticator: 1 as never }],
  ])('refuses %s', (_what, options) => {
    expect(() => withNats({ servers: ['wss://nats.test'], ...options })).toThrow(
      InvalidOptionError,
    );
  });
});
