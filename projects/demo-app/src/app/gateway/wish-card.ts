import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { PEOPLE } from '../backends/token-office';
import { RequestBook } from './request-book';
import { RequestDesk } from './request-desk';
import { CALLS, lineOf } from './shop-calls';
import { KEPT } from './shop-routes';

interface WishList {
  readonly owner: string;
  readonly items: readonly string[];
  readonly edition: number;
}

/** Answers that are kept, for each user by himself. */
@Component({
  selector: 'app-wish-card',
  imports: [MatButton],
  host: { class: 'card card-body', role: 'region', 'aria-labelledby': 'wish-heading' },
  styleUrl: './card.scss',
  template: `
    <h2 id="wish-heading">Cache</h2>
    <p class="small quiet">
      A wish list is kept for {{ kept }} s, for each user by himself. Sign in as another, and read
      again.
    </p>
    <table class="small number">
      <thead>
        <tr>
          <th scope="col">User</th>
          <th scope="col">From the service</th>
          <th scope="col">From the cache</th>
        </tr>
      </thead>
      <tbody>
        @for (row of rows(); track row.name) {
          <tr>
            <th scope="row">{{ row.name }}</th>
            <td>{{ row.service }}</td>
            <td>{{ row.cache }}</td>
          </tr>
        }
      </tbody>
    </table>
    <p class="small answer">
      @if (answer(); as answer) {
        @if (answer.problem) {
          <span class="trouble">{{ answer.problem }}</span>
        } @else {
          {{ text() }}
        }
      } @else {
        <span class="quiet">Nobody has read a wish list yet.</span>
      }
    </p>
    <button matButton="tonal" type="button" (click)="read()">Read wish list</button>
  `,
  styles: `
    table {
      justify-self: stretch;
      border-collapse: collapse;
    }

    th,
    td {
      padding: 0.25rem 0;
      font-weight: 400;
      text-align: end;
    }

    th:first-child {
      text-align: start;
    }

    thead {
      color: var(--text-quiet);
    }

    tbody tr {
      border-block-start: 1px solid var(--line);
    }

    .answer {
      min-height: 3em;
    }
  `,
})
export class WishCard {
  private readonly book = inject(RequestBook);
  private readonly desk = inject(RequestDesk);
  protected readonly kept = KEPT / 1000;
  protected readonly rows = computed(() => {
    const { users } = this.book.of('wish list');
    return PEOPLE.map(({ id, name }) => {
      const by = users.get(id);
      return { name, service: by?.service ?? 0, cache: by?.cache ?? 0 };
    });
  });
  protected readonly answer = computed(() => this.desk.answers().get(lineOf(CALLS.wishList)));
  protected readonly text = computed(() => {
    const { edition, items, owner } = this.answer()?.body as WishList;
    return `${owner}, edition ${edition}: ${items.join(' · ')}`;
  });

  protected read(): void {
    this.desk.send(CALLS.wishList);
  }
}
