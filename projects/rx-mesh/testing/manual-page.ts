import type { PageState } from 'rx-mesh/kernel';
import { BehaviorSubject, distinctUntilChanged } from 'rxjs';

/**
 * A page whose network, visibility and sleep a test owns.
 *
 * @usageNotes
 * ```ts
 * const page = new ManualPage();
 * page.goOffline();
 * page.online; // false
 * ```
 */
export class ManualPage implements PageState {
  readonly #online = new BehaviorSubject(true);

  /** Whether there may be a network, on subscribe and after each change. */
  readonly online$ = this.#online.pipe(distinctUntilChanged());

  /** How often the page was hidden, shown, frozen or asleep. */
  interruptions = 0;

  /** Whether nobody sees the page. */
  hidden = false;

  /** Whether the user asked to save data. */
  saveData = false;

  /** Whether there may be a network. */
  get online(): boolean {
    return this.#online.value;
  }

  /** Pulls the plug. */
  goOffline(): void {
    this.#online.next(false);
  }

  /** Puts it in again. */
  goOnline(): void {
    this.#online.next(true);
  }

  /** Hides the page, as a user does who turns to another tab. */
  hide(): void {
    this.hidden = true;
    this.interruptions++;
  }

  /** Shows it again. */
  show(): void {
    this.hidden = false;
    this.interruptions++;
  }

  /** The machine slept, or the page was frozen, and both are back. */
  interrupt(): void {
    this.interruptions++;
  }
}
