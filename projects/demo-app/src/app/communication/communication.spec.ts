import {
  HttpBackend,
  HttpErrorResponse,
  HttpResponse,
  provideHttpClient,
} from '@angular/common/http';
import { inject } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRxMesh, withRxMeshInterceptors, withStaticServices } from 'rx-mesh';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { mergeMap, of, throwError, timer } from 'rxjs';
import { CATALOG, INSTANCES } from '../backends/catalog';
import { FaultControls } from '../backends/fault-controls';
import { provideCallHistory } from '../calls/call-history';
import { Communication } from './communication';

const hostOf = (url: string) => new URL(url).hostname.split('.')[0] ?? '';
const setUp = () => {
  const faults = new FaultControls(INSTANCES, { seed: 1 });
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideHttpClient(withRxMeshInterceptors()),
      provideRxMesh(withStaticServices(CATALOG)),
      provideCallHistory(),
      { provide: FaultControls, useValue: faults },
      {
        provide: HttpBackend,
        useFactory: () => {
          const { scheduler } = inject(ManualClock);
          const handle: HttpBackend['handle'] = ({ url }) =>
            timer(40, scheduler).pipe(
              mergeMap(() =>
                faults.isAlive(hostOf(url))
                  ? of(new HttpResponse({ status: 200, body: {} }))
                  : throwError(() => new HttpErrorResponse({ status: 0, url })),
              ),
            );
          return { handle };
        },
      },
    ],
  });
  // HttpClient keeps the application unstable while time stands still, so changes are asked for, not awaited.
  const fixture = TestBed.createComponent(Communication);
  const clock = TestBed.inject(ManualClock);
  const host = fixture.nativeElement as HTMLElement;
  TestBed.tick();
  const pass = (ms: number) => {
    clock.advance(ms);
    TestBed.tick();
  };
  const find = (selector: string) => {
    const found = host.querySelector<HTMLInputElement>(selector);
    if (!found) throw new Error(`There is no ${selector}.`);
    return found;
  };
  const press = (label: string) => {
    const button = [...host.querySelectorAll('button')].find(
      (one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === label,
    );
    if (!button) throw new Error(`There is no button "${label}".`);
    button.click();
    TestBed.tick();
  };
  const texts = (selector: string) =>
    [...host.querySelectorAll(selector)].map((one) => one.textContent.replace(/\s+/g, ' ').trim());
  const breaker = (name: string) => {
    const card = find(`[aria-label="Breaker of ${name}"]`);
    return [card.querySelector('app-state-badge'), card.querySelector('.sentence')].map(
      (part) => part?.textContent,
    );
  };
  const killAll = () => {
    for (const id of ['orders-1', 'orders-2', 'orders-3']) press(`Kill ${id}`);
  };
  const row = (name: string) =>
    texts('[aria-label="Calls by service"] tbody tr').find((text) => text.startsWith(name));
  return { breaker, clock, faults, find, fixture, host, killAll, pass, press, row, texts };
};

describe(Communication.name, () => {
  it('has room for everything before the first call', () => {
    const { breaker, row, texts } = setUp();
    expect(breaker('orders')).toEqual(['Closed', 'Lets every call through.']);
    expect(texts('app-event-feed')).toEqual(['No calls yet. Send one, or start a storm.']);
    expect(row('orders')).toBe('orders 00000');
    expect(texts('[aria-label="Requests by route and status"] tbody')).toEqual([
      'No request was made yet.',
    ]);
  });

  it('sends a call, shows it and counts it', () => {
    const { pass, press, row, texts } = setUp();
    press('Send one call');
    pass(1000);
    expect(texts('.call .head')).toEqual(['Succeeded ordersGET /orders40 ms']);
    expect(row('orders')).toBe('orders 10000');
    expect(texts('[aria-label="Requests by route and status"] tbody tr')).toEqual([
      'orders GET /orders11000',
    ]);
  });

  it('storms a dead service until its breaker opens, counts down, and heals', () => {
    const { breaker, clock, killAll, pass, press, row } = setUp();
    killAll();
    press('Storm');
    pass(2000);
    const [phase, before] = breaker('orders');
    expect(phase).toBe('Open');
    expect(before).toMatch(/^Turns calls away at once. Lets a probe in after \d\.\d s\.$/);
    pass(400);
    expect(breaker('orders')[1]).not.toBe(before);
    pass(8000);
    expect(breaker('orders')[1]).toBe('Turns calls away no more: the next call is a probe.');
    expect(row('orders')).toMatch(/^orders 0030/);
    const quiet = clock.pending;
    expect(quiet).toBeLessThanOrEqual(1);
    press('Reset all services');
    press('Send one call');
    pass(1000);
    expect(breaker('orders')[0]).toBe('Half-open');
    press('Send one call');
    pass(1000);
    expect(breaker('orders')[0]).toBe('Closed');
  });

  it('answers from a stand-in when that is wanted', () => {
    const { find, killAll, pass, press, texts } = setUp();
    killAll();
    find('mat-slide-toggle button').click();
    press('Send one call');
    pass(10_000);
    expect(texts('.call .outcome')).toEqual(['Fell back']);
    expect(texts('.call .reason')).toEqual(['All 3 attempts failed, the last one: unreachable']);
  });

  it('isolates a breaker, and releases it', () => {
    const { breaker, pass, press, texts } = setUp();
    press('Isolate users');
    expect(breaker('users')).toEqual(['Isolated', 'Held open by hand. No call gets through.']);
    press('Isolate orders');
    press('Send one call');
    pass(0);
    expect(texts('.call .attempts li')).toEqual(['Attempt 1 Rejected: breaker isolated']);
    press('Release users');
    expect(breaker('users')[0]).toBe('Closed');
  });

  it('turns the faults of the chosen service', () => {
    const { faults, find, host, press, texts } = setUp();
    const select = find('select');
    select.value = 'payments';
    select.dispatchEvent(new Event('change'));
    TestBed.tick();
    expect(texts('h2')).toContain('Faults of payments');
    const errors = find('[aria-labelledby=fault-errors]');
    errors.value = '25';
    errors.dispatchEvent(new Event('input'));
    expect(faults.of('payments').errorRate).toBe(0.25);
    expect(faults.of('orders').errorRate).toBe(0);
    press('Kill payments-2');
    press('Kill payments-1');
    press('Revive payments-2');
    expect([...faults.killed()]).toEqual(['payments-1']);
    const seed = [...host.querySelectorAll('input')].at(-1);
    if (!seed) throw new Error('There is no seed.');
    seed.value = '9';
    seed.dispatchEvent(new Event('change'));
    expect(faults.seed()).toBe(9);
  });

  it('clears the list of calls', () => {
    const { pass, press, texts } = setUp();
    press('Send one call');
    pass(100);
    expect(texts('.call')).toHaveLength(1);
    press('Clear');
    expect(texts('.call')).toEqual([]);
  });

  it('leaves nothing behind', () => {
    const { clock, fixture, killAll, pass, press } = setUp();
    killAll();
    press('Storm');
    pass(300);
    expect(clock.pending).toBeGreaterThan(0);
    fixture.destroy();
    expect(clock.pending).toBe(0);
  });
});
