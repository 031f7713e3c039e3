import {
  HttpBackend,
  HttpErrorResponse,
  HttpResponse,
  provideHttpClient,
} from '@angular/common/http';
import { inject } from '@angular/core';
import { DeferBlockBehavior, TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { provideRxMesh, withResilience, withRxMeshInterceptors, withStaticServices } from 'rx-mesh';
import { CircuitBreakerService } from 'rx-mesh/resilience';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, finalize, mergeMap, of, throwError, timer } from 'rxjs';
import { CATALOG, INSTANCES } from '../backends/catalog';
import { FaultControls } from '../backends/fault-controls';
import { provideCallHistory } from '../calls/call-history';
import { Overview } from './overview';

const hostOf = (url: string) => new URL(url).hostname.split('.')[0] ?? '';
const setUp = ({ answers = true } = {}) => {
  const faults = new FaultControls(INSTANCES, { seed: 1 });
  const requests = { open: 0 };
  TestBed.configureTestingModule({
    // What is further down has its own tests.
    deferBlockBehavior: DeferBlockBehavior.Manual,
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideRouter([]),
      provideHttpClient(withRxMeshInterceptors()),
      provideRxMesh(
        withStaticServices(CATALOG),
        withResilience({ budget: { initial: 10, ratio: 1 } }),
      ),
      provideCallHistory(),
      { provide: FaultControls, useValue: faults },
      {
        provide: HttpBackend,
        useFactory: () => {
          const { scheduler } = inject(ManualClock);
          const handle: HttpBackend['handle'] = ({ url }) => {
            requests.open++;
            const answer$ = timer(40, scheduler).pipe(
              mergeMap(() =>
                faults.isAlive(hostOf(url))
                  ? of(new HttpResponse({ status: 200, body: {} }))
                  : throwError(() => new HttpErrorResponse({ status: 0, url })),
              ),
            );
            return (answers ? answer$ : NEVER).pipe(finalize(() => requests.open--));
          };
          return { handle };
        },
      },
    ],
  });
  // HttpClient keeps the application unstable while time stands still, so changes are asked for, not awaited.
  const fixture = TestBed.createComponent(Overview);
  const clock = TestBed.inject(ManualClock);
  const host = fixture.nativeElement as HTMLElement;
  const pass = (ms: number) => {
    clock.advance(ms);
    TestBed.tick();
  };
  TestBed.tick();
  const texts = (selector: string) =>
    [...host.querySelectorAll(selector)].map((one) => one.textContent.replace(/\s+/g, ' ').trim());
  const tile = (label: string) => {
    const at = texts('app-stat-tile dt').indexOf(label);
    return texts('app-stat-tile')[at]?.slice(label.length).trim();
  };
  const press = (label: string) => {
    const button = [...host.querySelectorAll('button')].find(
      (one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === label,
    );
    if (!button) throw new Error(`There is no button "${label}".`);
    button.click();
    TestBed.tick();
  };
  const card = (name: string) => host.querySelector(`article[aria-label=${name}]`);
  return { card, clock, faults, fixture, host, pass, press, requests, texts, tile };
};

describe(Overview.name, () => {
  it('has every number as a dash or a nought before the first call', () => {
    const { texts } = setUp();
    expect(texts('app-stat-tile')).toEqual([
      'Calls a second0.00 in the last minute',
      'Succeeded–0 needed a retry',
      '95th percentile–median –',
      'Open breakers0of 5',
    ]);
    expect(texts('app-service-card h2')).toEqual(CATALOG.map(({ name }) => name));
  });

  it('names all that is further down, and keeps the room of what is not there yet', async () => {
    const { fixture, texts } = setUp();
    expect(texts('section h2').filter((name) => !CATALOG.some((one) => one.name === name))).toEqual(
      [
        'Mesh',
        'Chaos',
        'Rate, errors, durations',
        'Error budgets',
        'Alerts',
        'Latest traces',
        'Events',
      ],
    );
    expect(texts('div.room')).toEqual(['', '', '', '', '', '']);
    expect(texts('app-red-panel, app-slo-panel, app-alert-panel')).toEqual([]);
    expect(await fixture.getDeferBlocks()).toHaveLength(6);
  });

  it('lets calls flow as fast as they are made, and none through a breaker that is open', () => {
    const { host, pass } = setUp();
    const flows = () => host.querySelectorAll('app-service-map .flow').length;
    expect(flows()).toBe(0);
    pass(10_000);
    expect(flows()).toBe(5);
    TestBed.inject(CircuitBreakerService).isolate('rates');
    TestBed.tick();
    expect(flows()).toBe(4);
  });

  it('is alive: the numbers follow the calls', () => {
    const { pass, tile, card } = setUp();
    pass(30_000);
    expect(tile('Succeeded')).toBe('100 %0 needed a retry');
    expect(tile('95th percentile')).toBe('40 msmedian 40 ms');
    expect(Number.parseFloat(tile('Calls a second') ?? '')).toBeGreaterThan(5);
    expect(card('orders')?.querySelector('svg[role=img]')?.getAttribute('aria-label')).toContain(
      'now 40 ms',
    );
  });

  it('shows retries while one instance is dead, and that nobody noticed', () => {
    const { faults, pass, press, tile } = setUp();
    press('Kill orders-2');
    expect([...faults.killed()]).toEqual(['orders-2']);
    pass(30_000);
    expect(tile('Succeeded')).toMatch(/^100 %[1-9]\d* needed a retry$/);
    press('Revive orders-2');
    expect([...faults.killed()]).toEqual([]);
  });

  it('shows that a breaker opened when all instances are dead, and that it healed', () => {
    const { card, pass, press, tile } = setUp();
    press('Kill users-1');
    press('Kill users-2');
    pass(20_000);
    expect(tile('Open breakers')).toBe('1users');
    expect(card('users')?.querySelector('app-state-badge')?.textContent).toBe('Open');
    press('Revive users-1');
    press('Revive users-2');
    pass(120_000);
    expect(tile('Open breakers')).toBe('0of 5');
  });

  it('follows breakers that others move', () => {
    const { tile } = setUp();
    TestBed.inject(CircuitBreakerService).isolate('rates');
    TestBed.tick();
    expect(tile('Open breakers')).toBe('1rates isolated');
  });

  it('pauses the traffic and changes its pace', () => {
    const { host, pass, press, tile } = setUp();
    press('Pause traffic');
    pass(5000);
    const before = tile('Calls a second');
    pass(2000);
    expect(tile('Calls a second')?.slice(3)).toBe(before?.slice(3));
    const slider = host.querySelector<HTMLInputElement>('app-traffic-controls input');
    if (!slider) throw new Error('There is no slider.');
    slider.value = '30';
    slider.dispatchEvent(new Event('input'));
    press('Start traffic');
    pass(20_000);
    expect(Number.parseFloat(tile('Calls a second') ?? '')).toBeGreaterThan(20);
  });

  it('leaves neither a timer nor a request behind', () => {
    const { clock, fixture, pass, requests } = setUp({ answers: false });
    pass(900);
    expect(requests.open).toBeGreaterThan(0);
    fixture.destroy();
    expect(requests.open).toBe(0);
    expect(clock.pending).toBe(0);
  });
});
