import { Component, computed, inject, linkedSignal, model } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { type RouteConfig } from 'rx-mesh/gateway';
import { CATALOG } from '../backends/catalog';
import { type RouteDraft, RouteDesk } from './route-desk';
import { METHODS } from './shop-calls';
import { BASE_PATH } from './shop-routes';

const NEW: RouteDraft = {
  method: 'GET',
  path: '/customers/:id',
  targetService: 'users',
  targetPath: '/users/:id',
};

/** Writes a route, and puts it into the table: as a new one, or in place of one that is there. */
@Component({
  selector: 'app-route-form',
  imports: [MatButton, MatFormField, MatInput, MatLabel],
  template: `
    <form [attr.aria-label]="title()" (submit)="$event.preventDefault(); save()">
      <mat-form-field subscriptSizing="dynamic" class="short">
        <mat-label>Method</mat-label>
        <select #verb matNativeControl (change)="write({ method: verb.value })">
          @for (one of methods; track one) {
            <option [value]="one" [selected]="one === draft().method">{{ one }}</option>
          }
        </select>
      </mat-form-field>
      <mat-form-field subscriptSizing="dynamic">
        <mat-label>Path below {{ base }}</mat-label>
        <input
          #path
          matInput
          autocomplete="off"
          spellcheck="false"
          [value]="draft().path"
          (input)="write({ path: path.value })"
        />
      </mat-form-field>
      <mat-form-field subscriptSizing="dynamic" class="short">
        <mat-label>Service</mat-label>
        <select #service matNativeControl (change)="write({ targetService: service.value })">
          @for (one of services; track one) {
            <option [value]="one" [selected]="one === draft().targetService">{{ one }}</option>
          }
        </select>
      </mat-form-field>
      <mat-form-field subscriptSizing="dynamic">
        <mat-label>Path there</mat-label>
        <input
          #target
          matInput
          autocomplete="off"
          spellcheck="false"
          [value]="draft().targetPath"
          (input)="write({ targetPath: target.value })"
        />
      </mat-form-field>
      <div class="actions">
        <button matButton="tonal" type="submit">{{ title() }}</button>
        @if (edited()) {
          <button matButton type="button" (click)="edited.set(undefined)">Leave it</button>
        }
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

    mat-form-field {
      flex: 2 1 12rem;
    }

    .short {
      flex: 0 1 8rem;
    }

    .actions {
      display: flex;
      gap: 0.25rem;
    }
  `,
})
export class RouteForm {
  private readonly desk = inject(RouteDesk);

  /** The route that is changed; `undefined`: a new one is written. */
  readonly edited = model<RouteConfig>();

  protected readonly base = BASE_PATH;
  protected readonly methods = METHODS;
  protected readonly services = CATALOG.map(({ name }) => name);
  protected readonly title = computed(() => (this.edited() ? 'Save route' : 'Add route'));
  protected readonly draft = linkedSignal<RouteDraft>(() => {
    const { method, path, targetPath, targetService } = this.edited() ?? NEW;
    return { method, path, targetService, targetPath };
  });

  protected write(part: Partial<RouteDraft>): void {
    this.draft.update((draft) => ({ ...draft, ...part }));
  }

  protected save(): void {
    const route = this.edited();
    if (!route) this.desk.add(this.draft());
    else if (this.desk.change(route.name ?? '', this.draft())) this.edited.set(undefined);
  }
}
