import { Component, computed, input } from '@angular/core';
import { ToneBadge, type ToneLook } from './tone-badge';

/** What a rule of an objective says, in words. */
export interface BurnView {
  readonly rule: string;
  /** Of the short window and of the long one. */
  readonly windows: string;
  readonly short: string;
  readonly long: string;
  readonly limit: string;
  readonly verdict: string;
  readonly burning: boolean;
}

/** An objective, and how it is doing. */
export interface SloView {
  readonly name: string;
  readonly title: string;
  /** What is promised, in a sentence. */
  readonly promise: string;
  readonly look: ToneLook;
  /** The share of the budget that is left, from 0 to 1; `undefined` when nobody knows. */
  readonly left: number | undefined;
  /** The same in words, also when it is overdrawn. */
  readonly leftText: string;
  /** Which share was good, out of how many. */
  readonly facts: string;
  readonly burns: readonly BurnView[];
}

/** One objective: how much of its budget is left, and how fast it burns. */
@Component({
  selector: 'app-slo-card',
  imports: [ToneBadge],
  template: `
    @let slo = view();
    <article class="card card-body" [attr.aria-label]="slo.title">
      <header>
        <h3>{{ slo.title }}</h3>
        <app-tone-badge [look]="slo.look" />
      </header>
      <p class="small quiet">{{ slo.promise }}</p>
      <div class="budget">
        <p>
          <span>Error budget left</span>
          <strong class="number">{{ slo.leftText }}</strong>
        </p>
        <div
          class="meter"
          role="meter"
          aria-valuemin="0"
          aria-valuemax="100"
          [attr.aria-label]="'Error budget of ' + slo.title"
          [attr.aria-valuenow]="percent()"
          [attr.aria-valuetext]="slo.leftText"
          [class.spent]="slo.left === 0"
        >
          <span [attr.data-tone]="slo.look.tone" [style.inline-size.%]="percent()"></span>
        </div>
        <p class="small quiet">{{ slo.facts }}</p>
      </div>
      <table class="small">
        <caption class="visually-hidden">
          Burn rates of
          {{
            slo.title
          }}
        </caption>
        <thead>
          <tr>
            <th scope="col">Burn rate over</th>
            <th scope="col">Short</th>
            <th scope="col">Long</th>
            <th scope="col">Limit</th>
            <th scope="col">Says</th>
          </tr>
        </thead>
        <tbody>
          @for (burn of slo.burns; track burn.rule) {
            <tr>
              <th scope="row">
                {{ burn.rule }}
                <span class="quiet">{{ burn.windows }}</span>
              </th>
              <td class="number">{{ burn.short }}</td>
              <td class="number">{{ burn.long }}</td>
              <td class="number">{{ burn.limit }}</td>
              <td [class.burning]="burn.burning">{{ burn.verdict }}</td>
            </tr>
          }
        </tbody>
      </table>
    </article>
  `,
  styles: `
    article {
      gap: 0.75rem;
      align-content: start;
      height: 100%;
    }

    header {
      display: flex;
      flex-wrap: wrap;
      gap: 0.5rem;
      align-items: center;
      justify-content: space-between;
    }

    .budget p:first-child {
      display: flex;
      flex-wrap: wrap;
      gap: 0 0.75rem;
      align-items: baseline;
      justify-content: space-between;
    }

    strong {
      font-size: 1.125rem;
      font-weight: 600;
    }

    .meter {
      height: 0.625rem;
      margin-block: 0.375rem;
      overflow: hidden;
      border-radius: 99px;
      background: var(--line);
    }

    .spent {
      background: var(--bad-soft);
      outline: 1px solid var(--bad);
    }

    .meter span {
      display: block;
      height: 100%;
      border-radius: inherit;
      background: var(--text-quiet);
    }

    .meter [data-tone='good'] {
      background: var(--good);
    }

    .meter [data-tone='warn'] {
      background: var(--warn);
    }

    .meter [data-tone='bad'] {
      background: var(--bad);
    }

    table {
      width: 100%;
      border-collapse: collapse;
    }

    th,
    td {
      padding: 0.25rem 0.5rem 0.25rem 0;
      font-weight: 400;
      text-align: start;
      vertical-align: top;
    }

    thead th {
      color: var(--text-quiet);
    }

    tbody tr {
      border-block-start: 1px solid var(--line);
    }

    tbody th span {
      display: block;
    }

    .burning {
      font-weight: 600;
      color: var(--bad);
    }
  `,
})
export class SloCard {
  readonly view = input.required<SloView>();
  protected readonly percent = computed(() => Math.round((this.view().left ?? 0) * 100));
}
