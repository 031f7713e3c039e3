import { TestBed } from '@angular/core/testing';
import { MESSAGE_TRANSPORT } from 'rx-mesh/messaging';
import { RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import type { Observable } from 'rxjs';
import { aMessage } from '../spec-support/contracts/message-transport';
import { FakeNats } from '../spec-support/fake-nats';
import { settled } from '../spec-support/settled';
import { NatsConnection, withNats } from './nats-connection';
import { NatsDiscovery, withNatsDiscovery } from './nats-discovery';
import { NATS_MODULES } from './nats-modules';
import { withNatsTransport } from './with-nats-transport';

const setUp = () => {
  const nats = new FakeNats();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withNats({ servers: ['wss://nats.test'] }).ɵproviders,
      ...withNatsTransport().ɵproviders,
      ...withNatsDiscovery().ɵproviders,
      { provide: NATS_MODULES, useValue: nats },
    ],
  });
  const told = (source: Observable<unknown>): unknown[] => {
    const got: unknown[] = [];
    source.subscribe({
      error: (error: unknown) => got.push(error),
      complete: () => got.push('end'),
    });
    return got;
  };
  return { nats, told };
};

describe('rx-mesh/nats on a server', () => {
  it('connects to nothing, and keeps no page waiting', async () => {
    const { nats, told } = setUp();
    const transport = TestBed.inject(MESSAGE_TRANSPORT);
    const got = [
      told(TestBed.inject(NatsConnection).client$),
      told(transport.send(aMessage('a'))),
      told(transport.receive('a')),
      told(TestBed.inject(NatsDiscovery).watch()),
    ];
    await settled();

    expect(got).toMatchObject([
      [{ code: 'RXM420', failure: 'server' }],
      [{ code: 'RXM420', failure: 'server' }],
      ['end'],
      ['end'],
    ]);
    expect([nats.dials, TestBed.inject(RecordingDiagnostics).records]).toEqual([[], []]);
  });
});
