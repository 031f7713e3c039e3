import { Component, input, output } from '@angular/core';
import { Roving } from './roving';
import { ToneBadge, type ToneLook } from './tone-badge';

/** Something to be chosen. */
export interface PickItem {
  readonly id: string;
  readonly name: string;
  readonly facts: string;
  readonly look: ToneLook;
}

/** Things with a state, to choose one from. */
@Component({
  selector: 'app-pick-list',
  imports: [Roving, ToneBadge],
  template: `
    @if (items().length > 0) {
      <div role="listbox" appRoving [attr.aria-label]="label()">
        @for (item of items(); track item.id; let first = $first) {
          <button
            type="button"
            role="option"
            [attr.aria-selected]="item.id === chosen()"
            [attr.tabindex]="item.id === chosen() || (first && !chosen()) ? 0 : -1"
            (click)="picked.emit(item.id)"
          >
            <span class="line">
              <strong>{{ item.name }}</strong>
              <app-tone-badge [look]="item.look" />
            </span>
            <span class="line small quiet number">{{ item.facts }}</span>
          </button>
        }
      </div>
    } @else {
      <p class="none quiet">{{ empty() }}</p>
    }
  `,
  styles: `
    button {
      display: grid;
      gap: 0.25rem;
      width: 100%;
      padding: 0.625rem 1.25rem;
      border: 0;
      border-inline-start: 3px solid transparent;
      background: none;
      color: inherit;
      font: inherit;
      text-align: start;
      cursor: pointer;

      &:hover {
        background: var(--surface-sunken);
      }

      &:focus-visible {
        outline-offset: -2px;
      }

      &[aria-selected='true'] {
        border-color: var(--accent);
        background: var(--accent-soft);
      }
    }

    button + button {
      border-block-start: 1px solid var(--line);
    }

    .line {
      display: flex;
      gap: 0.75rem;
      align-items: center;
      justify-content: space-between;
      min-width: 0;
    }

    strong {
      overflow: hidden;
      font-weight: 550;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .none {
      padding: 2rem 1.25rem;
      text-align: center;
    }
  `,
})
export class PickList {
  /** What the list is of, for those who cannot see it. */
  readonly label = input.required<string>();
  readonly items = input.required<readonly PickItem[]>();
  /** The id of the chosen one. */
  readonly chosen = input<string>();
  /** What is said when there are none. */
  readonly empty = input('Nothing yet.');
  /** Somebody wants to see the one of this id. */
  readonly picked = output<string>();
}
