import { TestBed } from '@angular/core/testing';
import { METRIC_TAB_PORTS } from './tab-ports';
import { withTabMetrics } from './with-tab-metrics';

describe(withTabMetrics.name, () => {
  it.each<[string, object]>([
    ['name', { name: '' }],
    ['period', { period: 0 }],
    ['gauges', { gauges: { open: 'mean' } }],
    ['gauges', { gauges: null }],
  ])('refuses %s as in %j', (option, options) => {
    expect(() => withTabMetrics(options)).toThrow(`TabMetricsOptions.${option} is`);
  });
});

describe('METRIC_TAB_PORTS', () => {
  const view = (more: object) => Object.assign(new EventTarget(), more);
  const portsOf = (window: object | null) => {
    jest.spyOn(document, 'defaultView', 'get').mockReturnValue(window as never);
    return TestBed.inject(METRIC_TAB_PORTS);
  };

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('takes channels from the window of the document', () => {
    class Channel extends EventTarget {
      constructor(readonly name: string) {
        super();
      }
    }

    expect(portsOf(view({ BroadcastChannel: Channel }))?.channel('a')).toEqual(new Channel('a'));
  });

  it('tells when the page is left or frozen, and when it is back', () => {
    const window = view({ BroadcastChannel: EventTarget });
    const told: string[] = [];
    const listening = portsOf(window)?.events$.subscribe((event) => told.push(event));
    window.dispatchEvent(new Event('pagehide'));
    document.dispatchEvent(new Event('freeze'));
    document.dispatchEvent(new Event('resume'));
    window.dispatchEvent(new Event('pageshow'));
    listening?.unsubscribe();
    window.dispatchEvent(new Event('pagehide'));

    expect(told).toEqual(['away', 'away', 'back', 'back']);
  });

  it.each([
    ['no window', null],
    ['no channels', {}],
  ])('are absent where there is %s', (_name, window) => {
    expect(portsOf(window && view(window))).toBeUndefined();
  });
});
