import { ManualClock } from 'rx-mesh/testing';
import { BrowserProbe } from './browser-probe';

const NOTHING = {
  processors: undefined,
  longTasks: undefined,
  memory: undefined,
  disk: undefined,
  network: undefined,
};
const read = (view: object | null) => new BrowserProbe(view, new ManualClock()).read();

class FakeObserver {
  static supportedEntryTypes: readonly string[] = ['longtask', 'paint'];
  static open = 0;
  static instance: FakeObserver | undefined;
  readonly #records: { readonly duration: number }[] = [];

  constructor(
    private readonly tell: (list: {
      getEntries(): readonly { readonly duration: number }[];
    }) => void,
  ) {
    FakeObserver.instance = this;
  }

  observe(): void {
    FakeObserver.open++;
  }

  disconnect(): void {
    FakeObserver.open--;
  }

  takeRecords(): readonly { readonly duration: number }[] {
    return this.#records.splice(0);
  }

  told(duration: number): void {
    this.tell({ getEntries: () => [{ duration }] });
  }

  keeps(duration: number): void {
    this.#records.push({ duration });
  }
}

describe(BrowserProbe.name, () => {
  it('tells what a browser tells', async () => {
    const reading = await read({
      performance: { memory: { usedJSHeapSize: 10, totalJSHeapSize: 20, jsHeapSizeLimit: 40 } },
      navigator: {
        hardwareConcurrency: 8,
        connection: { downlink: 0, rtt: 50, effectiveType: '4g', saveData: false },
        storage: { estimate: () => Promise.resolve({ usage: 0, quota: 1000 }) },
      },
    });

    expect(reading).toEqual({
      processors: 8,
      longTasks: undefined,
      memory: { used: 10, limit: 40 },
      disk: { used: 0, quota: 1000 },
      network: { downlink: 0, roundTrip: 50, effectiveType: '4g', saveData: false },
    });
  });

  it.each([
    ['there is no window', null],
    ['a window has nothing', {}],
    ['its parts are empty', { performance: {}, navigator: { storage: {} } }],
    [
      'there are no numbers',
      {
        performance: { memory: { usedJSHeapSize: '10', jsHeapSizeLimit: NaN } },
        navigator: {
          hardwareConcurrency: 0,
          connection: { downlink: -1, rtt: Infinity, effectiveType: 4, saveData: 'no' },
          storage: { estimate: () => Promise.resolve({ usage: 5 }) },
        },
      },
    ],
    [
      'it may not be asked',
      { navigator: { storage: { estimate: () => Promise.reject(new Error('SecurityError')) } } },
    ],
    [
      'it throws',
      {
        navigator: {
          storage: {
            estimate: () => {
              throw new Error('TypeError');
            },
          },
        },
      },
    ],
    [
      'it answers nothing',
      { navigator: { storage: { estimate: () => Promise.resolve(undefined) } } },
    ],
  ])('knows nothing, and never says 0, when %s', async (_, view) => {
    expect(await read(view)).toEqual(NOTHING);
  });

  it('asks the storage as its own', async () => {
    const storage = {
      size: 7,
      estimate() {
        return Promise.resolve({ usage: this.size, quota: 10 });
      },
    };

    expect(await read({ navigator: { storage } })).toMatchObject({ disk: { used: 7, quota: 10 } });
  });

  it('tells which part of a connection is known', async () => {
    expect(await read({ navigator: { connection: { saveData: true } } })).toMatchObject({
      network: {
        saveData: true,
        downlink: undefined,
        roundTrip: undefined,
        effectiveType: undefined,
      },
    });
  });

  it('measures which share of the time long tasks take, while somebody looks', async () => {
    const clock = new ManualClock();
    const probe = new BrowserProbe({ PerformanceObserver: FakeObserver }, clock);
    const share = async () => (await probe.read()).longTasks;

    expect(await share()).toBeUndefined();

    const end = probe.watch();

    expect(await share()).toBeUndefined();

    clock.advance(1000);
    FakeObserver.instance?.told(100);
    FakeObserver.instance?.keeps(150);

    expect(await share()).toBe(0.25);

    clock.advance(1000);

    // Here 0 is known.
    expect(await share()).toBe(0);

    clock.advance(100);
    FakeObserver.instance?.told(5000);

    expect(await share()).toBe(1);
    expect(FakeObserver.open).toBe(1);

    end();
    end();

    expect(FakeObserver.open).toBe(0);
    expect(await share()).toBeUndefined();
  });

  it('does not ask for long tasks where nobody tells of them', async () => {
    class Other extends FakeObserver {
      static override supportedEntryTypes = ['paint'];
    }
    const clock = new ManualClock();
    const probe = new BrowserProbe({ PerformanceObserver: Other }, clock);
    const end = probe.watch();
    clock.advance(1000);

    expect((await probe.read()).longTasks).toBeUndefined();

    end();

    expect(FakeObserver.open).toBe(0);
  });
});
