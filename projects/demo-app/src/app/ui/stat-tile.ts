import { Component, input } from '@angular/core';

/** One number with its name, and a word on what it covers. */
@Component({
  selector: 'app-stat-tile',
  template: `
    <dl>
      <dt>{{ label() }}</dt>
      <dd class="value number">{{ value() }}</dd>
      <dd class="hint">{{ hint() }}</dd>
    </dl>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
      padding: 0.875rem 1.25rem 1rem;
    }

    dt,
    .hint {
      font-size: 0.8125rem;
      color: var(--text-quiet);
    }

    .hint {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .value {
      font-size: 1.625rem;
      font-weight: 600;
      letter-spacing: -0.02em;
      line-height: 1.25;
    }
  `,
})
export class StatTile {
  readonly label = input.required<string>();
  readonly value = input.required<string>();
  readonly hint = input('');
}
