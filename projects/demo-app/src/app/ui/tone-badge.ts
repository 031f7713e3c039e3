import { Component, input } from '@angular/core';
import { Icon, type IconName } from './icon';

/** How a state is shown. */
export interface ToneLook {
  readonly tone: 'good' | 'warn' | 'bad' | 'held' | 'quiet';
  readonly icon: IconName;
  readonly text: string;
}

/** A state in a word, a drawing and a colour: each of them would do. */
@Component({
  selector: 'app-tone-badge',
  imports: [Icon],
  template: `<app-icon [name]="look().icon" />{{ look().text }}`,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
      gap: 0.3em;
      align-items: center;
      padding: 0.1em 0.6em 0.1em 0.45em;
      border-radius: 99px;
      font-size: 0.8125rem;
      font-weight: 550;
      white-space: nowrap;
      color: var(--text-quiet);
      background: var(--surface-sunken);
    }

    :host([data-tone='good']) {
      color: var(--good);
      background: var(--good-soft);
    }

    :host([data-tone='warn']) {
      color: var(--warn);
      background: var(--warn-soft);
    }

    :host([data-tone='bad']) {
      color: var(--bad);
      background: var(--bad-soft);
    }

    :host([data-tone='held']) {
      color: var(--held);
      background: var(--held-soft);
    }

    app-icon {
      width: 1em;
      height: 1em;
    }
  `,
  host: { '[attr.data-tone]': 'look().tone' },
})
export class ToneBadge {
  readonly look = input.required<ToneLook>();
}
