import { TestBed } from '@angular/core/testing';
import { RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { provideRxMesh } from 'rx-mesh';
import { CircuitBreakerService } from './circuit-breaker-service';
import { withSharedBreakers } from './shared-breakers';

const NAME = 'rx-mesh.breakers';

/** The channels of all tabs. */
class FakeChannel {
  static readonly all = new Set<FakeChannel>();
  static readonly sent: unknown[] = [];
  onmessage: ((event: { data: unknown }) => void) | undefined;

  constructor(readonly name: string) {
    FakeChannel.all.add(this);
  }

  postMessage(data: unknown): void {
    FakeChannel.sent.push(data);
  }

  close(): void {
    FakeChannel.all.delete(this);
  }
}

function tab(): CircuitBreakerService {
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting({ startAt: 0 }), provideRxMesh(withSharedBreakers())],
  });
  return TestBed.inject(CircuitBreakerService);
}

const hear = (data: unknown): void => {
  for (const channel of FakeChannel.all) channel.onmessage?.({ data });
};

const news = (name: string) => ({ name, openUntil: 5000, opened: 1 });

describe('withSharedBreakers', () => {
  beforeEach(() => {
    FakeChannel.sent.length = 0;
    FakeChannel.all.clear();
    sessionStorage.clear();
    Object.assign(globalThis, { BroadcastChannel: FakeChannel });
  });

  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'BroadcastChannel');
  });

  it('tells the other tabs what opened here, and tells nobody what it heard', () => {
    const breakers = tab();
    for (let i = 0; i < 5; i++) breakers.get('orders').tryAcquire()?.failure();
    hear(news('users'));

    expect(FakeChannel.sent).toMatchObject([{ name: 'orders', opened: 1 }]);
    expect(breakers.status().get('users')?.state).toBe('open');
  });

  it('takes nothing from strangers, and says so once for each', () => {
    const breakers = tab();
    hear('hello');
    hear({ name: 'orders' });

    expect(breakers.status().size).toBe(0);
    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual(['RXM210', 'RXM210']);
  });

  it('makes no more breakers for the names of others than anybody has services', () => {
    const breakers = tab();
    for (let i = 0; i < 300; i++) hear(news(`service-${i}`));

    expect(breakers.status().size).toBe(200);
  });

  it('hands over to the page after a reload, and leaves the channel in the meantime', () => {
    const breakers = tab();
    for (let i = 0; i < 5; i++) breakers.get('orders').tryAcquire()?.failure();
    window.dispatchEvent(new Event('pagehide'));

    expect(FakeChannel.all.size).toBe(0);
    expect(JSON.parse(sessionStorage.getItem(NAME) ?? '')).toMatchObject([{ name: 'orders' }]);

    TestBed.resetTestingModule();

    expect(tab().status().get('orders')?.state).toBe('open');
  });

  it('is back on the channel when the page is', () => {
    tab();
    window.dispatchEvent(new Event('pagehide'));
    window.dispatchEvent(new Event('pageshow'));
    window.dispatchEvent(new Event('pageshow'));

    expect(FakeChannel.all.size).toBe(1);

    TestBed.resetTestingModule();

    expect(FakeChannel.all.size).toBe(0);
  });

  it.each(['{', '7'])('begins anew when what was kept cannot be read: %s', (kept) => {
    sessionStorage.setItem(NAME, kept);

    expect(tab().status().size).toBe(0);
    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual(['RXM210']);
  });

  it('says so when there is no room to keep anything', () => {
    tab();
    const full = jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new Error('full');
    });
    window.dispatchEvent(new Event('pagehide'));
    full.mockRestore();

    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual(['RXM210']);
  });

  it('does without a channel where there is none', () => {
    Reflect.deleteProperty(globalThis, 'BroadcastChannel');

    expect(() => tab()).not.toThrow();
    expect(() => withSharedBreakers({ channel: '' })).toThrow('SharedBreakersOptions.channel');
  });
});
