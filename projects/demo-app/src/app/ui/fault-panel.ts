import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlider, MatSliderThumb } from '@angular/material/slider';
import { type Faults } from '../backends/fault-controls';
import { formatDuration, formatShare } from './format';
import { Icon } from './icon';
import { InstanceRow } from './instance-row';

/** The weather of one service: latency, errors, and which of its instances live. */
@Component({
  selector: 'app-fault-panel',
  imports: [
    Icon,
    InstanceRow,
    MatButton,
    MatFormField,
    MatInput,
    MatLabel,
    MatSlider,
    MatSliderThumb,
  ],
  templateUrl: './fault-panel.html',
  styles: `
    :host {
      display: grid;
      gap: 1rem;
    }

    .sliders {
      display: grid;
      gap: 0.25rem;
    }

    .slider {
      display: grid;
      grid-template-columns: 7rem 1fr 4rem;
      gap: 0.75rem;
      align-items: center;
    }

    mat-slider {
      width: calc(100% - 8px);
      min-width: 0;
    }

    output {
      font-weight: 550;
      text-align: end;
    }

    .foot {
      display: flex;
      flex-wrap: wrap;
      gap: 0.75rem;
      align-items: center;
      justify-content: space-between;
    }

    .foot mat-form-field {
      width: 8rem;
    }

    button app-icon {
      width: 1.1em;
      height: 1.1em;
      margin-inline-end: 0.45em;
      vertical-align: -0.2em;
    }
  `,
})
export class FaultPanel {
  readonly service = input.required<string>();
  readonly faults = input.required<Faults>();
  readonly instances =
    input.required<readonly { readonly id: string; readonly alive: boolean }[]>();
  readonly seed = input.required<number>();

  /** Somebody wants the service to behave differently. */
  readonly changed = output<Partial<Faults>>();
  /** Somebody wants the instance of this id killed, or revived. */
  readonly toggled = output<string>();
  readonly reseeded = output<number>();
  readonly resetWanted = output();

  protected readonly formatDuration = formatDuration;
  protected readonly formatPercent = (percent: number) => formatShare(percent / 100);
  protected readonly latency = computed(() => this.faults().latency);
  protected readonly errorPercent = computed(() => Math.round(this.faults().errorRate * 100));
  protected readonly median = computed(() => formatDuration(this.latency().median));
  protected readonly p99 = computed(() => formatDuration(this.latency().p99));
  protected readonly errors = computed(() => formatShare(this.faults().errorRate));

  protected setMedian(median: number): void {
    this.changed.emit({ latency: { ...this.latency(), median } });
  }

  protected setP99(p99: number): void {
    const { median } = this.latency();
    this.changed.emit({ latency: { median: Math.min(median, p99), p99 } });
  }

  protected setErrors(percent: number): void {
    this.changed.emit({ errorRate: percent / 100 });
  }

  protected setSeed(input: HTMLInputElement): void {
    if (Number.isInteger(input.valueAsNumber)) this.reseeded.emit(input.valueAsNumber);
    else input.value = String(this.seed());
  }
}
