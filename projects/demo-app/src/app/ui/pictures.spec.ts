import { TestBed } from '@angular/core/testing';
import { CounterTable } from './counter-table';
import { type MapService, ServiceMap, beatOf } from './service-map';
import { TrafficControls } from './traffic-controls';

const create = async <T>(
  type: new () => T,
  inputs: Readonly<Record<string, unknown>>,
): Promise<{ host: HTMLElement; component: T; set: (name: string, value: unknown) => unknown }> => {
  const fixture = TestBed.createComponent(type);
  const set = async (name: string, value: unknown) => {
    fixture.componentRef.setInput(name, value);
    await fixture.whenStable();
  };
  for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
  await fixture.whenStable();
  return {
    component: fixture.componentInstance,
    host: fixture.nativeElement as HTMLElement,
    set,
  };
};
const texts = (host: HTMLElement, selector: string) =>
  [...host.querySelectorAll(selector)].map((one) => one.textContent.replace(/\s+/g, ' ').trim());

describe(ServiceMap.name, () => {
  const services: readonly MapService[] = [
    {
      name: 'orders',
      phase: 'open',
      perSecond: 0,
      instances: [
        { id: 'orders-1', alive: true },
        { id: 'orders-2', alive: false },
      ],
    },
    { name: 'users', phase: 'closed', perSecond: 8, instances: [{ id: 'users-1', alive: true }] },
  ];

  it('says the whole picture in words', async () => {
    const { host } = await create(ServiceMap, { services });
    expect(host.querySelector('[role=img]')?.getAttribute('aria-label')).toBe(
      'The shop calls orders, breaker open, 1 of 2 instances alive; users, breaker closed, 1 of 1 instances alive.',
    );
  });

  it('leads a line to each service, in the tone of its breaker and as thick as its calls are many', async () => {
    const { host } = await create(ServiceMap, { services });
    const paths = [...host.querySelectorAll<SVGPathElement>('svg > path:not(.flow)')];
    expect(paths.map((path) => path.dataset['tone'])).toEqual(['bad', 'good']);
    expect(paths[0]?.getAttribute('d')).toBe('M0 50C55 50 45 25.0 100 25.0');
    const [thin, thick] = paths.map((path) => parseFloat(path.style.strokeWidth));
    expect(thick).toBeGreaterThan(thin ?? Infinity);
  });

  it('lets dots flow where calls get through, one for each', async () => {
    const { host, set } = await create(ServiceMap, { services });
    const beats = () =>
      [...host.querySelectorAll<SVGPathElement>('.flow')].map(
        (path) => path.style.animationDuration,
      );
    expect(beats()).toEqual(['0.125s']);
    const halfOpen = { ...services[0], phase: 'half-open', perSecond: 1 };
    const isolated = { ...services[1], phase: 'isolated' };
    await set('services', [halfOpen, isolated]);
    expect(beats()).toEqual(['1s']);
    await set('services', [{ ...halfOpen, perSecond: 0 }, isolated]);
    expect(beats()).toEqual([]);
  });

  it('changes the pace of a flow in steps, within what can be seen', () => {
    expect(beatOf(0)).toBeUndefined();
    expect([1.8, 2, 2.2].map(beatOf)).toEqual([0.5, 0.5, 0.5]);
    expect(beatOf(0.01)).toBe(4);
    expect(beatOf(500)).toBe(0.088);
  });

  it('shows who is dead', async () => {
    const { host } = await create(ServiceMap, { services });
    expect(host.querySelectorAll('.instance')).toHaveLength(3);
    expect(host.querySelectorAll('.instance.dead')).toHaveLength(1);
  });
});

describe(CounterTable.name, () => {
  const inputs = {
    caption: 'Calls by service',
    head: 'Service',
    columns: ['Succeeded', 'Failed'],
    rows: [
      { head: 'orders', note: 'GET /orders', counts: [12, 0] },
      { head: 'users', counts: [3, 1] },
    ],
    empty: 'No request was made yet.',
  };

  it('has a name, a head and a line for each row', async () => {
    const { host } = await create(CounterTable, inputs);
    expect(texts(host, 'caption')).toEqual(['Calls by service']);
    expect(texts(host, 'thead th')).toEqual(['Service', 'Succeeded', 'Failed']);
    expect(texts(host, 'tbody th')).toEqual(['orders GET /orders', 'users']);
    expect(texts(host, 'tbody td')).toEqual(['12', '0', '3', '1']);
    expect(texts(host, 'td.none')).toEqual(['0']);
  });

  it('can be reached and scrolled by keyboard', async () => {
    const { host } = await create(CounterTable, inputs);
    const region = host.querySelector('[role=group]');
    expect(region?.getAttribute('tabindex')).toBe('0');
    expect(region?.getAttribute('aria-label')).toBe('Calls by service');
  });

  it('says that there is nothing', async () => {
    const { host, set } = await create(CounterTable, inputs);
    await set('rows', []);
    expect(texts(host, 'tbody td')).toEqual(['No request was made yet.']);
  });
});

describe(TrafficControls.name, () => {
  it('offers the opposite of what is', async () => {
    const { component, host, set } = await create(TrafficControls, {
      running: true,
      perSecond: 8,
    });
    let pressed = 0;
    component.toggled.subscribe(() => pressed++);
    expect(texts(host, 'button')).toEqual(['Pause traffic']);
    host.querySelector('button')?.click();
    expect(pressed).toBe(1);
    await set('running', false);
    expect(texts(host, 'button')).toEqual(['Start traffic']);
  });

  it('says and changes the pace', async () => {
    const { component, host } = await create(TrafficControls, { running: true, perSecond: 8 });
    const paces: number[] = [];
    component.paced.subscribe((pace) => paces.push(pace));
    expect(texts(host, '.pace')).toEqual(['8 calls / s']);
    const slider = host.querySelector('input');
    if (!slider) throw new Error('There is no slider.');
    slider.value = '20';
    slider.dispatchEvent(new Event('input'));
    expect(paces).toEqual([20]);
  });
});
