import { HttpBackend, provideHttpClient } from '@angular/common/http';
import { EnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { setImmediate } from 'node:timers/promises';
import { provideRxMesh, withResilience, withRxMeshInterceptors, withStaticServices } from 'rx-mesh';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { CATALOG, INSTANCES } from '../backends/catalog';
import { FaultControls } from '../backends/fault-controls';
import { network } from '../spec-support/mock-network';
import { Gateway } from './gateway';
import { GATEWAY_ROUTES } from './gateway.routes';

const open = async () => {
  Object.assign(window, { matchMedia: () => ({ matches: false }) });
  const asked: string[] = [];
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideHttpClient(withRxMeshInterceptors()),
      provideRxMesh(withStaticServices(CATALOG), withResilience({ breaker: { openWait: 4000 } })),
      provideRouter([{ path: 'gateway', children: GATEWAY_ROUTES }]),
      { provide: FaultControls, useFactory: () => new FaultControls(INSTANCES, { seed: 1 }) },
      { provide: HttpBackend, useFactory: () => network(asked) },
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const faults = TestBed.inject(FaultControls);
  const harness = await RouterTestingHarness.create();
  await harness.navigateByUrl('/gateway', Gateway);
  const host = harness.routeNativeElement;
  if (!host) throw new Error('There is no page.');
  const pass = async (ms = 0) => {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(Math.min(50, left));
      for (let turn = 0; turn < 12; turn++) await setImmediate();
    }
    for (let turn = 0; turn < 3; turn++) {
      TestBed.tick();
      await setImmediate();
    }
  };
  const press = async (label: string, ms = 500) => {
    const button = [...host.querySelectorAll<HTMLButtonElement>('button')].find(
      (one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === label,
    );
    if (!button) throw new Error(`There is no button "${label}".`);
    button.click();
    await pass(ms);
  };
  const signIn = async (name: string) => press(name, 500);
  const flip = async (label: string) => {
    [...host.querySelectorAll('mat-slide-toggle')]
      .find((one) => one.textContent.includes(label))
      ?.querySelector('button')
      ?.click();
    await pass();
  };
  const enter = async (selector: string, at: number, value: string, event = 'input') => {
    const field = host.querySelectorAll<HTMLInputElement>(selector)[at];
    if (!field) throw new Error(`There is no field ${selector}.`);
    field.value = value;
    field.dispatchEvent(new Event(event));
    await pass();
  };
  const submit = async (form: string, ms = 500) => {
    host.querySelector(`${form} form`)?.dispatchEvent(new Event('submit'));
    await pass(ms);
  };
  const texts = (selector: string) => Array.from(host.querySelectorAll(selector), words);
  const route = (text: string) => texts('app-route-list li').find((one) => one.includes(text));
  const close = () => {
    const injector = harness.routeDebugElement?.injector.get(EnvironmentInjector);
    harness.fixture.destroy();
    injector?.destroy();
  };
  await pass();
  return {
    asked,
    clock,
    close,
    enter,
    faults,
    flip,
    host,
    pass,
    press,
    route,
    signIn,
    submit,
    texts,
  };
};

/** The words of an element, those of its parts apart from each other. */
const words = (element: Node): string => {
  const parts: string[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) parts.push(walker.currentNode.textContent ?? '');
  return parts.join(' ').replace(/\s+/g, ' ').trim();
};

const FIRST = 'app-request-list li:first-child';
const LEFT = [
  'GET /api/rates/:currency',
  'GET /api/account',
  'GET /api/wishlist',
  'GET /api/payments',
  'GET /api/orders/:id',
  'GET /api/orders/:id',
  'GET /api/stock/:sku',
  'POST /api/reservations',
];

describe(Gateway.name, () => {
  it('shows the table and what is done on each route, before anybody has asked', async () => {
    const { asked, clock, route, texts } = await open();
    expect(texts('app-route-list strong')).toEqual(LEFT);
    expect(route('/account')).toContain('signed in no card number each by itself');
    expect(texts(FIRST)).toEqual(['No request yet. Send one, or press a button of the page.']);
    expect(texts('.window')).toEqual(['The first window of five seconds is not over.']);
    expect(asked).toEqual([]);
    expect(clock.pending).toBeGreaterThan(0);
  });

  it('renews a token once for ten requests, and sends each once more', async () => {
    const { press, signIn, texts } = await open();
    await signIn('Anna');
    expect(texts('.who')).toEqual(['Anna is there: customer.']);
    await press('Let the token expire');
    await press('Ask for the account ten times', 2000);
    const sums = ['.given', '.unauthorized', '.renewals', '.seen'].flatMap(texts);
    expect(sums).toEqual(['10', '10', '1', '0']);
    expect(texts('.news')).toEqual(['GET /api/account: 10 × 200.']);
  });

  it('says 401 to nobody, and to whoever has a token that is not renewed', async () => {
    const { asked, flip, press, signIn, texts } = await open();
    await press('Ask for the account ten times');
    expect(texts('.seen')).toEqual(['10']);
    expect(asked).toEqual([]);
    await signIn('Anna');
    await flip('Refresh fails');
    await press('Let the token expire');
    await press('Ask for the account ten times', 2000);
    expect(texts('.seen')).toEqual(['20']);
    expect(texts(FIRST)[0]).toContain('Unauthorized: The token could not be renewed.');
    await press('Sign out');
    expect(texts('.who')).toEqual(['Nobody is signed in.']);
  });

  it('says why somebody cannot sign in', async () => {
    const { faults, signIn, texts } = await open();
    faults.set('users', { errorRate: 1 });
    await signIn('Anna');
    expect(texts('app-session-card .trouble')).toEqual(['The answer was 503.']);
    faults.set('users', { errorRate: 0 });
    await signIn('Bert');
    expect(texts('.who')).toEqual(['Bert is there: customer, clerk.']);
    expect(texts('app-session-card .trouble')).toEqual(['']);
  });

  it('lets clerks in only', async () => {
    const { asked, press, signIn, texts } = await open();
    await signIn('Anna');
    await press('Read payments, as a clerk may');
    expect(texts('.news')).toEqual(['GET /api/payments: 1 × 403.']);
    await signIn('Bert');
    await press('Read payments, as a clerk may');
    expect(texts('.news')).toEqual(['GET /api/payments: 1 × 200.']);
    expect(asked.filter((one) => one.endsWith('/payments'))).toEqual(['GET /payments']);
  });

  it('refuses what is above the limit, and counts the wait down', async () => {
    const { asked, pass, press, texts } = await open();
    await press('Ask ten times');
    expect(['.passed', '.refused', '.left'].flatMap(texts)).toEqual(['3', '7', '0']);
    expect(texts('.wait')).toEqual(['Wait 2.5 s']);
    expect(texts('.news')).toEqual(['GET /api/rates/SEK: 3 × 200, 7 × 429.']);
    // Three passed, and were one on the wire.
    expect(asked).toEqual(['GET /rates/SEK']);
    await pass(2700);
    expect(texts('.wait')).toEqual(['May be asked']);
    await press('Ask for a rate');
    expect(['.passed', '.refused'].flatMap(texts)).toEqual(['4', '7']);
  });

  it('shares orders by a weight that is changed at run time', async () => {
    const { enter, press, route, texts } = await open();
    expect(texts('app-share-bar')[0]).toBe('None was sent since the weight was set.');
    await press('Ask for 20 orders');
    const [v1, v2] = ['.v1', '.v2'].flatMap(texts).map(Number);
    expect(Number(v1) + Number(v2)).toBe(20);
    await enter('app-canary-card input', 0, '100');
    await press('Ask for 20 orders');
    expect(['.v1', '.v2'].flatMap(texts)).toEqual(['0', '20']);
    expect(route('orders /orders/:id')).toBeUndefined();
    expect(texts('app-canary-card .weight p')).toEqual(['Weight of v2: 100 %']);
    await press('Remove GET /api/orders/:id to orders /v2/orders/:id');
    expect(texts('app-canary-card .weight p')).toEqual(['Weight of v2: 0 %']);
  });

  it('keeps a wish list for each user by himself', async () => {
    const { pass, press, signIn, texts } = await open();
    expect(texts('.answer')).toEqual(['Nobody has read a wish list yet.']);
    await press('Read wish list');
    expect(texts('.answer')).toEqual(['Unauthorized: A token is required.']);
    await signIn('Anna');
    await press('Read wish list');
    await press('Read wish list');
    expect(texts('.answer')).toEqual(['Anna, edition 1: Desk lamp, brass · Linen throw']);
    await signIn('Bert');
    await press('Read wish list');
    expect(texts('.answer')[0]).toMatch(/^Bert, edition 1/);
    expect(texts('app-wish-card tbody tr')).toEqual(['Anna 1 1', 'Bert 1 0']);
    await pass(20_000);
    await press('Read wish list');
    expect(texts('.answer')[0]).toMatch(/^Bert, edition 2/);
  });

  it('stands in for a service that is down, or tells the problem', async () => {
    const { flip, press, texts } = await open();
    expect(texts('app-trouble-card dd')).toEqual(['Not asked yet.', 'Not asked yet.']);
    await press('Read stock');
    await press('Reserve a mug');
    expect(texts('app-trouble-card dd')).toEqual([
      '200 by the service: 240 are free.',
      '201 by the service: one mug was put aside.',
    ]);
    await flip('Inventory is down');
    await press('Read stock', 8000);
    await press('Reserve a mug');
    expect(texts('.stock')[0]).toContain('200 by the stand-in');
    expect(texts('.reserve')[0]).toMatch(/^503 /);
    await flip('Inventory is down');
    await press('Reserve a mug', 5000);
    await press('Reserve a mug');
    expect(texts('.reserve')[0]).toMatch(/^201 /);
  });

  it('hands requests of a visitor to the gateway, and tells the problems', async () => {
    const { asked, enter, submit, texts } = await open();
    for (const [at, problem] of [
      ['7', /400.*Bad Request: The path cannot be read/],
      ['8', /404.*Not Found/],
      ['9', /405.*Method Not Allowed: The route takes GET, HEAD, and not DELETE/],
    ] as const) {
      await enter('app-request-form select', 0, at, 'change');
      await submit('app-request-form');
      expect(texts(FIRST)[0]).toMatch(problem);
    }
    await enter('app-request-form select', 1, 'POST', 'change');
    await enter('app-request-form input', 0, '/api/rates/SEK');
    await submit('app-request-form');
    expect(texts('.news')).toEqual(['POST /api/rates/SEK: 1 × 405.']);
    await enter('app-request-form select', 0, 'own', 'change');
    await enter('app-request-form select', 1, 'GET', 'change');
    await submit('app-request-form');
    expect(asked).toEqual(['GET /rates/SEK']);
  });

  it('takes routes at run time, and refuses a table that cannot be used', async () => {
    const { enter, press, submit, route, texts } = await open();
    await submit('app-route-form');
    expect(texts('.part footer [role=status]').at(-1)).toBe('Added GET /api/customers/:id.');
    await enter('app-request-form input', 0, '/api/customers/4');
    await press('Send ten');
    expect(texts('.news')).toEqual(['GET /api/customers/4: 10 × 200.']);
    await press('Try a bad table');
    expect(texts('[role=alert] li')).toEqual([
      'routes[1].path: routes[0] takes the same requests',
      'routes[2].targetPath: the path has no parameter nobody',
    ]);
    expect(texts('app-route-list strong')).toEqual([...LEFT, 'GET /api/customers/:id']);

    await press('Change GET /api/customers/:id to users /users/:id');
    await enter('app-route-form input', 0, '/people');
    await submit('app-route-form');
    expect(texts('[role=alert] li')).toEqual([
      'routes[8].targetPath: the path has no parameter id',
    ]);
    await enter('app-route-form input', 1, '/users');
    await enter('app-route-form select', 0, 'POST', 'change');
    await enter('app-route-form select', 1, 'users', 'change');
    await submit('app-route-form');
    expect(route('POST /api/people')).toContain('to users /users');
    expect(texts('[role=alert] li')).toEqual([]);
    await press('Change POST /api/people to users /users');
    await press('Leave it');
    expect(texts('app-route-form button')).toEqual(['Add route']);
    await press('As at first');
    expect(texts('app-route-list strong')).toEqual(LEFT);
  });

  it('is empty without routes, and can be filled again', async () => {
    const { host, press, texts } = await open();
    for (const name of LEFT) {
      const label = host
        .querySelector(`[aria-label^="Remove ${name} "]`)
        ?.getAttribute('aria-label');
      await press(label ?? '', 0);
    }
    expect(texts('app-route-list li')).toEqual(['There is no route: every request is 404.']);
    await press('Try a bad table', 0);
    expect(texts('[role=alert] li')).toHaveLength(1);
    await press('As at first', 0);
    expect(texts('app-route-list strong')).toEqual(LEFT);
  });

  it('measures each route in windows, while somebody looks', async () => {
    const { pass, press, route, texts } = await open();
    await press('Read stock');
    await pass(5000);
    expect(texts('.window')[0]).toMatch(/^Last 5 s: 1 request, 0 failed, 0 running, 0 waiting/);
    expect(route('/api/stock')).toMatch(/p50 · p95 \d+ ms · \d+ ms/);
    await pass(5000);
    expect(texts('.window')[0]).toContain('Last 5 s: 0 requests');
    expect(route('/api/stock')).toMatch(/p50 · p95 \d+ ms · \d+ ms/);
  });

  it('leaves nothing open', async () => {
    const { clock, close, press } = await open();
    await press('Ask ten times', 0);
    await press('Read stock', 0);
    close();
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    clock.advance(1000);
    expect(clock.pending).toBe(0);
  });
});
