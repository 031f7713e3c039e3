import { Component, computed, input, linkedSignal, model, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { type CatalogService, type Operation } from '../backends/catalog';
import { Icon } from './icon';

/** What somebody wants to be sent. */
export interface CallOrder {
  readonly service: string;
  readonly operation: Operation;
  readonly count: number;
  /** Whether a stand-in answers when every attempt has failed. */
  readonly fallback: boolean;
}

const MOST = 200;

/** Chooses a service and an operation, and sends one call or a storm of them. */
@Component({
  selector: 'app-call-form',
  imports: [Icon, MatButton, MatFormField, MatInput, MatLabel, MatSlideToggle],
  templateUrl: './call-form.html',
  styles: `
    form {
      display: grid;
      gap: 0.875rem;
    }

    .pair {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr));
      gap: 0.75rem;
    }

    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: 0.75rem;
      align-items: center;
    }

    .storm {
      display: flex;
      gap: 0.5rem;
      align-items: center;
    }

    .storm mat-form-field {
      width: 6.5rem;
    }

    button app-icon {
      width: 1.1em;
      height: 1.1em;
      margin-inline-end: 0.45em;
      vertical-align: -0.2em;
    }
  `,
})
export class CallForm {
  readonly services = input.required<readonly CatalogService[]>();
  /** The name of the chosen service. */
  readonly service = model.required<string>();
  readonly ordered = output<CallOrder>();

  protected readonly most = MOST;
  protected readonly fallback = signal(false);
  protected readonly count = signal(30);
  protected readonly operations = computed(
    () => this.services().find(({ name }) => name === this.service())?.operations ?? [],
  );
  /** Falls back to the first operation whenever the service changes. */
  protected readonly label = linkedSignal(() => this.operations()[0]?.label ?? '');

  protected send(count: number): void {
    const operation = this.operations().find(({ label }) => label === this.label());
    if (!operation) return;
    this.ordered.emit({ service: this.service(), operation, count, fallback: this.fallback() });
  }

  protected setCount(input: HTMLInputElement): void {
    const wanted = input.valueAsNumber;
    if (Number.isFinite(wanted)) this.count.set(Math.min(MOST, Math.max(2, Math.round(wanted))));
    input.value = String(this.count());
  }
}
