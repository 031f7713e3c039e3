import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { Icon, type IconName } from './icon';

/** A receiver of traces, and how sending to it goes. */
export interface ReceiverView {
  /** Such as `jaeger`. */
  readonly name: string;
  /** For people, such as `Jaeger`. */
  readonly title: string;
  readonly traces: number;
  readonly spans: number;
  /** Whether nobody reaches it. */
  readonly down: boolean;
  /** What the one who sends does now. */
  readonly state: 'idle' | 'sending' | 'waiting';
  readonly sent: number;
  readonly dropped: number;
  /** Why the last try failed, while it has not got better. */
  readonly trouble: string | undefined;
}

interface Look {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly icon: IconName;
  readonly text: string;
}

/** One receiver: what has come, how sending goes, and what can be done to it. */
@Component({
  selector: 'app-receiver-card',
  imports: [Icon, MatButton, MatSlideToggle],
  template: `
    @let receiver = view();
    <article class="card card-body" [attr.aria-label]="receiver.title">
      <header>
        <h3>{{ receiver.title }}</h3>
        <span class="badge" [attr.data-tone]="look().tone">
          <app-icon [name]="look().icon" />{{ look().text }}
        </span>
      </header>
      <dl class="number">
        @for (count of counts(); track count.name) {
          <div>
            <dt>{{ count.name }}</dt>
            <dd>{{ count.value }}</dd>
          </div>
        }
      </dl>
      <p class="trouble small" [class.quiet]="!receiver.trouble">
        {{ word() }}
      </p>
      <footer>
        <mat-slide-toggle hideIcon [checked]="receiver.down" (change)="downToggled.emit()">
          {{ receiver.title }} is down
        </mat-slide-toggle>
        <button matButton type="button" (click)="failed.emit()">
          <app-icon name="alert" />Fail next delivery
        </button>
      </footer>
    </article>
  `,
  styles: `
    article {
      align-content: start;
      gap: 0.75rem;
      height: 100%;
    }

    header,
    footer {
      display: flex;
      flex-wrap: wrap;
      gap: 0.5rem;
      align-items: center;
      justify-content: space-between;
    }

    .badge {
      display: inline-flex;
      gap: 0.3em;
      align-items: center;
      padding: 0.1em 0.6em 0.1em 0.45em;
      border-radius: 99px;
      font-size: 0.8125rem;
      font-weight: 550;
      color: var(--good);
      background: var(--good-soft);
    }

    [data-tone='warn'] {
      color: var(--warn);
      background: var(--warn-soft);
    }

    [data-tone='bad'] {
      color: var(--bad);
      background: var(--bad-soft);
    }

    app-icon {
      width: 1em;
      height: 1em;
    }

    dl {
      display: grid;
      grid-template-columns: repeat(4, auto);
      gap: 0.5rem;
    }

    dt {
      font-size: 0.8125rem;
      color: var(--text-quiet);
    }

    dd {
      font-size: 1.125rem;
      font-weight: 600;
    }

    /* Room for two lines, so that nothing moves when it fails. */
    .trouble {
      min-height: 3em;
      color: var(--bad);
      overflow-wrap: anywhere;

      &.quiet {
        color: var(--text-quiet);
      }
    }

    button app-icon {
      margin-inline-end: 0.45em;
      vertical-align: -0.125em;
    }
  `,
})
export class ReceiverCard {
  readonly view = input.required<ReceiverView>();
  /** Somebody wants it down, or up again. */
  readonly downToggled = output();
  /** Somebody wants its next delivery to fail. */
  readonly failed = output();

  protected readonly look = computed<Look>(() => {
    const { state, trouble } = this.view();
    if (state === 'waiting') return { tone: 'warn', icon: 'clock', text: 'Waits to try again' };
    if (trouble !== undefined) return { tone: 'bad', icon: 'cross', text: 'Failed' };
    return state === 'sending'
      ? { tone: 'good', icon: 'send', text: 'Sending' }
      : { tone: 'good', icon: 'check', text: 'Idle' };
  });

  protected readonly word = computed(() => {
    const { trouble } = this.view();
    return trouble === undefined
      ? 'The last batch was taken, or there was none yet.'
      : `The last try failed: ${trouble}`;
  });

  protected readonly counts = computed(() => {
    const { dropped, sent, spans, traces } = this.view();
    return [
      { name: 'Traces', value: traces },
      { name: 'Spans', value: spans },
      { name: 'Sent', value: sent },
      { name: 'Lost', value: dropped },
    ];
  });
}
