import { Component, input } from '@angular/core';

/** One line of a {@link CounterTable}. */
export interface CounterRow {
  /** What is counted; unique among the rows together with `note`. */
  readonly head: string;
  /** What tells it apart from other rows of the same head. */
  readonly note?: string;
  /** One number for each column. */
  readonly counts: readonly number[];
}

/** Numbers in rows and columns, each under its name. It scrolls sideways where there is no room. */
@Component({
  selector: 'app-counter-table',
  template: `
    <div class="scroller" tabindex="0" role="group" [attr.aria-label]="caption()">
      <table>
        <caption class="visually-hidden">
          {{
            caption()
          }}
        </caption>
        <thead>
          <tr>
            <th scope="col">{{ head() }}</th>
            @for (column of columns(); track column) {
              <th scope="col" class="count">{{ column }}</th>
            }
          </tr>
        </thead>
        <tbody>
          @for (row of rows(); track row.head + ' ' + row.note) {
            <tr>
              <th scope="row">
                {{ row.head }}
                @if (row.note) {
                  <span class="mono quiet">{{ row.note }}</span>
                }
              </th>
              @for (count of row.counts; track $index) {
                <td class="count number" [class.none]="count === 0">{{ count }}</td>
              }
            </tr>
          } @empty {
            <tr>
              <td class="empty quiet" [attr.colspan]="columns().length + 1">{{ empty() }}</td>
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }

    .scroller {
      position: relative;
      overflow-x: auto;
    }

    table {
      width: 100%;
      border-collapse: collapse;
    }

    th,
    td {
      padding: 0.5rem 0.75rem;
      text-align: start;
      white-space: nowrap;
    }

    tr > :first-child {
      padding-inline-start: 1.25rem;
    }

    tr > :last-child {
      padding-inline-end: 1.25rem;
    }

    thead th {
      border-bottom: 1px solid var(--line);
      color: var(--text-quiet);
      font-size: 0.8125rem;
      font-weight: 500;
    }

    tbody tr + tr > * {
      border-top: 1px solid var(--line);
    }

    tbody th {
      font-weight: 550;
    }

    .mono {
      margin-inline-start: 0.25rem;
      font-weight: 400;
    }

    .count {
      min-width: 4.5rem;
      text-align: end;
    }

    .none {
      color: var(--text-quiet);
    }

    .empty {
      padding-block: 1.5rem;
      text-align: center;
    }
  `,
})
export class CounterTable {
  readonly caption = input.required<string>();
  /** The name of the first column. */
  readonly head = input.required<string>();
  /** The names of the others. */
  readonly columns = input.required<readonly string[]>();
  readonly rows = input.required<readonly CounterRow[]>();
  /** What is said when there are no rows. */
  readonly empty = input('Nothing yet.');
}
