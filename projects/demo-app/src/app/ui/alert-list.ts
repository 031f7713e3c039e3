import { Component, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon } from './icon';
import { ToneBadge, type ToneLook } from './tone-badge';

/** An alert, in words. */
export interface AlertView {
  readonly fingerprint: string;
  readonly name: string;
  readonly look: ToneLook;
  /** What is wrong. */
  readonly summary: string;
  /** What tells it apart from others of its name. */
  readonly labels: string;
  /** Since when it is what it is, or from when to when it was. */
  readonly time: string;
  /** Until when it is silenced; `undefined` when it is told. */
  readonly silencedUntil: string | undefined;
  /** Whether it may be silenced. */
  readonly open: boolean;
}

/** Alerts below each other; those that go on can be silenced for a while. */
@Component({
  selector: 'app-alert-list',
  imports: [Icon, MatButton, ToneBadge],
  template: `
    <ul [attr.aria-label]="label()">
      @for (alert of alerts(); track alert.fingerprint + alert.time) {
        <li>
          <div class="head">
            <app-tone-badge [look]="alert.look" />
            <strong>{{ alert.name }}</strong>
            <span class="small quiet number">{{ alert.time }}</span>
          </div>
          @if (alert.summary) {
            <p class="small">{{ alert.summary }}</p>
          }
          <p class="mono quiet">{{ alert.labels }}</p>
          @if (alert.open) {
            <footer>
              @if (alert.silencedUntil) {
                <span class="small">Silenced until {{ alert.silencedUntil }}</span>
                <button
                  matButton
                  type="button"
                  [attr.aria-label]="'End the silence of ' + alert.name + ' ' + alert.labels"
                  (click)="unsilenced.emit(alert.fingerprint)"
                >
                  <app-icon name="play" />End the silence
                </button>
              } @else {
                <button
                  matButton
                  type="button"
                  [attr.aria-label]="'Silence for 1 min: ' + alert.name + ' ' + alert.labels"
                  (click)="silenced.emit(alert.fingerprint)"
                >
                  <app-icon name="clock" />Silence for 1 min
                </button>
              }
            </footer>
          }
        </li>
      } @empty {
        <li class="small quiet">{{ empty() }}</li>
      }
    </ul>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }

    li {
      padding-block: 0.625rem;
    }

    li + li {
      border-block-start: 1px solid var(--line);
    }

    .head {
      display: flex;
      flex-wrap: wrap;
      gap: 0.25rem 0.625rem;
      align-items: center;
      margin-block-end: 0.25rem;
    }

    .head .small {
      margin-inline-start: auto;
    }

    strong {
      font-weight: 600;
    }

    .mono {
      overflow-wrap: anywhere;
    }

    footer {
      display: flex;
      flex-wrap: wrap;
      gap: 0.25rem 0.75rem;
      align-items: center;
      margin-inline-start: -0.75rem;
    }

    footer .small {
      margin-inline-start: 0.75rem;
    }

    app-icon {
      width: 1.1em;
      height: 1.1em;
      margin-inline-end: 0.45em;
      vertical-align: -0.2em;
    }
  `,
})
export class AlertList {
  readonly label = input.required<string>();
  readonly alerts = input.required<readonly AlertView[]>();
  /** What is said when there are none. */
  readonly empty = input('None.');
  /** Somebody wants the alert of this fingerprint not to be told for a while. */
  readonly silenced = output<string>();
  /** Somebody wants it to be told again. */
  readonly unsilenced = output<string>();
}
