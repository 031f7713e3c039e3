import { Component, computed, inject } from '@angular/core';
import { ToneBadge } from '../ui/tone-badge';
import { requestRow } from './gateway-view';
import { RequestBook } from './request-book';

/** The last requests that went through the gateway, whoever made them. */
@Component({
  selector: 'app-request-list',
  imports: [ToneBadge],
  template: `
    <div class="scroller" role="region" tabindex="0" aria-label="The last requests">
      <ul aria-label="Requests">
        @for (row of rows(); track row.request.id) {
          <li>
            <app-tone-badge class="status number" [look]="row.status" />
            <span class="mono what">{{ row.request.method }} {{ row.request.url }}</span>
            <app-tone-badge class="by" [look]="row.by" />
            <span class="small number quiet time">{{ row.duration }}</span>
            @if (row.problem) {
              <span class="small problem number">{{ row.problem }}</span>
            }
          </li>
        } @empty {
          <li class="none quiet">No request yet. Send one, or press a button of the page.</li>
        }
      </ul>
    </div>
  `,
  styles: `
    .scroller {
      height: 21rem;
      overflow: auto;
      overscroll-behavior: contain;
      outline-offset: -2px;
    }

    li {
      display: grid;
      grid-template-columns: 4.75rem minmax(0, 1fr) auto 3.75rem;
      gap: 0.125rem 0.75rem;
      align-items: center;
      min-height: 2.5rem;
      padding: 0.375rem 1.25rem;
    }

    li + li {
      border-block-start: 1px solid var(--line);
    }

    .status {
      justify-self: start;
    }

    .what {
      overflow-wrap: anywhere;
    }

    .time {
      text-align: end;
    }

    .problem {
      grid-column: 2 / -1;
      color: var(--text-quiet);
      overflow-wrap: anywhere;
    }

    .none {
      display: block;
      padding-block: 3rem;
      text-align: center;
    }

    @media (width < 40rem) {
      li {
        grid-template-columns: auto 1fr auto;
      }

      .what,
      .problem {
        grid-column: 1 / -1;
        grid-row: 2;
      }

      .problem {
        grid-row: 3;
      }

      .by {
        justify-self: start;
      }
    }
  `,
})
export class RequestList {
  private readonly book = inject(RequestBook);
  protected readonly rows = computed(() => this.book.latest().map(requestRow));
}
