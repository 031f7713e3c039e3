import { TestBed } from '@angular/core/testing';
import { Icon } from './icon';
import { InstanceRow } from './instance-row';
import { StatTile } from './stat-tile';
import { StateBadge } from './state-badge';

describe(StateBadge.name, () => {
  it.each([
    ['closed', 'Closed', 'good'],
    ['open', 'Open', 'bad'],
    ['half-open', 'Half-open', 'warn'],
    ['isolated', 'Isolated', 'held'],
  ])('says %s in a word, a drawing and a colour', async (state, text, tone) => {
    const fixture = TestBed.createComponent(StateBadge);
    fixture.componentRef.setInput('state', state);
    await fixture.whenStable();
    const host = fixture.nativeElement as HTMLElement;
    expect(host.textContent.trim()).toBe(text);
    expect(host.querySelector('svg path')?.getAttribute('d')).toBeTruthy();
    expect(host.dataset).toMatchObject({ state, tone });
  });
});

describe(Icon.name, () => {
  it('is hidden from those who hear the page', async () => {
    const fixture = TestBed.createComponent(Icon);
    fixture.componentRef.setInput('name', 'check');
    await fixture.whenStable();
    const svg = (fixture.nativeElement as HTMLElement).querySelector('svg');
    expect(svg?.getAttribute('aria-hidden')).toBe('true');
    expect(svg?.querySelector('path')?.getAttribute('d')).toBe('m5 12.5 4.5 4.5L19 7.5');
  });
});

describe(StatTile.name, () => {
  it('names its number', async () => {
    const fixture = TestBed.createComponent(StatTile);
    fixture.componentRef.setInput('label', 'Calls per second');
    fixture.componentRef.setInput('value', '4.2');
    await fixture.whenStable();
    const host = fixture.nativeElement as HTMLElement;
    expect(host.querySelector('dt')?.textContent).toBe('Calls per second');
    expect(host.querySelector('dd')?.textContent).toBe('4.2');
  });
});

describe(InstanceRow.name, () => {
  const setUp = async (inputs: Readonly<Record<string, unknown>>) => {
    const fixture = TestBed.createComponent(InstanceRow);
    for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
    await fixture.whenStable();
    return { fixture, host: fixture.nativeElement as HTMLElement };
  };

  it('says whether the instance lives and offers the opposite', async () => {
    const { fixture, host } = await setUp({ instance: 'orders-1', alive: true });
    const button = host.querySelector('button');
    expect(host.textContent).toContain('alive');
    expect(button?.getAttribute('aria-label')).toBe('Kill orders-1');
    fixture.componentRef.setInput('alive', false);
    await fixture.whenStable();
    expect(host.textContent).toContain('dead');
    expect(button?.getAttribute('aria-label')).toBe('Revive orders-1');
  });

  it('shows the share of the calls when there is one', async () => {
    const { fixture, host } = await setUp({ instance: 'orders-1', alive: true });
    expect(host.querySelector('.share')).toBeNull();
    fixture.componentRef.setInput('share', 0.335);
    await fixture.whenStable();
    expect(host.querySelector<HTMLElement>('.share > span')?.style.transform).toBe(
      'translateX(-66%)',
    );
    expect(host.querySelector('.number')?.textContent).toBe('34 %');
  });

  it('tells that it was pressed', async () => {
    const { fixture, host } = await setUp({ instance: 'orders-1', alive: true });
    let pressed = 0;
    fixture.componentInstance.toggled.subscribe(() => pressed++);
    host.querySelector('button')?.click();
    expect(pressed).toBe(1);
  });
});
