import { Component, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { SpanBadge } from './span-badge';
import { type SpanState } from './span-look';

/** A name and what is known under it. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** A span in full, for people. */
export interface SpanView {
  readonly name: string;
  readonly state: SpanState;
  /** Ids, times and what else every span has. */
  readonly facts: readonly Fact[];
  readonly tags: readonly Fact[];
  readonly logs: readonly { readonly at: string; readonly text: string }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly text: string;
    /** Whether its trace can be shown. */
    readonly known: boolean;
  }[];
  readonly baggage: readonly Fact[];
  /** What the service that was asked has read in the headers. */
  readonly wire: readonly Fact[];
}

/** Everything that is known about one span. */
@Component({
  selector: 'app-span-details',
  imports: [MatButton, SpanBadge],
  templateUrl: './span-details.html',
  styleUrl: './span-details.scss',
})
export class SpanDetails {
  readonly view = input.required<SpanView>();
  /** Somebody wants to see the trace of this id. */
  readonly followed = output<string>();
}
