import { Component, computed, inject, input } from '@angular/core';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { type CacheStatistics } from 'rx-mesh/caching';
import { formatShare } from '../ui/format';
import { ToneBadge, type ToneLook } from '../ui/tone-badge';
import { SWITCH } from './shelf';

const REMOTES: Readonly<Record<CacheStatistics['remote'], ToneLook>> = {
  up: { tone: 'good', icon: 'check', text: 'Up' },
  down: { tone: 'bad', icon: 'power', text: 'Down, left alone' },
  none: { tone: 'quiet', icon: 'minus', text: 'There is none' },
};

/** How the levels of the cache do. */
@Component({
  selector: 'app-cache-levels',
  imports: [MatSlideToggle, ToneBadge],
  template: `
    <h3>In the page</h3>
    <dl class="small number">
      <div>
        <dt>Entries</dt>
        <dd class="entries">{{ stats().size }}</dd>
      </div>
      <div>
        <dt>Weight</dt>
        <dd>{{ stats().weight }}</dd>
      </div>
      <div>
        <dt>Hits, stale, misses</dt>
        <dd>{{ stats().hits }} · {{ stats().staleHits }} · {{ stats().misses }}</dd>
      </div>
      <div>
        <dt>Hit ratio</dt>
        <dd>{{ ratio() }}</dd>
      </div>
    </dl>
    <div
      class="meter"
      role="meter"
      aria-label="Hit ratio"
      aria-valuemin="0"
      aria-valuemax="100"
      [attr.aria-valuenow]="percent()"
      [attr.aria-valuetext]="ratio()"
    >
      <span [style.inline-size.%]="percent()"></span>
    </div>

    <div class="line">
      <h3>Second level: {{ name }}</h3>
      <app-tone-badge role="status" [look]="remote()" />
    </div>
    <dl class="small number">
      <div>
        <dt>Values given to the page</dt>
        <dd class="given">{{ given() }}</dd>
      </div>
      <div>
        <dt>Texts written</dt>
        <dd class="written">{{ counts().written }}</dd>
      </div>
      <div>
        <dt>… since it was down</dt>
        <dd class="since">{{ counts().writtenSince }}</dd>
      </div>
      <div>
        <dt>Asked while it was down</dt>
        <dd>{{ counts().refused }}</dd>
      </div>
    </dl>
    <mat-slide-toggle hideIcon [checked]="isDown()" (change)="switch($event.checked)">
      Second level is down
    </mat-slide-toggle>
    <p class="small quiet">What it misses meanwhile is repeated when it is back.</p>
  `,
  styles: `
    :host {
      display: grid;
      gap: 0.625rem;
    }

    dl > div,
    .line {
      display: flex;
      flex-wrap: wrap;
      gap: 0.25rem 0.75rem;
      align-items: center;
      justify-content: space-between;
    }

    .line {
      margin-block-start: 0.5rem;
    }

    dt {
      color: var(--text-quiet);
    }

    .meter {
      height: 0.5rem;
      overflow: hidden;
      border: 1px solid var(--line-strong);
      border-radius: 99px;
      background: var(--surface-sunken);
    }

    .meter span {
      display: block;
      height: 100%;
      background: var(--accent);
      transition: inline-size 0.2s;
    }
  `,
})
export class CacheLevels {
  private readonly remoteSwitch = inject(SWITCH);

  readonly stats = input.required<CacheStatistics>();
  /** How many reads were answered by the second level. */
  readonly given = input.required<number>();

  protected readonly name = this.remoteSwitch.name === 'redis' ? 'Redis' : 'IndexedDB';
  protected readonly ratio = computed(() => formatShare(this.stats().hitRatio));
  protected readonly percent = computed(() => Math.round(this.stats().hitRatio * 100));
  protected readonly remote = computed(() => REMOTES[this.stats().remote]);
  protected readonly counts = this.remoteSwitch.counts;
  protected readonly isDown = this.remoteSwitch.down;

  protected switch(down: boolean): void {
    this.remoteSwitch.switch(down);
  }
}
