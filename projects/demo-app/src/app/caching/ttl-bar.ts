import { Component, computed, input } from '@angular/core';
import { type Life } from './caching-view';
import { AHEAD } from './kept';

/** How much of its time a value has left: a bar that runs down, with the mark from which on it is loaded ahead, and words. */
@Component({
  selector: 'app-ttl-bar',
  template: `
    <div
      class="bar"
      role="meter"
      aria-valuemin="0"
      aria-valuemax="100"
      [attr.aria-label]="'Time left of ' + name()"
      [attr.aria-valuenow]="percent()"
      [attr.aria-valuetext]="life().text"
    >
      <span class="rest" [style.inline-size.%]="life().left * 100"></span>
      <span class="mark" [style.inset-inline-start.%]="mark"></span>
    </div>
    <p class="small number" aria-hidden="true">{{ life().text }}</p>
  `,
  styles: `
    :host {
      display: grid;
      gap: 0.25rem;
      align-content: start;
      min-width: 0;
    }

    .bar {
      position: relative;
      height: 0.5rem;
      overflow: hidden;
      border: 1px solid var(--line-strong);
      border-radius: 99px;
      background: var(--surface-sunken);
    }

    .rest {
      display: block;
      height: 100%;
      background: var(--good);
      transition: inline-size 0.25s linear;
    }

    .mark {
      position: absolute;
      inset-block: 0;
      width: 2px;
      background: var(--text);
    }

    p {
      color: var(--text-quiet);
      text-wrap: balance;
    }

    :host([data-state='due']) {
      .rest {
        background: var(--warn);
      }

      p {
        color: var(--warn);
      }
    }

    :host([data-state='stale']) {
      .bar {
        border-style: dashed;
        border-color: var(--bad);
      }

      p {
        color: var(--bad);
      }
    }

    :host([data-state='none']) .mark {
      display: none;
    }
  `,
  host: { '[attr.data-state]': 'life().state' },
})
export class TtlBar {
  readonly name = input.required<string>();
  readonly life = input.required<Life>();
  protected readonly mark = (1 - AHEAD) * 100;
  protected readonly percent = computed(() => Math.round(this.life().left * 100));
}
