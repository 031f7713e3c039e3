import { aSeries } from '../../spec-support/metrics-export-world';
import { values } from '../../spec-support/metric-tabs-world';
import { TabBook } from './tab-book';
import { type TabSeries, keyOf } from './tab-series';

const series = (name: string, value: number, type: 'counter' | 'gauge' = 'counter'): TabSeries => {
  const each = aSeries({ name, type, value, sum: value, count: value });
  return { key: keyOf(each), series: each, sketch: undefined };
};
const bookOf = () => new TabBook(() => 'sum');

describe(TabBook.name, () => {
  it('is the same list as long as nothing is new', () => {
    const book = bookOf();
    book.take('a', [series('paid', 1)], true);
    const first = book.merged();
    book.hear('a');
    book.ask();

    expect(book.merged()).toBe(first);
  });

  it('does not take a part without the rest', () => {
    const book = bookOf();

    expect(book.take('a', [series('paid', 1)], false)).toBe('unknown');
    expect(book.hear('a')).toBe(false);
    expect(book.merged()).toEqual([]);
  });

  it('gives a tab three looks to answer', () => {
    const book = bookOf();
    book.take('a', [series('open', 1, 'gauge')], true);
    const sizes = [1, 2, 3, 4].map(() => {
      book.ask();
      return book.size;
    });

    expect(sizes).toEqual([1, 1, 1, 0]);
    expect(book.merged()).toEqual([]);
  });

  it('takes a tab in again that was thought gone, and does not count it twice', () => {
    const book = bookOf();
    book.take('a', [series('paid', 5), series('open', 1, 'gauge')], true);
    book.leave('a');
    const gone = values(book.merged());
    book.take('a', [series('paid', 7), series('open', 1, 'gauge')], true);

    expect(gone).toEqual(['paid=5']);
    expect(values(book.merged())).toEqual(['paid=7', 'open=1']);
  });

  it('adds up the tabs that left first, so that a thousand of them take no more room than 32', () => {
    const book = bookOf();
    book.take('here', [series('paid', 1)], true);
    for (let i = 0; i < 1000; i++) {
      book.take(`tab ${i}`, [series('paid', 1), series('open', 1, 'gauge')], true);
      book.leave(`tab ${i}`);
    }

    expect(values(book.merged())).toEqual(['paid=1001']);
    expect(book.size).toBe(1);
  });

  it('does not count one again that was added up already', () => {
    const book = bookOf();
    for (let i = 0; i < 40; i++) {
      book.take(`tab ${i}`, [series('paid', 1)], true);
      book.leave(`tab ${i}`);
    }
    const said = book.take('tab 0', [series('paid', 1)], true);

    expect([said, book.hear('tab 0'), book.size]).toEqual(['taken', true, 0]);
    expect(values(book.merged())).toEqual(['paid=40']);
  });

  it('keeps no more than a thousand series of a tab that tells them bit by bit', () => {
    const book = bookOf();
    book.take('a', [], true);
    for (let i = 0; i < 1500; i++) book.take('a', [series(`m${i}`, 1, 'gauge')], false);

    expect(book.merged()).toHaveLength(1000);
  });
});
