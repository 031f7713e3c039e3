import { formatDuration, formatRate, formatShare } from './format';

describe(formatDuration.name, () => {
  it.each([
    [undefined, '–'],
    [0, '0 ms'],
    [7.6, '8 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [1440, '1.4 s'],
    [90_000, '2 min'],
  ])('says %p as %p', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe(formatRate.name, () => {
  it.each([
    [0, '0.0'],
    [4.24, '4.2'],
    [9.94, '9.9'],
    [9.96, '10'],
    [31.4, '31'],
  ])('says %p as %p', (rate, text) => expect(formatRate(rate)).toBe(text));
});

describe(formatShare.name, () => {
  it.each([
    [undefined, '–'],
    [0, '0 %'],
    [0.004, '0.4 %'],
    [0.124, '12 %'],
    [0.9996, '99.9 %'],
    [1, '100 %'],
  ])('says %p as %p', (share, text) => expect(formatShare(share)).toBe(text));
});
