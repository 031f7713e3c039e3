import { type IconName } from './icon';

/** How a span or a trace stands. `recovered`: it ended well, though some part of it had failed. */
export type SpanState =
  'running' | 'ok' | 'recovered' | 'error' | 'timeout' | 'cancelled' | 'unset';

/** How a state is shown. */
export interface SpanLook {
  readonly tone: 'good' | 'warn' | 'bad' | 'held' | 'none';
  readonly icon: IconName;
  readonly text: string;
}

/** The look of every state, the same in the list, in the waterfall and in the details. */
export const SPAN_LOOKS: Readonly<Record<SpanState, SpanLook>> = {
  running: { tone: 'none', icon: 'clock', text: 'Running' },
  ok: { tone: 'good', icon: 'check', text: 'OK' },
  recovered: { tone: 'warn', icon: 'retry', text: 'Recovered' },
  error: { tone: 'bad', icon: 'cross', text: 'Failed' },
  timeout: { tone: 'bad', icon: 'alert', text: 'Timed out' },
  cancelled: { tone: 'held', icon: 'minus', text: 'Cancelled' },
  unset: { tone: 'none', icon: 'half', text: 'Ended' },
};
