import { type Scenario, SCENARIOS } from '../backends/scenarios-book';
import { type ToneLook } from '../ui/tone-badge';
import { type FeedCounts } from './price-feed';

/** A scenario as the panel shows it. */
export interface ScenarioView {
  readonly id: Scenario['id'];
  readonly title: string;
  readonly does: string;
  readonly shows: string;
  readonly runs: boolean;
  /** What it does just now; empty where it does nothing. */
  readonly step: string;
  /** What its button says, and what that is for those who do not see where it stands. */
  readonly action: string;
  readonly label: string;
}

/** How a scenario that runs is shown. */
export const RUNS: ToneLook = { tone: 'warn', icon: 'bolt', text: 'Running' };

/** All scenarios, with the one that runs. */
export function scenarioViews(
  running: Scenario | undefined,
  step: string,
): readonly ScenarioView[] {
  return SCENARIOS.map((scenario) => {
    const runs = scenario === running;
    const action = runs ? 'End' : 'Start';
    const { does, id, shows, title } = scenario;
    const label = `${action} ${title.toLowerCase()}`;
    return { id, title, does, shows, runs, step: runs ? step : '', action, label };
  });
}

/** What the weather is. */
export function weatherText(running: Scenario | undefined): string {
  return running
    ? `${running.title} is running. It goes on while you look at other pages.`
    : 'Fair weather: nothing is running.';
}

/** One number of the feed. */
export interface FeedFact {
  readonly name: string;
  readonly value: number;
}

/** The numbers of the feed of prices. */
export function feedFacts(counts: FeedCounts): readonly FeedFact[] {
  return [
    { name: 'Sent', value: counts.sent },
    { name: 'Received', value: counts.received },
    { name: 'Acknowledged', value: counts.acknowledged },
    { name: 'Came again', value: counts.again },
    { name: 'Reconnects', value: counts.reconnects },
    { name: 'Missing', value: counts.gaps },
  ];
}

/** How the feed of prices is doing, in words. */
export function feedText({
  acknowledged,
  connected,
  gaps,
  phase,
  received,
  sent,
}: FeedCounts): string {
  switch (phase) {
    case 'none':
      return 'Prices come while the socket is lossy.';
    case 'publishing':
      return connected ? 'Connected.' : 'Not connected: prices wait.';
    case 'draining':
      return 'No more is sent: what is under way still has to arrive.';
    case 'over':
      return received === sent && acknowledged === sent && gaps === 0
        ? `All ${sent} have arrived, in order.`
        : `${sent - received} of ${sent} have not arrived.`;
  }
}
