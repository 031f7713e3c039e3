import { EnvironmentInjector, createEnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ID_GENERATOR, InvalidOptionError } from 'rx-mesh/kernel';
import { RecordingDiagnostics, SequentialIds, provideRxMeshTesting } from 'rx-mesh/testing';
import { Subject, firstValueFrom } from 'rxjs';
import {
  aMessage,
  describeSharedMessageTransport,
} from '../../spec-support/contracts/message-transport';
import { FakeTabs } from '../../spec-support/fake-tabs';
import { settled } from '../../spec-support/settled';
import { InvalidMessageError, MessageTooLargeError, NoResponderError } from '../messaging-errors';
import { MESSAGE_TRANSPORT, type TransportState } from '../message-transport';
import { MESSAGING } from '../messaging-options';
import { BroadcastChannelTransport, withBroadcastChannel } from './broadcast-channel-transport';
import { TAB_CHANNELS, type TabChannels } from './tab-channels';

const NAME = 'rx-mesh.messages';

const setUp = (channels?: Partial<TabChannels> | null) => {
  const tabs = new FakeTabs();
  const page$ = new Subject<'away' | 'back'>();
  const ports = { open: (name: string) => tabs.channel(name), events$: page$, ...channels };
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withBroadcastChannel().ɵproviders,
      MESSAGING.provide({ maxMessageSize: 1000 }),
      { provide: TAB_CHANNELS, useValue: channels === null ? undefined : ports },
    ],
  });
  const transport = TestBed.inject(MESSAGE_TRANSPORT);
  const peers = createEnvironmentInjector(
    [BroadcastChannelTransport, { provide: ID_GENERATOR, useValue: new SequentialIds() }],
    TestBed.inject(EnvironmentInjector),
  );
  return { tabs, page$, transport, peers, diagnostics: TestBed.inject(RecordingDiagnostics) };
};

/** What a transport answers to a message. */
const sent = (transport: ReturnType<typeof setUp>['transport'], payload: unknown): unknown[] => {
  const told: unknown[] = [];
  transport.send(aMessage('a', { payload })).subscribe({
    error: (error: unknown) => told.push(error),
    complete: () => told.push('done'),
  });
  return told;
};

describeSharedMessageTransport(BroadcastChannelTransport.name, () => {
  const { tabs, transport, peers } = setUp();
  // Its ids differ, as those of another tab do.
  peers.get(ID_GENERATOR).uuid();
  return {
    transport,
    peer: peers.get(BroadcastChannelTransport),
    settle: settled,
    open: () => tabs.channels,
    malformed: () => {
      const stranger = tabs.channel(NAME);
      stranger.postMessage({ v: 1, from: 'x', message: { topic: 'a' } });
      stranger.close();
    },
  };
});

