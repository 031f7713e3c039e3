import { TestBed } from '@angular/core/testing';
import { Sparkline } from './sparkline';

const draw = async (values: readonly (number | undefined)[], capacity = 5, floor = 1) => {
  const fixture = TestBed.createComponent(Sparkline);
  fixture.componentRef.setInput('values', values);
  fixture.componentRef.setInput('capacity', capacity);
  fixture.componentRef.setInput('floor', floor);
  fixture.componentRef.setInput('label', 'p95 latency');
  fixture.componentRef.setInput('format', (value: number) => `${value} ms`);
  await fixture.whenStable();
  const host = fixture.nativeElement as HTMLElement;
  return {
    label: host.querySelector('svg')?.getAttribute('aria-label'),
    lines: [...host.querySelectorAll('.line')].map((path) => path.getAttribute('d')),
    areas: host.querySelectorAll('.area').length,
  };
};

describe(Sparkline.name, () => {
  it('draws the values from left to right, the largest at the top', async () => {
    expect((await draw([0, 50, 100, 50, 0])).lines).toEqual([
      'M0.0 45.0L60.0 24.0L120.0 3.0L180.0 24.0L240.0 45.0',
    ]);
  });

  it('keeps the newest value at the right edge', async () => {
    expect((await draw([10, 10])).lines).toEqual(['M180.0 3.0L240.0 3.0']);
  });

  it('shows only as many values as it has room for', async () => {
    expect((await draw([999, 1, 1, 1, 1, 1])).lines[0]).toBe(
      'M0.0 3.0L60.0 3.0L120.0 3.0L180.0 3.0L240.0 3.0',
    );
  });

  it('leaves a gap for what is missing, and a dot for what is alone', async () => {
    const { areas, lines } = await draw([1, undefined, 1, 1, undefined]);
    expect(lines).toEqual(['M0.0 3.0h0.01', 'M120.0 3.0L180.0 3.0']);
    expect(areas).toBe(2);
  });

  it('keeps a line low that stays below the floor', async () => {
    expect((await draw([50], 2, 100)).lines).toEqual(['M240.0 24.0h0.01']);
  });

  it('says in words what it shows', async () => {
    expect((await draw([20, undefined, 80, 50])).label).toBe(
      'p95 latency: now 50 ms, between 20 ms and 80 ms',
    );
    expect((await draw([undefined])).label).toBe('p95 latency: no values yet');
  });
});
