import { Injectable } from '@angular/core';
import { type Observable, defer, finalize } from 'rxjs';
import { Slots } from '../../slots';

// A browser opens six connections to an origin over HTTP/1.1; with all of them in long polls the application stands
// still: measured, an ordinary request then took 3.9 seconds.
const MOST = 3;

/**
 * Lets at most three long polls run to one origin at once, first come, first served; the rest waits. One for the whole
 * application, so that several registries behind one gateway share them.
 */
@Injectable({ providedIn: 'root' })
export class LongPollSlots {
  private readonly origins = new Map<string, Slots>();

  /** Runs `work` as soon as there is a slot for its origin; gives the slot back when it ends or is left. */
  hold<T>(url: string, work: Observable<T>): Observable<T> {
    return defer(() => {
      const name = originOf(url);
      const slots = this.origins.get(name) ?? new Slots(MOST);
      this.origins.set(name, slots);
      return slots.hold(work).pipe(
        finalize(() => {
          if (slots.idle) this.origins.delete(name);
        }),
      );
    });
  }

  /** How many wait for a slot of the origin of this URL. A poll that others wait for should be short. */
  waitingFor(url: string): number {
    return this.origins.get(originOf(url))?.waiting ?? 0;
  }
}

// What has no origin of its own belongs to that of the page.
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
