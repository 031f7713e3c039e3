import { DestroyRef, Injectable, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { ProjectionService } from 'rx-mesh/event-sourcing';
import { EMPTY, catchError, merge } from 'rxjs';
import { SagaBook } from '../sagas/saga-book';
import { TabPresence } from '../tabs/tab-presence';
import { TabTalk } from '../tabs/tab-talk';
import { ORDER_BOOK } from './order-book';

/** What goes on in every tab, whatever page it shows: the read model, the sagas, and the talk with the other tabs. */
@Injectable({ providedIn: 'root' })
export class ShopWork {
  private readonly destroyRef = inject(DestroyRef);
  private readonly projections = inject(ProjectionService);
  private readonly sagas = inject(SagaBook);
  private readonly presence = inject(TabPresence);
  private readonly talk = inject(TabTalk);

  /** Begins. It ends with the application. */
  start(): void {
    const parts = [
      this.projections.run(ORDER_BOOK),
      this.sagas.working$,
      this.presence.working$,
      this.talk.working$,
    ];
    // One that ends must not end the others; what is wrong is shown where it is looked at.
    merge(...parts.map((part$) => part$.pipe(catchError(() => EMPTY))))
      .pipe(takeUntilDestroyed(this.destroyRef))
      .subscribe();
  }
}
