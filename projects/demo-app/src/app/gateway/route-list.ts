import { Component, computed, inject, output } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { ReactiveApiGatewayService, type RouteConfig } from 'rx-mesh/gateway';
import { scan, startWith } from 'rxjs';
import { type Latencies, rowOf, windowText, withReport } from './gateway-view';
import { RequestBook } from './request-book';
import { RouteDesk } from './route-desk';

/** The routes that are in force, and what became of the requests of each. */
@Component({
  selector: 'app-route-list',
  imports: [MatButton],
  templateUrl: './route-list.html',
  styleUrl: './route-list.scss',
})
export class RouteList {
  private readonly desk = inject(RouteDesk);
  private readonly book = inject(RequestBook);
  private readonly reports$ = inject(ReactiveApiGatewayService).metrics$;

  /** A route that somebody wants to change. */
  readonly changed = output<RouteConfig>();

  private readonly latencies = toSignal(
    this.reports$.pipe(scan(withReport, new Map() as Latencies), startWith(new Map() as Latencies)),
    { requireSync: true },
  );
  private readonly report = toSignal(this.reports$);
  protected readonly window = computed(() => windowText(this.report()));
  protected readonly rows = computed(() =>
    this.desk
      .routes()
      .map((route) =>
        rowOf(route, this.book.of(route.name ?? ''), this.latencies().get(route.name ?? '')),
      ),
  );

  protected remove({ name = '' }: RouteConfig): void {
    this.desk.remove(name);
  }
}
