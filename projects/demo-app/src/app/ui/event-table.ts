import { Component, input } from '@angular/core';

/** An event as an {@link EventTable} shows it. */
export interface EventRow {
  readonly position: number;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  /** For people, such as `14:03:12`. */
  readonly time: string;
  /** What all events of one flow share. */
  readonly correlation: string;
}

/** Events below each other. It has no box of its own: whoever shows it lets it scroll. */
@Component({
  selector: 'app-event-table',
  template: `
    <table>
      <thead>
        <tr>
          <th scope="col" class="count">Position</th>
          <th scope="col">Type</th>
          <th scope="col">Stream</th>
          <th scope="col" class="count">Version</th>
          <th scope="col">Time</th>
          <th scope="col">Correlation</th>
        </tr>
      </thead>
      <tbody>
        @for (row of rows(); track row.position) {
          <tr>
            <td class="count number">{{ row.position }}</td>
            <th scope="row">{{ row.type }}</th>
            <td class="mono" [title]="row.stream">{{ row.stream }}</td>
            <td class="count number">{{ row.version }}</td>
            <td class="number">{{ row.time }}</td>
            <td class="mono quiet" [title]="row.correlation">
              {{ row.correlation.slice(0, 8) }}
            </td>
          </tr>
        } @empty {
          <tr>
            <td colspan="6" class="none quiet">{{ empty() }}</td>
          </tr>
        }
      </tbody>
    </table>
  `,
  styles: `
    table {
      width: 100%;
      border-collapse: collapse;
    }

    th,
    td {
      height: 2.25rem;
      padding: 0 0.875rem 0 0;
      font-weight: 400;
      text-align: start;
      white-space: nowrap;
    }

    tr > :first-child {
      padding-inline-start: 1.25rem;
    }

    thead th {
      position: sticky;
      z-index: 1;
      top: 0;
      background: var(--surface);
      box-shadow: 0 1px var(--line);
      color: var(--text-quiet);
      font-size: 0.8125rem;
    }

    tbody th {
      font-weight: 550;
    }

    tbody tr + tr > * {
      border-block-start: 1px solid var(--line);
    }

    td:nth-child(3) {
      max-width: 11rem;
      overflow: hidden;
      text-overflow: ellipsis;
    }

    .count {
      text-align: end;
    }

    .none {
      padding-block: 2rem;
      text-align: center;
    }
  `,
})
export class EventTable {
  /** In the order in which they are shown. */
  readonly rows = input.required<readonly EventRow[]>();
  /** What is said when there are none. */
  readonly empty = input('No event yet.');
}
