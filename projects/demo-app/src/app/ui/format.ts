/** A duration for people: `8 ms`, `120 ms`, `1.4 s`, and a dash when there is none. */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

/** A rate for people: one digit after the point while it is small. */
export function formatRate(perSecond: number): string {
  return perSecond < 9.95 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}

/** A share of 1 for people: `0 %`, `0.4 %`, `12 %`, and a dash when there is none. */
export function formatShare(share: number | undefined): string {
  if (share === undefined) return '–';
  const percent = share * 100;
  const digits = percent > 0 && percent < 0.95 ? 1 : 0;
  // 99.7 % must not look like perfection.
  return `${percent > 99 && percent < 100 ? (Math.floor(percent * 10) / 10).toFixed(1) : percent.toFixed(digits)} %`;
}

/** A sum of money for people: `€1,240`. */
export function formatEuros(euros: number): string {
  return euros.toLocaleString('en', {
    style: 'currency',
    currency: 'EUR',
    maximumFractionDigits: 0,
  });
}

/** The time of day of this place, to the second. */
export function formatTime(date: Date): string {
  return date.toTimeString().slice(0, 8);
}
