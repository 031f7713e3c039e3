import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { type SagaExecution } from 'rx-mesh/event-sourcing';
import { formatDuration, formatEuros } from '../ui/format';
import { ShopDesk } from './shop-desk';

/** The story of the demo on one page: look, buy, and see what each layer did for it. */
@Component({
  selector: 'app-shop',
  imports: [MatButton, RouterLink],
  templateUrl: './shop.html',
  styleUrl: './shop.scss',
})
export class Shop {
  protected readonly desk = inject(ShopDesk);
  protected readonly euros = formatEuros;
  protected readonly duration = formatDuration;

  constructor() {
    this.desk.look();
  }

  /** How a purchase stands. */
  protected standing({ error, state }: SagaExecution): string {
    if (state === 'completed') return 'confirmed';
    if (state === 'compensating') return 'is being undone';
    if (state === 'running' || state === 'waiting' || state === 'paused') return 'placed';
    return `cancelled: ${error?.message ?? state}`;
  }

  /** What was bought. */
  protected item({ input }: SagaExecution): string {
    const { name } = Object(input) as { readonly name?: unknown };
    return typeof name === 'string' ? name : '';
  }
}
