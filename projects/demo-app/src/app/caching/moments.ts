import { DOCUMENT, inject } from '@angular/core';
import { CLOCK, PAGE_STATE, polling } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  defer,
  distinctUntilChanged,
  fromEvent,
  map,
  of,
  startWith,
  switchMap,
} from 'rxjs';

const PERIOD = 250; // milliseconds
/** For those who do not want things to move: by the second. */
const CALM = 1000; // milliseconds

/**
 * Emits at once and then several times a second, as long as it is subscribed and somebody sees the page. To be called where
 * things can be injected.
 */
export function moments(): Observable<null> {
  const document = inject(DOCUMENT);
  const page = inject(PAGE_STATE);
  const clock = inject(CLOCK);
  return defer(() => {
    const calm = document.defaultView?.matchMedia('(prefers-reduced-motion: reduce)').matches;
    const period = calm === true ? CALM : PERIOD;
    return fromEvent(document, 'visibilitychange').pipe(
      startWith(null),
      map(() => page.hidden),
      distinctUntilChanged(),
      switchMap((hidden) => (hidden ? EMPTY : polling({ period, clock }, () => of(null)))),
    );
  });
}
