import { Component, DestroyRef, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { OutcomeStrip } from '../ui/outcome-strip';
import { EXPERIMENTS } from './experiments';
import { type ExperimentRun, ExperimentRuns, type Findings, type Mark } from './experiment-run';

const WORDS: Readonly<Record<Mark, string>> = {
  answered: 'answered',
  'stood-in': 'answered by a stand-in',
  refused: 'refused here',
  failed: 'failed',
};

/** Each policy of the library at work, in weather of its own. */
@Component({
  selector: 'app-policies',
  imports: [MatButton, OutcomeStrip],
  templateUrl: './policies.html',
  styleUrl: './policies.scss',
})
export class Policies {
  private readonly runs = inject(ExperimentRuns);
  private readonly destroyed = inject(DestroyRef);
  protected readonly experiments = EXPERIMENTS.map((experiment) => this.runs.prepare(experiment));
  protected readonly legend = Object.entries(WORDS).map(([mark, word]) => ({ mark, word }));

  protected start({ findings, run$ }: ExperimentRun): void {
    if (!findings().running) run$.pipe(takeUntilDestroyed(this.destroyed)).subscribe();
  }

  protected runAll(): void {
    for (const experiment of this.experiments) this.start(experiment);
  }

  /** Places of calls that are still to end. */
  protected blanks({ experiment, findings }: ExperimentRun): readonly unknown[] {
    return Array.from({ length: Math.max(0, experiment.calls - findings().marks.length) });
  }

  protected summary(findings: Findings): string {
    const { calls, marks, requests, told } = findings;
    if (calls === 0) return 'Not run yet.';
    const ends = Object.entries(WORDS)
      .map(([mark, word]) => ({ count: marks.filter((one) => one === mark).length, word }))
      .filter(({ count }) => count > 0)
      .map(({ count, word }) => `${count} ${word}`);
    const extras = [
      [told['retry-scheduled'], 'tried again'],
      [told.waiting, 'had to wait'],
      [told.hedged, 'hedged'],
    ]
      .filter(([count]) => count !== undefined)
      .map(([count, word]) => `${count} ${word}`);
    return [`${calls} calls, ${requests} requests`, ...ends, ...extras].join(' · ');
  }
}
