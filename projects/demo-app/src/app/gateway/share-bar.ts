import { Component, computed, input } from '@angular/core';

/** How requests were shared between two: a bar of two parts, and the same in words. */
@Component({
  selector: 'app-share-bar',
  template: `
    <div class="bar" aria-hidden="true">
      @if (all() > 0) {
        <span class="one" [style.flex-grow]="one()"></span>
        <span class="two" [style.flex-grow]="two()"></span>
      }
    </div>
    <p class="small number">
      @if (all() > 0) {
        v1 <strong class="v1">{{ one() }}</strong> · v2 <strong class="v2">{{ two() }}</strong> ·
        {{ percent() }} % are v2
      } @else {
        None was sent since the weight was set.
      }
    </p>
  `,
  styles: `
    :host {
      display: grid;
      gap: 0.375rem;
    }

    .bar {
      display: flex;
      height: 0.875rem;
      overflow: hidden;
      border: 1px solid var(--line-strong);
      border-radius: 99px;
      background: var(--surface-sunken);
    }

    span {
      flex: 0 1 0;
      transition: flex-grow 0.25s;
    }

    .one {
      background: var(--line-strong);
    }

    .two {
      background: var(--accent);
    }
  `,
})
export class ShareBar {
  readonly one = input.required<number>();
  readonly two = input.required<number>();
  protected readonly all = computed(() => this.one() + this.two());
  protected readonly percent = computed(() => Math.round((this.two() / this.all()) * 100));
}
