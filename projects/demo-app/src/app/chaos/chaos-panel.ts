import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Scenarios } from '../backends/scenarios';
import { ToneBadge } from '../ui/tone-badge';
import {
  RUNS,
  type ScenarioView,
  feedFacts,
  feedText,
  scenarioViews,
  weatherText,
} from './chaos-view';
import { PriceFeed } from './price-feed';

/** Trouble to start and to end, and what is to be seen of it. A scenario goes on when the panel is left. */
@Component({
  selector: 'app-chaos-panel',
  imports: [MatButton, ToneBadge],
  templateUrl: './chaos-panel.html',
  styleUrl: './chaos-panel.scss',
})
export class ChaosPanel {
  private readonly scenarios = inject(Scenarios);
  private readonly counts = inject(PriceFeed).counts;

  protected readonly runs = RUNS;
  protected readonly seed = this.scenarios.seed;
  protected readonly news = this.scenarios.news;
  protected readonly isCalm = computed(() => this.scenarios.running() === undefined);
  protected readonly weather = computed(() => weatherText(this.scenarios.running()));
  protected readonly views = computed(() =>
    scenarioViews(this.scenarios.running(), this.scenarios.step()),
  );
  protected readonly facts = computed(() => feedFacts(this.counts()));
  protected readonly feed = computed(() => feedText(this.counts()));

  protected toggle({ id, runs }: ScenarioView): void {
    if (runs) this.scenarios.calmDown();
    else this.scenarios.start(id);
  }

  protected calmDown(): void {
    this.scenarios.calmDown();
  }
}
