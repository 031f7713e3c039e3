import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { formatShare } from './format';
import { Icon } from './icon';

/** One instance: whether it lives, its share of the calls, and the button that decides over the former. */
@Component({
  selector: 'app-instance-row',
  imports: [Icon, MatButton],
  template: `
    <span class="state" [class.dead]="!alive()">
      <app-icon [name]="alive() ? 'check' : 'cross'" />
      <span class="visually-hidden">{{ alive() ? 'alive' : 'dead' }}</span>
    </span>
    <span class="name mono">{{ instance() }}</span>
    @if (share() !== undefined) {
      <span class="share" aria-hidden="true"><span [style.transform]="place()"></span></span>
      <span class="number small quiet">{{ shareText() }}</span>
    } @else {
      <span class="word small quiet">{{ alive() ? 'alive' : 'dead' }}</span>
    }
    <button
      matButton
      type="button"
      [attr.aria-label]="(alive() ? 'Kill ' : 'Revive ') + instance()"
      (click)="toggled.emit()"
    >
      {{ alive() ? 'Kill' : 'Revive' }}
    </button>
  `,
  styles: `
    :host {
      display: flex;
      gap: 0.5rem;
      align-items: center;
      min-height: 2.25rem;
    }

    .state {
      display: inline-flex;
      padding: 0.2rem;
      border-radius: 99px;
      font-size: 0.75rem;
      color: var(--good);
      background: var(--good-soft);
    }

    .state.dead {
      color: var(--bad);
      background: var(--bad-soft);
    }

    .name {
      flex: 0 0 5.75rem;
      white-space: nowrap;
    }

    .share {
      flex: 1;
      height: 0.375rem;
      min-width: 1.5rem;
      overflow: hidden;
      border-radius: 99px;
      background: var(--surface-sunken);
    }

    .share > span {
      display: block;
      height: 100%;
      border-radius: 99px;
      background: var(--accent);
      opacity: 0.75;
      /* Moved, not made longer: a dozen bars that grow would lay the page out anew in each frame. */
      transition: transform 300ms ease;
    }

    .number {
      flex: 0 0 2.75rem;
      text-align: end;
    }

    .word {
      flex: 1;
    }

    button {
      flex: none;
      min-width: 4.75rem;
      /* Its word, not its padding, ends where the card ends. */
      margin-inline-end: -0.625rem;
    }
  `,
})
export class InstanceRow {
  readonly instance = input.required<string>();
  readonly alive = input.required<boolean>();
  /** The part of its service's calls that it got, from 0 to 1. Without it no bar is shown. */
  readonly share = input<number>();
  /** Somebody wants it killed, or revived. */
  readonly toggled = output();

  protected readonly place = computed(
    () => `translateX(${Math.round((this.share() ?? 0) * 100) - 100}%)`,
  );
  protected readonly shareText = computed(() => formatShare(this.share()));
}
