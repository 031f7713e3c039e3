import { HttpBackend, provideHttpClient } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { setImmediate } from 'node:timers/promises';
import { provideRxMesh, withResilience, withRxMeshInterceptors, withStaticServices } from 'rx-mesh';
import { LEADERSHIP, pageLeadership } from 'rx-mesh/kernel';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { CATALOG, INSTANCES } from '../backends/catalog';
import { FaultControls } from '../backends/fault-controls';
import { network } from '../spec-support/mock-network';
import { Shop } from './shop';
import { SHOP_ROUTES } from './shop.routes';

const open = async () => {
  const asked: string[] = [];
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideHttpClient(withRxMeshInterceptors()),
      provideRxMesh(withStaticServices(CATALOG), withResilience({ breaker: { openWait: 4000 } })),
      provideRouter([{ path: 'shop', children: SHOP_ROUTES }]),
      { provide: LEADERSHIP, useValue: pageLeadership() },
      { provide: FaultControls, useFactory: () => new FaultControls(INSTANCES, { seed: 1 }) },
      { provide: HttpBackend, useFactory: () => network(asked) },
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 100) {
      clock.advance(Math.min(100, left));
      for (let turn = 0; turn < 12; turn++) await setImmediate();
      TestBed.tick();
    }
  };
  const harness = await RouterTestingHarness.create();
  await harness.navigateByUrl('/shop', Shop);
  const host = harness.routeNativeElement;
  if (!host) throw new Error('The page is not there.');
  const press = async (label: string, ms: number) => {
    const found = [...host.querySelectorAll('button')].find(
      (one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === label,
    );
    if (!found) throw new Error(`There is no button "${label}".`);
    found.click();
    await pass(ms);
  };
  const signIn = async (name: string) => press(name, 500);
  const list = (label: string) =>
    [...host.querySelectorAll(`[aria-label="${label}"] li`)].map(({ textContent }) =>
      textContent.replace(/\s+/g, ' ').trim(),
    );
  const text = (selector: string) => host.querySelector(selector)?.textContent.trim();
  await pass(1000);
  return { asked, pass, press, signIn, list, text, faults: TestBed.inject(FaultControls) };
};

describe(Shop.name, () => {
  it('shows the shelf, and keeps it', async () => {
    const { asked, press, list, text } = await open();

    expect(list('Products')).toHaveLength(6);
    expect(list('Products').join()).toContain('900 free');
    expect(text('.news')).toBe('From the service, through the gateway.');

    await press('Look again', 500);

    expect(text('.news')).toMatch(/^From the cache of the gateway, \d+ s old\.$/);
    expect(asked).toEqual(['GET /stock']);
  });

  it('sells: each layer tells of it, and the shelf is looked up anew', async () => {
    const { asked, press, signIn, list, text } = await open();
    await signIn('Anna');
    await press('Buy Stoneware mug', 5000);

    expect(list('Orders').join()).toMatch(/^Stoneware mug for Anna \S+ ?confirmed$/);
    expect(asked).toEqual([
      'GET /stock',
      'POST /tokens',
      'POST /reservations',
      'POST /orders',
      'POST /payments',
      'GET /stock',
    ]);
    expect(list('Products').join()).toContain('899 free');
    for (const layer of ['Command', 'Saga', 'Gateway', 'Mesh', 'Resilience', 'Event', 'Cache']) {
      expect(list('What happened').join('; ')).toContain(layer);
    }
    expect(text('a')).toBe('All of it as one trace');
    expect(text('.trouble')).toBe('');
  });

  it('sells nothing to nobody', async () => {
    const { list, signIn, text } = await open();
    const buttons = () =>
      [...document.querySelectorAll<HTMLButtonElement>('[aria-label="Products"] button')].map(
        ({ disabled }) => disabled,
      );

    expect(buttons()).toEqual(Array(6).fill(true));
    expect(text('.who')).toBe('Sign in to buy.');
    expect(list('Orders')).toEqual(['Nothing was bought yet.']);

    await signIn('Bert');

    expect(text('.who')).toBe('Bert is signed in.');
    expect(buttons()).toEqual(Array(6).fill(false));
  });

  it('undoes what was done when nobody takes the money', async () => {
    const { asked, faults, press, signIn, list } = await open();
    await signIn('Bert');
    for (const id of ['payments-1', 'payments-2']) faults.kill(id);
    await press('Buy Stoneware mug', 40_000);

    expect(list('Orders').join()).toContain('cancelled');
    expect(list('What happened').join('; ')).toMatch(/Compensation.*reserve-stock/);
    // An order that nobody has paid does not stay there.
    expect(asked.filter((one) => one.endsWith('/cancel'))).toHaveLength(1);
    expect(list('What happened').join('; ')).toContain('OrderCancelled');
    expect(list('Products').join()).toContain('900 free');
  });

  it('says why the shelf cannot be seen', async () => {
    const { faults, pass, press, text } = await open();
    for (const id of ['inventory-1', 'inventory-2']) faults.kill(id);
    await pass(21_000);
    await press('Look again', 20_000);

    expect(text('[role=alert]')).toContain('The shelf cannot be seen.');
  });
});
