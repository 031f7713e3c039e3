import { Injectable } from '@angular/core';
import { type PageState } from 'rx-mesh/kernel';
import { type Observable, combineLatest, distinctUntilChanged, map } from 'rxjs';
import { StoredState } from './stored-state';

/** How the order service is. `forgetful`: it does what it is told, but its first answer to each command is lost. */
export type ServiceMood = 'well' | 'down' | 'forgetful';

/** What a visitor can make go wrong. */
export interface Conditions {
  /** Whether the outbox has no network. */
  readonly offline: boolean;
  /** Whether nobody keeps the read model of the latest orders. */
  readonly paused: boolean;
  readonly mood: ServiceMood;
  /** Whether there are records again. */
  readonly restocked: boolean;
}

export const MOODS: readonly { readonly mood: ServiceMood; readonly title: string }[] = [
  { mood: 'well', title: 'is well' },
  { mood: 'down', title: 'is down' },
  { mood: 'forgetful', title: 'accepts, but its answer is lost' },
];

const KEY = 'rx-mesh-demo.command-conditions';

/** The switches of the page. They outlive it, and all tabs share them: one of them sends for all. */
@Injectable({ providedIn: 'root' })
export class ShopConditions {
  private readonly state = new StoredState<Conditions>(KEY, readConditions);

  readonly now = this.state.value;
  readonly changes$ = this.state.changes$;
  readonly following$ = this.state.following$;

  change(change: Partial<Conditions>): void {
    this.state.update((now) => ({ ...now, ...change }));
  }
}

/** A page that has no network when the browser has none, and when the visitor says so. */
export function pageUnder(page: PageState, conditions: ShopConditions): PageState {
  const isOnline = (): boolean => page.online && !conditions.now().offline;
  const online$: Observable<boolean> = combineLatest([page.online$, conditions.changes$]).pipe(
    map(() => isOnline()),
    distinctUntilChanged(),
  );
  return {
    online$,
    get online() {
      return isOnline();
    },
    get interruptions() {
      return page.interruptions;
    },
    get hidden() {
      return page.hidden;
    },
    get saveData() {
      return page.saveData;
    },
  };
}

function readConditions(found: unknown): Conditions {
  const { mood, offline, paused, restocked } = Object(found) as Record<keyof Conditions, unknown>;
  return {
    offline: offline === true,
    paused: paused === true,
    mood: MOODS.find((one) => one.mood === mood)?.mood ?? 'well',
    restocked: restocked === true,
  };
}
