import { Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { EVENT_LOG, EventStoreService } from 'rx-mesh/event-sourcing';
import { EventTable } from '../ui/event-table';
import { eventRows, eventTail } from './event-tail';

const MOST = 30;

/** What happened to the shop, the last first: the end of the log, as all tabs of the browser write it. */
@Component({
  selector: 'app-event-panel',
  imports: [EventTable],
  template: `
    <div class="scroller" tabindex="0" role="group" aria-label="Latest events, to scroll">
      <app-event-table [rows]="rows()" [empty]="empty()" />
    </div>
  `,
  styles: `
    :host {
      display: grid;
      min-width: 0;
    }

    .scroller {
      contain: size;
      overflow: auto;
    }
  `,
})
export class EventPanel {
  private readonly tail = toSignal(eventTail(inject(EVENT_LOG), inject(EventStoreService), MOST), {
    requireSync: true,
  });

  protected readonly rows = computed(() => eventRows(this.tail().events));
  protected readonly empty = computed(() =>
    this.tail().live ? 'No event yet: place an order on the Shop page.' : 'The log is being read …',
  );
}
