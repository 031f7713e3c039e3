import { Injectable, inject } from '@angular/core';
import { CLOCK } from 'rx-mesh/kernel';
import { type LastAnswer, LastAnswers, judgeError } from 'rx-mesh/resilience';
import type { CallPlan } from './call-plan';

/** The last good answers of calls that allow an earlier one to stand in. */
@Injectable({ providedIn: 'root' })
export class EarlierAnswers {
  private readonly answers = new LastAnswers({ clock: inject(CLOCK) });

  /** Keeps the answer of a call that may need it later. */
  keep({ staleKey }: CallPlan<unknown>, answer: unknown): void {
    if (staleKey !== undefined) this.answers.keep(staleKey, answer);
  }

  /** An earlier answer in place of a service that cannot answer. One that says no has answered. */
  recall({ call, staleKey }: CallPlan<unknown>, error: unknown): LastAnswer | undefined {
    return staleKey === undefined || judgeError(error) === 'success'
      ? undefined
      : this.answers.recall(staleKey, call.stale?.maxAge);
  }

  /** Forgets all. */
  clear(): void {
    this.answers.clear();
  }
}
