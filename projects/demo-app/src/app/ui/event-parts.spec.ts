import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { DownloadText } from './download-text';
import { EventTable } from './event-table';
import { formatEuros, formatTime } from './format';
import { PickList } from './pick-list';
import { StepList } from './step-list';
import { type ToneLook } from './tone-badge';

const LOOK: ToneLook = { tone: 'good', icon: 'check', text: 'Done' };
const create = async <T>(type: new () => T, inputs: Readonly<Record<string, unknown>>) => {
  const fixture = TestBed.createComponent(type);
  for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
  await fixture.whenStable();
  const host = fixture.nativeElement as HTMLElement;
  const texts = (selector: string) =>
    [...host.querySelectorAll(selector)].map((one) => one.textContent.replace(/\s+/g, ' ').trim());
  const set = async (name: string, value: unknown) => {
    fixture.componentRef.setInput(name, value);
    await fixture.whenStable();
  };
  return { component: fixture.componentInstance, fixture, host, set, texts };
};

describe(EventTable.name, () => {
  it('shows what happened, and says when nothing has', async () => {
    const { set, texts } = await create(EventTable, { rows: [], empty: 'Nothing.' });
    expect(texts('tbody td')).toEqual(['Nothing.']);
    await set('rows', [
      {
        position: 7,
        stream: 'order-1',
        version: 2,
        type: 'OrderPaid',
        time: '10:00:00',
        correlation: '0123456789',
      },
    ]);
    expect(texts('tbody > tr > *')).toEqual([
      '7',
      'OrderPaid',
      'order-1',
      '2',
      '10:00:00',
      '01234567',
    ]);
  });
});

describe(PickList.name, () => {
  const items = ['a', 'b'].map((id) => ({ id, name: `Saga ${id}`, facts: id, look: LOOK }));

  it('is one stop of the keyboard, and says which one is wanted', async () => {
    const { component, host, set } = await create(PickList, { label: 'Sagas', items });
    const stops = () => [...host.querySelectorAll('button')].map(({ tabIndex }) => tabIndex);
    const picked: string[] = [];
    component.picked.subscribe((id) => picked.push(id));
    expect(stops()).toEqual([0, -1]);
    await set('chosen', 'b');
    expect(stops()).toEqual([-1, 0]);
    host.querySelector('button')?.click();
    expect(picked).toEqual(['a']);
    expect(host.querySelector('[role=listbox]')?.getAttribute('aria-label')).toBe('Sagas');
  });

  it('says when there is nothing', async () => {
    const { texts } = await create(PickList, { label: 'Sagas', items: [], empty: 'None yet.' });
    expect(texts('.none')).toEqual(['None yet.']);
  });
});

describe(StepList.name, () => {
  it('shows steps, and which of them run side by side', async () => {
    const step = { name: 'a', title: 'Pay', look: LOOK, facts: '2 tries', beside: false };
    const { host, set, texts } = await create(StepList, { label: 'Steps', steps: [step] });
    expect(texts('.title, .facts')).toEqual(['Pay', '2 tries']);
    expect(host.querySelector('.beside')).toBeNull();
    await set('steps', [{ ...step, beside: true }]);
    expect(texts('.beside .facts')).toEqual(['side by side · 2 tries']);
    await set('steps', [{ ...step, beside: true, facts: '' }]);
    expect(texts('.beside .facts')).toEqual(['side by side']);
    await set('steps', []);
    expect(texts('li')).toEqual(['None.']);
  });
});

describe(DownloadText.name, () => {
  const setUp = async (make: () => Promise<string>) => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    Object.assign(URL, { createObjectURL: () => 'blob:1', revokeObjectURL: () => undefined });
    const click = jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
    const { component, fixture, host } = await create(DownloadText, { file: 'a.txt', make });
    const told: unknown[] = [];
    component.offered.subscribe((size) => told.push(size));
    component.failed.subscribe((error) => told.push(error));
    host.querySelector('button')?.click();
    await fixture.whenStable();
    await Promise.resolve();
    const clicks = click.mock.calls.length;
    click.mockRestore();
    return { clicks, told };
  };

  it('offers a file that takes its time', async () => {
    const { clicks, told } = await setUp(async () => Promise.resolve('text'));
    expect([clicks, told]).toEqual([1, [4]]);
  });

  it('says when it could not be made', async () => {
    const error = new Error('no');
    const { clicks, told } = await setUp(async () => Promise.reject(error));
    expect([clicks, told]).toEqual([0, [error]]);
  });
});

describe(formatEuros.name, () => {
  it('is for people', () => {
    expect([formatEuros(0), formatEuros(1240)]).toEqual(['€0', '€1,240']);
    expect(formatTime(new Date(2026, 1, 1, 9, 5, 7))).toBe('09:05:07');
  });
});
