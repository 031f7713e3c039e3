import { Component, computed, input, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { formatBaggage } from 'rx-mesh/tracing';
import { Icon } from './icon';

/** One thing to carry along. */
export interface BaggageEntry {
  readonly key: string;
  readonly value: string;
}

/** Says what the next traces carry along. */
@Component({
  selector: 'app-baggage-form',
  imports: [Icon, MatButton, MatFormField, MatInput, MatLabel],
  template: `
    <form (submit)="$event.preventDefault(); carry()">
      <mat-form-field subscriptSizing="dynamic">
        <mat-label>Key</mat-label>
        <input
          #keyField
          matInput
          autocomplete="off"
          spellcheck="false"
          [value]="key()"
          (input)="key.set(keyField.value.trim())"
        />
      </mat-form-field>
      <mat-form-field subscriptSizing="dynamic">
        <mat-label>Value</mat-label>
        <input
          #valueField
          matInput
          autocomplete="off"
          spellcheck="false"
          [value]="value()"
          (input)="value.set(valueField.value.trim())"
        />
      </mat-form-field>
      <button matButton="outlined" type="submit" [disabled]="!sound()">Carry along</button>
    </form>
    @if (key() !== '' && value() !== '' && !sound()) {
      <p class="small bad" role="status">
        A key may have letters, digits and <span class="mono">!#$%&'*+-.^_|~</span> alone.
      </p>
    }
    <ul aria-label="Carried along">
      @for (entry of entries(); track entry.key) {
        <li>
          <span class="mono">{{ entry.key }}={{ entry.value }}</span>
          <button
            type="button"
            [attr.aria-label]="'Remove ' + entry.key"
            (click)="removed.emit(entry.key)"
          >
            <app-icon name="cross" />
          </button>
        </li>
      } @empty {
        <li class="none small quiet">Nothing is carried along.</li>
      }
    </ul>
  `,
  styles: `
    :host {
      display: grid;
      gap: 0.75rem;
    }

    form {
      display: flex;
      flex-wrap: wrap;
      gap: 0.75rem;
      align-items: center;
    }

    mat-form-field {
      flex: 1 1 8rem;
      min-width: 0;
    }

    ul {
      display: flex;
      flex-wrap: wrap;
      gap: 0.5rem;
      min-height: 2rem;
      align-items: center;
    }

    li:not(.none) {
      display: inline-flex;
      gap: 0.25rem;
      align-items: center;
      min-width: 0;
      padding-inline: 0.75rem 0.25rem;
      border-radius: 99px;
      background: var(--accent-soft);
    }

    .mono {
      overflow-wrap: anywhere;
    }

    li button {
      display: inline-flex;
      flex: none;
      padding: 0.5rem;
      border: 0;
      border-radius: 99px;
      background: none;
      color: inherit;
      cursor: pointer;
    }

    li app-icon {
      width: 1em;
      height: 1em;
    }

    .bad {
      color: var(--bad);
    }
  `,
})
export class BaggageForm {
  readonly entries = input.required<readonly BaggageEntry[]>();
  /** Somebody wants this carried along. */
  readonly carried = output<BaggageEntry>();
  /** Somebody wants the entry of this key no more. */
  readonly removed = output<string>();

  protected readonly key = signal('demo.user');
  protected readonly value = signal('ada');
  /** A key that is no token would not be sent. */
  protected readonly sound = computed(
    () => this.value() !== '' && formatBaggage({ [this.key()]: this.value() }) !== '',
  );

  protected carry(): void {
    if (this.sound()) this.carried.emit({ key: this.key(), value: this.value() });
  }
}
