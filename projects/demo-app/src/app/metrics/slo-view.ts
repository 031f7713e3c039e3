import { type BurnRateReading, type SloReport, type SloState } from 'rx-mesh/metrics';
import { formatDuration, formatShare } from '../ui/format';
import { type BurnView, type SloView } from '../ui/slo-card';
import { type ToneLook } from '../ui/tone-badge';

/** The look of every state of an objective. */
export const SLO_LOOKS: Readonly<Record<SloState, ToneLook>> = {
  'no-data': { tone: 'held', icon: 'minus', text: 'No data' },
  healthy: { tone: 'good', icon: 'check', text: 'Healthy' },
  'at-risk': { tone: 'warn', icon: 'alert', text: 'Burns too fast' },
  exhausted: { tone: 'bad', icon: 'cross', text: 'Used up' },
};

/** An objective in words. */
export function sloView(report: SloReport): SloView {
  const { availability, burnRates, errorBudget, events, indicator, name, service = '' } = report;
  const isLatency = indicator.type === 'latency';
  const good = isLatency
    ? `are answered within ${formatDuration(indicator.threshold)}`
    : 'are answered';
  const promise = `${formatShare(report.objective)} of calls to ${service} ${good}, over ${formatDuration(report.period)}.`;
  const { remaining } = errorBudget;
  return {
    name,
    title: isLatency ? `Latency of ${service}` : `Availability of ${service}`,
    promise,
    look: SLO_LOOKS[report.state],
    left: remaining === undefined ? undefined : Math.min(1, Math.max(0, remaining)),
    leftText: leftText(remaining),
    facts:
      events === 0
        ? 'No call within the period.'
        : `${formatShare(availability)} of ${events} calls were good.`,
    burns: burnRates.map((burn) => burnView(burn)),
  };
}

function leftText(remaining: number | undefined): string {
  if (remaining === undefined) return 'no data';
  if (remaining >= 0) return formatShare(remaining);
  return remaining > -10
    ? `overdrawn by ${formatShare(-remaining)}`
    : `overdrawn ${Math.round(-remaining)} times`;
}

function burnView(burn: BurnRateReading): BurnView {
  const { burnRate, burning, rule, shortBurnRate, shortWindow, threshold, window } = burn;
  return {
    rule,
    windows: `${Math.round(shortWindow / 1000)} s and ${Math.round(window / 1000)} s`,
    short: times(shortBurnRate),
    long: times(burnRate),
    limit: times(threshold),
    verdict: burning === undefined ? 'too few calls' : burning ? 'burns' : 'fine',
    burning: burning === true,
  };
}

function times(rate: number | undefined): string {
  if (rate === undefined) return '–';
  return `${rate < 9.95 ? rate.toFixed(1) : Math.round(rate)}×`;
}
