import { TestBed } from '@angular/core/testing';
import { CATALOG } from '../backends/catalog';
import { CALM, type Faults } from '../backends/fault-controls';
import { CallForm, type CallOrder } from './call-form';
import { FaultPanel } from './fault-panel';

const button = (host: HTMLElement, text: string) =>
  [...host.querySelectorAll('button')].find((one) => one.textContent.includes(text));
const type = (input: HTMLInputElement, value: string) => {
  input.value = value;
  input.dispatchEvent(new Event('change'));
};

describe(CallForm.name, () => {
  const setUp = async () => {
    const fixture = TestBed.createComponent(CallForm);
    fixture.componentRef.setInput('services', CATALOG);
    fixture.componentRef.setInput('service', 'orders');
    await fixture.whenStable();
    const host = fixture.nativeElement as HTMLElement;
    const ordered: CallOrder[] = [];
    fixture.componentInstance.ordered.subscribe((order) => ordered.push(order));
    const [service, operation] = [...host.querySelectorAll('select')];
    const amount = host.querySelector('input');
    if (!service || !operation || !amount) throw new Error('The form has lost its fields.');
    const choose = async (select: HTMLSelectElement, value: string) => {
      select.value = value;
      select.dispatchEvent(new Event('change'));
      await fixture.whenStable();
    };
    return { amount, choose, fixture, host, operation, ordered, service };
  };

  it('sends one call of the first operation', async () => {
    const { host, ordered } = await setUp();
    button(host, 'Send one call')?.click();
    expect(ordered).toEqual([
      { service: 'orders', operation: CATALOG[0]?.operations[0], count: 1, fallback: false },
    ]);
  });

  it('sends a storm of the chosen operation', async () => {
    const { amount, choose, host, operation, ordered, service } = await setUp();
    await choose(service, 'users');
    await choose(operation, 'GET /users/:id');
    type(amount, '12');
    button(host, 'Storm')?.click();
    expect(ordered).toMatchObject([
      { service: 'users', operation: { label: 'GET /users/:id', path: '/users/4' }, count: 12 },
    ]);
  });

  it('goes to the first operation of another service', async () => {
    const { choose, host, operation, ordered, service } = await setUp();
    await choose(operation, 'POST /orders');
    await choose(service, 'rates');
    button(host, 'Send one call')?.click();
    expect(ordered).toMatchObject([{ service: 'rates', operation: { label: 'GET /rates' } }]);
  });

  it('asks for a stand-in when told to', async () => {
    const { host, ordered } = await setUp();
    host.querySelector<HTMLButtonElement>('mat-slide-toggle button')?.click();
    button(host, 'Send one call')?.click();
    expect(ordered).toMatchObject([{ fallback: true }]);
  });

  it.each([
    ['1', 2],
    ['1000', 200],
    ['7.4', 7],
    ['', 30],
  ])('keeps a storm of "%s" within bounds', async (text, count) => {
    const { amount, fixture, host, ordered } = await setUp();
    type(amount, text);
    await fixture.whenStable();
    expect(amount.value).toBe(String(count));
    button(host, 'Storm')?.click();
    expect(ordered).toMatchObject([{ count }]);
  });

  it('sends nothing when there is nothing to choose', async () => {
    const { fixture, host, ordered } = await setUp();
    fixture.componentRef.setInput('services', []);
    await fixture.whenStable();
    button(host, 'Send one call')?.click();
    expect(ordered).toEqual([]);
  });
});

describe(FaultPanel.name, () => {
  const setUp = async () => {
    const fixture = TestBed.createComponent(FaultPanel);
    fixture.componentRef.setInput('service', 'orders');
    fixture.componentRef.setInput('faults', CALM);
    fixture.componentRef.setInput('seed', 42);
    fixture.componentRef.setInput('instances', [
      { id: 'orders-1', alive: true },
      { id: 'orders-2', alive: false },
    ]);
    await fixture.whenStable();
    const panel = fixture.componentInstance;
    const changes: Partial<Faults>[] = [];
    const said: unknown[] = [];
    panel.changed.subscribe((change) => changes.push(change));
    panel.toggled.subscribe((id) => said.push(id));
    panel.reseeded.subscribe((seed) => said.push(seed));
    panel.resetWanted.subscribe(() => said.push('reset'));
    const host = fixture.nativeElement as HTMLElement;
    const slide = (label: string, value: number) => {
      const slider = host.querySelector<HTMLInputElement>(`input[aria-labelledby=fault-${label}]`);
      if (!slider) throw new Error(`There is no slider ${label}.`);
      slider.value = String(value);
      slider.dispatchEvent(new Event('input'));
    };
    return { changes, host, said, slide };
  };

  it('shows how the service behaves', async () => {
    const { host } = await setUp();
    expect([...host.querySelectorAll('output')].map((output) => output.textContent)).toEqual([
      '60 ms',
      '240 ms',
      '0 %',
    ]);
  });

  it('changes latency and errors', async () => {
    const { changes, slide } = await setUp();
    slide('median', 200);
    slide('p99', 1000);
    slide('p99', 30);
    slide('errors', 35);
    expect(changes).toEqual([
      { latency: { median: 200, p99: 240 } },
      { latency: { median: 60, p99: 1000 } },
      { latency: { median: 30, p99: 30 } },
      { errorRate: 0.35 },
    ]);
  });

  it('kills, revives and resets', async () => {
    const { host, said } = await setUp();
    button(host, 'Kill')?.click();
    button(host, 'Revive')?.click();
    button(host, 'Reset')?.click();
    expect(said).toEqual(['orders-1', 'orders-2', 'reset']);
  });

  it('takes whole numbers for a seed', async () => {
    const { host, said } = await setUp();
    const seed = host.querySelector<HTMLInputElement>('input[type=number]');
    if (!seed) throw new Error('There is no field for the seed.');
    type(seed, '7');
    type(seed, '1.5');
    expect(said).toEqual([7]);
    expect(seed.value).toBe('42');
  });
});
