import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { PEOPLE, TokenOffice } from '../backends/token-office';
import { Icon } from '../ui/icon';
import { RequestBook } from './request-book';
import { RequestDesk } from './request-desk';
import { CALLS } from './shop-calls';
import { ShopSession } from './shop-session';

/** Who is signed in, and what becomes of his token. */
@Component({
  selector: 'app-session-card',
  imports: [Icon, MatButton, MatButtonToggle, MatButtonToggleGroup, MatSlideToggle],
  host: { class: 'card card-body', role: 'region', 'aria-labelledby': 'session-heading' },
  styleUrl: './card.scss',
  template: `
    <h2 id="session-heading">Tokens</h2>
    <mat-button-toggle-group
      hideSingleSelectionIndicator
      aria-label="User"
      [value]="session.person()?.id"
      (change)="session.signIn($event.value)"
    >
      @for (one of people; track one.id) {
        <mat-button-toggle [value]="one.id">{{ one.name }}</mat-button-toggle>
      }
    </mat-button-toggle-group>
    <p class="small who" role="status">{{ who() }}</p>
    <p class="small trouble" role="alert">{{ session.trouble() }}</p>
    <div class="buttons">
      <button matButton type="button" [disabled]="!session.person()" (click)="office.expireAll()">
        <app-icon name="clock" />Let the token expire
      </button>
      <button matButton type="button" [disabled]="!session.person()" (click)="session.signOut()">
        <app-icon name="lock" />Sign out
      </button>
    </div>
    <mat-slide-toggle
      hideIcon
      [checked]="office.strict()"
      (change)="office.strict.set($event.checked)"
    >
      Refresh fails
    </mat-slide-toggle>
    <dl class="small number">
      <div>
        <dt>Accounts given</dt>
        <dd class="given">{{ given() }}</dd>
      </div>
      <div>
        <dt>401 of the service, on the wire</dt>
        <dd class="unauthorized">{{ office.counts().refused }}</dd>
      </div>
      <div>
        <dt>New tokens asked for</dt>
        <dd class="renewals">{{ session.renewals() }}</dd>
      </div>
      <div>
        <dt>401 that the page has seen</dt>
        <dd class="seen">{{ seen() }}</dd>
      </div>
    </dl>
    <div class="buttons">
      <button matButton="tonal" type="button" (click)="send('account', 10)">
        Ask for the account ten times
      </button>
      <button matButton="tonal" type="button" (click)="send('payments', 1)">
        Read payments, as a clerk may
      </button>
    </div>
  `,
  styles: `
    dl {
      justify-self: stretch;
    }

    dl > div {
      display: flex;
      gap: 0.75rem;
      justify-content: space-between;
    }

    dt {
      color: var(--text-quiet);
    }

    .trouble:empty {
      display: none;
    }
  `,
})
export class SessionCard {
  private readonly book = inject(RequestBook);
  private readonly desk = inject(RequestDesk);
  private readonly counts = computed(() => this.book.of('account'));
  protected readonly session = inject(ShopSession);
  protected readonly office = inject(TokenOffice);
  protected readonly people = PEOPLE;
  protected readonly who = computed(() => {
    const person = this.session.person();
    return person ? `${person.name} is there: ${person.roles.join(', ')}.` : 'Nobody is signed in.';
  });
  protected readonly given = computed(() => this.counts().statuses.get(200) ?? 0);
  protected readonly seen = computed(() => this.counts().statuses.get(401) ?? 0);

  protected send(call: 'account' | 'payments', times: number): void {
    this.desk.send(CALLS[call], times);
  }
}
