import { Component, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { Icon } from '../ui/icon';
import { RequestDesk } from './request-desk';
import { METHODS, PRESETS, type ShopCall } from './shop-calls';

const OWN = 'own';

/** Chooses or writes a request, and hands it to the gateway: once, or ten times at once. */
@Component({
  selector: 'app-request-form',
  imports: [Icon, MatButton, MatFormField, MatInput, MatLabel],
  template: `
    <form (submit)="$event.preventDefault(); send(1)">
      <mat-form-field subscriptSizing="dynamic" class="choice">
        <mat-label>Request</mat-label>
        <select #choice matNativeControl (change)="choose(choice.value)">
          @for (preset of presets; track preset.title; let at = $index) {
            <option [value]="at" [selected]="at === chosen()">{{ preset.title }}</option>
          }
          <option [value]="own" [selected]="chosen() === undefined">Your own</option>
        </select>
      </mat-form-field>
      <mat-form-field subscriptSizing="dynamic" class="method">
        <mat-label>Method</mat-label>
        <select #verb matNativeControl (change)="write({ method: verb.value })">
          @for (one of methods; track one) {
            <option [value]="one" [selected]="one === call().method">{{ one }}</option>
          }
        </select>
      </mat-form-field>
      <mat-form-field subscriptSizing="dynamic" class="address">
        <mat-label>Address</mat-label>
        <input
          #address
          matInput
          autocomplete="off"
          spellcheck="false"
          [value]="call().url"
          (input)="write({ url: address.value })"
        />
      </mat-form-field>
      <div class="actions">
        <button matButton="filled" type="submit"><app-icon name="send" />Send</button>
        <button matButton="tonal" type="button" (click)="send(10)">Send ten</button>
      </div>
    </form>
  `,
  styles: `
    form {
      display: flex;
      flex-wrap: wrap;
      gap: 0.625rem 0.75rem;
      align-items: center;
    }

    .choice {
      flex: 2 1 13rem;
    }

    .method {
      flex: 0 0 7.5rem;
    }

    .address {
      flex: 3 1 13rem;
    }

    button app-icon {
      width: 1.1em;
      height: 1.1em;
      margin-inline-end: 0.4em;
      vertical-align: -0.2em;
    }

    .actions {
      display: flex;
      flex: none;
      gap: 0.5rem;
    }
  `,
})
export class RequestForm {
  private readonly desk = inject(RequestDesk);
  protected readonly presets = PRESETS;
  protected readonly methods = METHODS;
  protected readonly own = OWN;
  protected readonly chosen = signal<number | undefined>(0);
  protected readonly call = signal<ShopCall>(PRESETS[0]);

  protected choose(text: string): void {
    const at = text === OWN ? undefined : Number(text);
    this.chosen.set(at);
    const preset = at === undefined ? undefined : PRESETS[at];
    if (preset) this.call.set(preset);
  }

  protected write(part: Partial<ShopCall>): void {
    this.chosen.set(undefined);
    this.call.update(({ method, url }) => ({ method, url, ...part }));
  }

  protected send(times: number): void {
    this.desk.send(this.call(), times, 'gateway');
  }
}
