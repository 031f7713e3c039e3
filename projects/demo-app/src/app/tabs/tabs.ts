import { Component, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatAnchor, MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { RouterLink } from '@angular/router';
import { type Observable, Subject, mergeMap } from 'rxjs';
import { formatDuration, formatTime } from '../ui/format';
import { Icon } from '../ui/icon';
import { ToneBadge, type ToneLook } from '../ui/tone-badge';
import { nameOf } from './tab-facts';
import { type KnownTab, TabPresence } from './tab-presence';
import { type NoteReport, TabTalk } from './tab-talk';

const QUIET = 10_000; // milliseconds
const LEADS: ToneLook = { tone: 'good', icon: 'bolt', text: 'Leads the read model' };
const FOLLOWS: ToneLook = { tone: 'quiet', icon: 'clock', text: 'Follows' };
const REPORT_LOOKS: Readonly<Record<NoteReport['state'], Omit<ToneLook, 'text'>>> = {
  acked: { tone: 'good', icon: 'check' },
  retrying: { tone: 'warn', icon: 'retry' },
  'dead-lettered': { tone: 'bad', icon: 'cross' },
};

/** Tabs of this browser talk to each other: who is here, who does the work, who has heard what. */
@Component({
  selector: 'app-tabs',
  imports: [
    Icon,
    MatAnchor,
    MatButton,
    MatFormField,
    MatInput,
    MatLabel,
    MatSlideToggle,
    RouterLink,
    ToneBadge,
  ],
  templateUrl: './tabs.html',
  styleUrl: './tabs.scss',
})
export class Tabs {
  private readonly presence = inject(TabPresence);
  readonly #wishes = new Subject<Observable<unknown>>();

  protected readonly talk = inject(TabTalk);
  protected readonly me = nameOf(this.presence.id);
  protected readonly text = signal('Hello, everybody');
  protected readonly tabs = computed(() =>
    this.presence
      .tabs()
      .map((tab) => ({ ...tab, look: tab.leads ? LEADS : FOLLOWS, facts: factsOf(tab) })),
  );
  protected readonly notes = computed(() =>
    this.talk.notes().map(({ at, from, id, reports, text }) => ({
      id,
      text,
      head: `${nameOf(from)}${from === this.presence.id ? ', this one' : ''} · ${formatTime(at)}`,
      reports: [...reports.values()].map((report) => ({ tab: report.tab, look: lookOf(report) })),
    })),
  );
  protected readonly letters = computed(() =>
    [...this.talk.deadLetters()].reverse().map((letter) => ({
      letter,
      text: String((Object(letter.message.payload) as { readonly text?: unknown }).text),
      facts: `${formatTime(new Date(letter.at))} · given up after ${letter.attempts} deliveries: ${reasonOf(letter.reason.cause)}`,
    })),
  );

  constructor() {
    this.#wishes
      .pipe(
        mergeMap((wish$) => wish$),
        takeUntilDestroyed(),
      )
      .subscribe();
  }

  protected tell(): void {
    const text = this.text().trim();
    if (text !== '') this.#wishes.next(this.talk.tell(text));
  }

  protected ask({ id }: KnownTab): void {
    this.#wishes.next(this.talk.ask(id));
  }
}

function factsOf({ page, sagas, silence }: KnownTab): string {
  const work = sagas === 0 ? '' : ` · runs ${sagas === 1 ? '1 saga' : `${sagas} sagas`}`;
  const quiet = silence > QUIET ? ` · silent for ${formatDuration(silence)}` : '';
  return `shows ${page}${work}${quiet}`;
}

function lookOf({ attempt, state, tab }: NoteReport): ToneLook {
  const words = {
    acked: attempt === 1 ? 'acknowledged' : `acknowledged, try ${attempt}`,
    retrying: `failed, try ${attempt}`,
    'dead-lettered': 'gave up',
  };
  return { ...REPORT_LOOKS[state], text: `${nameOf(tab)}: ${words[state]}` };
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
