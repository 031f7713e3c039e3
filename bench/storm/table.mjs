// What came out, as a table in Markdown.
const COLUMNS = [
  ['attempts / request', ({ attempts }) => attempts.toFixed(2)],
  ['peak att./s', ({ peak }) => String(peak)],
  ['success', ({ success }) => percent(success)],
  ['goodput', ({ goodput }) => percent(goodput, 0)],
  ['recovers', ({ recovery }) => (recovery === Infinity ? 'never' : `${recovery} s`)],
  ['p99 ok (ms)', ({ p99 }) => p99.toFixed(0)],
  ['refused', ({ rejected }) => percent(rejected)],
];

/** Makes one row of the runs of several seeds: means, but for peak and recovery the worst. */
export function merge(runs) {
  const mean = (key) => runs.reduce((sum, run) => sum + run[key], 0) / runs.length;
  const worst = (key) => Math.max(...runs.map((run) => run[key]));
  return {
    ...Object.fromEntries(
      ['attempts', 'success', 'goodput', 'p99', 'rejected', 'wasted'].map((key) => [
        key,
        mean(key),
      ]),
    ),
    peak: worst('peak'),
    recovery: worst('recovery'),
  };
}

export function head(title) {
  const names = [title, ...COLUMNS.map(([name]) => name)];
  const rule = ['---', ...COLUMNS.map(() => '---:')];
  return [names, rule].map(line).join('\n');
}

export function row(name, merged) {
  return line([name, ...COLUMNS.map(([, show]) => show(merged))]);
}

function line(cells) {
  return `| ${cells.join(' | ')} |`;
}

function percent(share, digits = 1) {
  return `${(100 * share).toFixed(digits)} %`;
}