describe(BroadcastChannelTransport.name, () => {
  it('is the transport of the application by withBroadcastChannel()', () => {
    const { transport } = setUp();

    expect(transport).toBe(TestBed.inject(BroadcastChannelTransport));
    expect(transport.capabilities).toEqual({
      crossTab: true,
      crossClient: false,
      acknowledges: false,
    });
  });

  it('works with the channels of the platform', async () => {
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withBroadcastChannel({ name: 'platform.test' }).ɵproviders,
      ],
    });
    const transport = TestBed.inject(MESSAGE_TRANSPORT);
    const ids = new SequentialIds();
    ids.uuid();
    const other = createEnvironmentInjector(
      [BroadcastChannelTransport, { provide: ID_GENERATOR, useValue: ids }],
      TestBed.inject(EnvironmentInjector),
    ).get(BroadcastChannelTransport);
    const heard = firstValueFrom(other.receive('a'), { defaultValue: undefined });
    const [refused] = sent(transport, { call: () => 1 });
    const told = sent(transport, { n: 1 });

    expect([(await heard)?.payload, told]).toEqual([{ n: 1 }, ['done']]);
    expect(refused).toMatchObject({ reason: 'not-cloneable' });
  });

  it('refuses a channel without a name', () => {
    expect(() => withBroadcastChannel({ name: '' })).toThrow(InvalidOptionError);
  });

  it('keeps what can be cloned as it is', async () => {
    const { transport, peers } = setUp();
    peers.get(ID_GENERATOR).uuid();
    const got: unknown[] = [];
    const payload = { at: new Map([['a', new Set([1])]]), bytes: new Uint8Array([1, 2]) };
    const hearing = peers
      .get(BroadcastChannelTransport)
      .receive('a')
      .subscribe((message) => got.push(message.payload));
    sent(transport, payload);
    await settled();
    hearing.unsubscribe();

    expect(got).toEqual([payload]);
  });

  it('errors for what cannot be cloned, and nobody gets it', async () => {
    const { tabs, transport } = setUp();
    const got: unknown[] = [];
    const hearing = transport.receive('>').subscribe((message) => got.push(message));
    const [error] = sent(transport, { call: () => 1 });
    hearing.unsubscribe();
    const [alone] = sent(transport, { call: () => 1 });
    await settled();

    expect(error).toMatchObject({ code: 'RXM401', reason: 'not-cloneable' });
    expect(alone).toBeInstanceOf(InvalidMessageError);
    expect((error as Error).cause).toBeDefined();
    expect([got, tabs.channels]).toEqual([[], 0]);
  });

  it.each([
    ['text', 'x'.repeat(1000)],
    ['bytes', new Uint8Array(1001)],
    ['a buffer', new ArrayBuffer(1001)],
    ['many small values', Array.from({ length: 300 }, () => 1)],
    ['a map', new Map([['a', 'x'.repeat(1000)]])],
    ['long keys', { ['k'.repeat(1000)]: 1 }],
  ])('errors for a payload that is too large: %s', (_what, payload) => {
    const { tabs, transport } = setUp();

    expect(sent(transport, payload)).toEqual([expect.any(MessageTooLargeError)]);
    expect(tabs.posted).toEqual([]);
  });

  it('errors for a circle', () => {
    const { transport } = setUp();
    const circle: unknown[] = [];
    circle.push(circle);

    expect(sent(transport, circle)).toEqual([expect.objectContaining({ reason: 'too-deep' })]);
  });

  it.each([
    ['null', null],
    ['a text', 'hello'],
    ['another version', { v: 2, from: 'x', message: aMessage('a') }],
    ['no message', { v: 1, from: 'x' }],
    [
      'a key that attacks',
      {
        v: 1,
        from: 'x',
        message: aMessage('a', { payload: JSON.parse('{"__proto__":1}') as unknown }),
      },
    ],
    [
      'a payload that is too large',
      { v: 1, from: 'x', message: aMessage('a', { payload: 'x'.repeat(1000) }) },
    ],
  ])('leaves out %s', async (_what, data) => {
    const { tabs, transport, diagnostics } = setUp();
    const got: unknown[] = [];
    const hearing = transport.receive('>').subscribe((message) => got.push(message));
    tabs.channel(NAME).postMessage(data);
    await settled();
    hearing.unsubscribe();

    expect(got).toEqual([]);
    expect(diagnostics.records).toMatchObject([
      { code: 'RXM401', severity: 'warning', source: 'BroadcastChannelTransport' },
    ]);
  });

  it('leaves out what cannot be read here', () => {
    const channel = Object.assign(new EventTarget(), {
      postMessage: () => undefined,
      close: () => undefined,
    });
    const { transport, diagnostics } = setUp({ open: () => channel });
    const hearing = transport.receive('a').subscribe();
    channel.dispatchEvent(new Event('messageerror'));
    hearing.unsubscribe();

    expect(diagnostics.codes).toEqual(['RXM401']);
  });

  it('closes the channel while the page is away', async () => {
    const { tabs, page$, transport } = setUp();
    const states: TransportState[] = [];
    transport.state$.subscribe((state) => states.push(state));
    const got: unknown[] = [];
    const hearing = transport.receive('a').subscribe(({ payload }) => got.push(payload));
    page$.next('away');
    page$.next('away');

    expect(tabs.channels).toBe(0);

    sent(transport, 'farewell');

    expect([tabs.channels, tabs.posted.length]).toEqual([0, 1]);

    page$.next('back');

    expect(tabs.channels).toBe(1);
    expect(states).toEqual(['connected', 'disconnected', 'connected']);

    hearing.unsubscribe();
    await settled();

    expect([got, tabs.channels, page$.observed]).toEqual([['farewell'], 0, false]);
  });

  it('stays in the page when no channel can be opened, and tells it once', () => {
    const cause = new Error('denied');
    const { transport, diagnostics } = setUp({
      open: () => {
        throw cause;
      },
    });
    const states: TransportState[] = [];
    transport.state$.subscribe((state) => states.push(state));
    const got: unknown[] = [];
    const hearing = transport.receive('a').subscribe(({ payload }) => got.push(payload));
    sent(transport, 1);
    sent(transport, 2);
    hearing.unsubscribe();

    expect(got).toEqual([1, 2]);
    expect(states.at(-1)).toBe('disconnected');
    expect(diagnostics.records).toMatchObject([{ code: 'RXM409', cause }]);
  });

  it('stays in the page where there are no channels, and knows when nobody can answer', () => {
    const { transport } = setUp(null);
    const errors: unknown[] = [];
    transport
      .send(aMessage('a', { replyTo: 'b' }))
      .subscribe({ error: (error: unknown) => errors.push(error) });
    const got: unknown[] = [];
    const hearing = transport.receive('a').subscribe(({ payload }) => got.push(payload));

    expect(sent(transport, 1)).toEqual(['done']);

    hearing.unsubscribe();

    expect([errors, got]).toEqual([[new NoResponderError('a')], [1]]);
    expect(transport.capabilities.crossTab).toBe(false);
  });

  it('ends with the injector: nothing is open, and nothing is sent', () => {
    const { tabs, transport } = setUp();
    const told: string[] = [];
    transport.receive('a').subscribe({ complete: () => told.push('complete') });
    TestBed.resetTestingModule();

    expect(sent(transport, 1)).toEqual(['done']);
    expect([told, tabs.channels, tabs.posted]).toEqual([['complete'], 0, []]);
  });
});

describe('TAB_CHANNELS', () => {
  class NamedChannel extends EventTarget {
    constructor(readonly name: string) {
      super();
    }
  }
  const channelsOf = (view: object | null) => {
    jest.spyOn(document, 'defaultView', 'get').mockReturnValue(view as never);
    return TestBed.inject(TAB_CHANNELS);
  };

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('takes channels and events from the window of the document', () => {
    const view = Object.assign(new EventTarget(), { BroadcastChannel: NamedChannel });
    const channels = channelsOf(view);
    const told: string[] = [];
    const listening = channels?.events$.subscribe((event) => told.push(event));
    view.dispatchEvent(new Event('pagehide'));
    view.dispatchEvent(new Event('pageshow'));
    listening?.unsubscribe();
    view.dispatchEvent(new Event('pagehide'));

    expect(channels?.open('a')).toEqual(new NamedChannel('a'));
    expect(told).toEqual(['away', 'back']);
  });

  it.each([
    ['no window', null],
    ['no channels', new EventTarget()],
  ])('is nothing where there is %s', (_what, view) => {
    expect(channelsOf(view)).toBeUndefined();
  });
});
