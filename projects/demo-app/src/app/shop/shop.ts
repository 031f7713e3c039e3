import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import { RouterLink } from '@angular/router';
import { type SagaExecution } from 'rx-mesh/event-sourcing';
import { formatDuration, formatEuros } from '../ui/format';
import { PEOPLE } from '../backends/token-office';
import { ShopSession } from '../gateway/shop-session';
import { ShopDesk } from './shop-desk';
import { ShopOrders } from './shop-orders';

/** The story of the demo on one page: look, buy, and see what each layer did for it. */
@Component({
  selector: 'app-shop',
  imports: [MatButton, MatButtonToggle, MatButtonToggleGroup, RouterLink],
  templateUrl: './shop.html',
  styleUrl: './shop.scss',
})
export class Shop {
  protected readonly desk = inject(ShopDesk);
  protected readonly orders = inject(ShopOrders).latest;
  protected readonly session = inject(ShopSession);
  protected readonly people = PEOPLE;
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

  /** What was bought, and by whom. */
  protected item({ input }: SagaExecution): string {
    const { buyer, name } = Object(input) as {
      readonly name?: unknown;
      readonly buyer?: { readonly name?: unknown };
    };
    if (typeof name !== 'string') return '';
    return typeof buyer?.name === 'string' ? `${name} for ${buyer.name}` : name;
  }
}
