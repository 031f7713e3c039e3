import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { INSTANCES } from '../backends/catalog';
import { FaultControls } from '../backends/fault-controls';
import { SCENARIOS } from '../backends/scenarios-book';
import { ChaosPanel } from './chaos-panel';
import { feedText, scenarioViews } from './chaos-view';

const CALM = { acknowledged: 0, again: 0, connected: true, gaps: 0, received: 0, reconnects: 0, sent: 0 }; // prettier-ignore

const setUp = () => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: FaultControls, useFactory: () => new FaultControls(INSTANCES, { seed: 1 }) },
    ],
  });
  const open = () => {
    const fixture = TestBed.createComponent(ChaosPanel);
    TestBed.tick();
    return { fixture, host: fixture.nativeElement as HTMLElement };
  };
  const button = (host: HTMLElement, label: string) =>
    [...host.querySelectorAll('button')].find(
      (one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === label,
    );
  return { open, button, clock: TestBed.inject(ManualClock) };
};

describe(ChaosPanel.name, () => {
  it('says of each scenario what is seen of it, and which seed it comes from', () => {
    const { host } = setUp().open();

    for (const { shows, title } of SCENARIOS) {
      expect(host.textContent).toContain(title);
      expect(host.textContent).toContain(`What you should see: ${shows}`);
    }
    expect(host.textContent).toContain('?seed=42');
    expect(host.textContent).toContain('Fair weather: nothing is running.');
  });

  it('starts one, which goes on when the panel is left, and ends it', () => {
    const { open, button, clock } = setUp();
    const first = open();
    button(first.host, 'Start slow payments')?.click();
    TestBed.tick();

    expect(first.host.querySelector('[data-scenario=slow-payments]')?.textContent).toContain(
      'Running',
    );
    expect(first.host.querySelector('[role=status]')?.textContent).toBe(
      'Slow payments has started.',
    );

    first.fixture.destroy();
    clock.advance(10_000);
    const { host } = open();

    expect(host.textContent).toContain('Slow payments is running. It goes on');

    button(host, 'End slow payments')?.click();
    TestBed.tick();

    expect(host.querySelector('[role=status]')?.textContent).toBe(
      'Slow payments is over. Everything is as it was before.',
    );
    expect(clock.pending).toBe(0);
    expect(button(host, 'Calm')?.getAttribute('aria-disabled')).toBe('true');
  });

  it('calms down what runs', () => {
    const { open, button, clock } = setUp();
    const { host } = open();
    button(host, 'Start dead region')?.click();
    TestBed.tick();
    clock.advance(5000);
    button(host, 'Calm')?.click();
    TestBed.tick();

    expect(TestBed.inject(FaultControls).killed().size).toBe(0);
    expect(host.textContent).toContain('Fair weather');
  });
});

describe(scenarioViews.name, () => {
  it('marks the one that runs', () => {
    const views = scenarioViews(SCENARIOS[1], 'now');

    expect(views.filter(({ runs }) => runs).map(({ id, step }) => [id, step])).toEqual([
      ['dead-region', 'now'],
    ]);
    expect(views.filter(({ action }) => action === 'Start')).toHaveLength(4);
  });
});

describe(feedText.name, () => {
  it.each([
    [{ phase: 'none' }, 'Prices come while the socket is lossy.'],
    [{ phase: 'publishing' }, 'Connected.'],
    [{ phase: 'publishing', connected: false }, 'Not connected: prices wait.'],
    [{ phase: 'draining' }, 'No more is sent: what is under way still has to arrive.'],
    [{ phase: 'over', sent: 3, received: 3, acknowledged: 3 }, 'All 3 have arrived, in order.'],
    [{ phase: 'over', sent: 3, received: 1 }, '2 of 3 have not arrived.'],
  ] as const)('of %j is "%s"', (counts, text) => {
    expect(feedText({ ...CALM, ...counts })).toBe(text);
  });
});
