import { Component, input } from '@angular/core';
import { type AttemptRecord, type CallOutcome, type CallRecord } from '../calls/call-record';
import { formatDuration } from './format';
import { Icon, type IconName } from './icon';

interface Look {
  readonly tone: 'good' | 'warn' | 'bad' | 'none';
  readonly icon: IconName;
  readonly text: string;
}

const LOOKS: Readonly<Record<CallOutcome, Look>> = {
  running: { tone: 'none', icon: 'clock', text: 'Running' },
  succeeded: { tone: 'good', icon: 'check', text: 'Succeeded' },
  failed: { tone: 'bad', icon: 'cross', text: 'Failed' },
  rejected: { tone: 'warn', icon: 'minus', text: 'Rejected' },
  cancelled: { tone: 'none', icon: 'minus', text: 'Cancelled' },
  'fell-back': { tone: 'warn', icon: 'route', text: 'Fell back' },
};

/** The latest calls, newest first, each with its attempts in order. */
@Component({
  selector: 'app-event-feed',
  imports: [Icon],
  templateUrl: './event-feed.html',
  styleUrl: './event-feed.scss',
})
export class EventFeed {
  /** Newest first. */
  readonly calls = input.required<readonly CallRecord[]>();

  protected readonly formatDuration = formatDuration;

  protected look(outcome: CallOutcome): Look {
    return LOOKS[outcome];
  }

  protected attemptText(attempt: AttemptRecord): string {
    const { instance, answer, duration } = attempt;
    const time = duration === undefined ? undefined : formatDuration(duration);
    return [instance, answer, time].filter((part) => part !== undefined).join(' · ');
  }
}
