import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { formatDuration, formatShare } from './format';
import { Icon, type IconName } from './icon';

/** What a {@link MeshInstance} shows. */
export interface MeshInstanceView {
  readonly id: string;
  readonly version: string;
  readonly zone: string;
  readonly weight: number;
  readonly health: 'healthy' | 'degraded' | 'unhealthy' | 'unknown';
  readonly ejected: boolean;
  readonly drained: boolean;
  readonly alive: boolean;
  readonly slow: boolean;
  /** Its part of the calls of its service, from 0 to 1. */
  readonly share: number;
  readonly latency: number | undefined;
  readonly inFlight: number;
  /** Whether a registry knows it, so that it can be drained and weighed. */
  readonly listed: boolean;
}

interface Look {
  readonly tone: 'good' | 'warn' | 'bad' | 'held';
  readonly icon: IconName;
  readonly text: string;
}

/** One instance of a service: how it is, which part of the calls it gets, and what can be done to it. */
@Component({
  selector: 'app-mesh-instance',
  imports: [Icon, MatButton],
  template: `
    <div class="head">
      <span class="name mono">{{ view().id }}</span>
      <span class="badge" [attr.data-tone]="look().tone">
        <app-icon [name]="look().icon" />{{ look().text }}
      </span>
      <span class="facts small quiet">{{ facts() }}</span>
    </div>
    <div class="bar" aria-hidden="true"><span [style.inline-size.%]="percent()"></span></div>
    <div class="numbers small">
      <span class="share number">{{ shareText() }}</span>
      <span class="quiet number">{{ load() }}</span>
    </div>
    <div class="actions">
      <button
        matButton
        type="button"
        [attr.aria-label]="killWord() + ' ' + view().id"
        (click)="killToggled.emit()"
      >
        {{ killWord() }}
      </button>
      <button
        matButton
        type="button"
        [attr.aria-label]="slowWord() + ' ' + view().id"
        (click)="slowToggled.emit()"
      >
        {{ slowWord() }}
      </button>
      @if (view().listed) {
        <button
          matButton
          type="button"
          [attr.aria-label]="drainWord() + ' ' + view().id"
          (click)="drainToggled.emit()"
        >
          {{ drainWord() }}
        </button>
        <button
          matButton
          type="button"
          [attr.aria-label]="'Weight ' + view().weight + ' of ' + view().id"
          (click)="weighed.emit()"
        >
          Weight {{ view().weight }}
        </button>
      }
    </div>
  `,
  styleUrl: './mesh-instance.scss',
})
export class MeshInstance {
  readonly view = input.required<MeshInstanceView>();
  /** Somebody wants it killed, or revived. */
  readonly killToggled = output();
  /** Somebody wants it slow, or quick again. */
  readonly slowToggled = output();
  /** Somebody wants it drained, or in use again. */
  readonly drainToggled = output();
  /** Somebody wants it to have another weight. */
  readonly weighed = output();

  protected readonly look = computed<Look>(() => lookOf(this.view()));
  protected readonly percent = computed(() => Math.round(this.view().share * 100));
  protected readonly shareText = computed(() => formatShare(this.view().share));
  protected readonly facts = computed(() => {
    const { version, zone } = this.view();
    return [version && `v${version}`, zone].filter((fact) => fact !== '').join(' · ');
  });
  protected readonly load = computed(() => {
    const { inFlight, latency } = this.view();
    const took = latency === undefined ? 'not called yet' : `about ${formatDuration(latency)}`;
    return `${took}, ${inFlight} under way`;
  });
  protected readonly killWord = computed(() => (this.view().alive ? 'Kill' : 'Revive'));
  protected readonly slowWord = computed(() => (this.view().slow ? 'Speed up' : 'Slow down'));
  protected readonly drainWord = computed(() => (this.view().drained ? 'Undrain' : 'Drain'));
}

function lookOf({ drained, ejected, health }: MeshInstanceView): Look {
  if (ejected) return { tone: 'bad', icon: 'cross', text: 'Ejected' };
  if (drained) return { tone: 'held', icon: 'pause', text: 'Drained' };
  switch (health) {
    case 'healthy':
      return { tone: 'good', icon: 'check', text: 'Healthy' };
    case 'degraded':
      return { tone: 'warn', icon: 'half', text: 'Degraded' };
    case 'unhealthy':
      return { tone: 'bad', icon: 'cross', text: 'Unhealthy' };
    case 'unknown':
      return { tone: 'held', icon: 'half', text: 'Unknown' };
  }
}
