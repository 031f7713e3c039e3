import { OutcomeCells } from './outcome-cells';

describe(OutcomeCells.name, () => {
  it('adds outcomes up over all cells', () => {
    const cells = new OutcomeCells(3);
    cells.add(0, { failed: true, duration: 1 });
    cells.add(0, { failed: false, slow: true, duration: 2 });
    cells.add(2, { failed: true, slow: true, duration: 4 });
    cells.add(2, { failed: false });

    expect(cells.totals()).toEqual({
      count: 4,
      failures: 2,
      slow: 2,
      duration: 7,
      failureRate: 0.5,
      slowRate: 0.5,
    });
  });

  it('empties one cell and leaves the others', () => {
    const cells = new OutcomeCells(2);
    cells.add(0, { failed: true, slow: true, duration: 1 });
    cells.add(1, { failed: false, duration: 2 });
    cells.clear(0);
    cells.clear(0);

    expect(cells.totals()).toMatchObject({ count: 1, failures: 0, slow: 0, duration: 2 });
  });

  it('has nothing to empty in a cell that it does not have', () => {
    const cells = new OutcomeCells(1);
    cells.add(0, { failed: true });
    cells.clear(1);

    expect(cells.totals()).toMatchObject({ count: 1, failures: 1 });
  });

  it('empties all cells, and can be filled again', () => {
    const cells = new OutcomeCells(2);
    cells.add(0, { failed: true, slow: true, duration: 1 });
    cells.add(1, { failed: true, slow: true, duration: 2 });
    cells.clearAll();

    expect(Object.values(cells.totals())).toEqual([0, 0, 0, 0, 0, 0]);

    cells.add(1, { failed: false, duration: 3 });

    expect(cells.totals()).toMatchObject({ count: 1, failures: 0, slow: 0, duration: 3 });
  });

  it.each([NaN, Infinity, -Infinity, -1, undefined])(
    'counts an outcome of duration %p, but not its duration',
    (duration) => {
      const cells = new OutcomeCells(2);
      cells.add(0, { failed: false, duration: 5 });
      cells.add(1, { failed: true, duration });

      expect(cells.totals()).toMatchObject({ count: 2, failures: 1, duration: 5 });
    },
  );

  it('leaves no rounding behind when fractions come and go', () => {
    const cells = new OutcomeCells(2);
    for (let i = 0; i < 1000; i++) {
      cells.clear(0);
      cells.add(0, { failed: false, duration: 0.1 * i });
      cells.clear(1);
      cells.add(1, { failed: false, duration: 1e9 / (i + 1) });
    }
    cells.clear(1);

    expect(cells.totals().duration).toBe(0.1 * 999);

    cells.clear(0);

    expect(cells.totals().duration).toBe(0);
  });
});
