import { Injectable, computed, inject, signal } from '@angular/core';
import {
  AuthenticationService,
  ReactiveApiGatewayService,
  type RouteConfig,
  isRouteTableError,
} from 'rx-mesh/gateway';
import { RequestBook } from './request-book';
import { RequestUsers } from './request-users';
import { BASE_PATH, ORDERS, orderRoutes, shopRoutes } from './shop-routes';

/** What somebody writes down of a route. */
export type RouteDraft = Pick<RouteConfig, 'method' | 'path' | 'targetService' | 'targetPath'>;

/** What is wrong with a table, and where. */
export interface TableProblem {
  readonly at: string;
  readonly detail: string;
}

/** Changes the table of the gateway at run time. A table that cannot be used changes nothing. */
@Injectable()
export class RouteDesk {
  private readonly gateway = inject(ReactiveApiGatewayService);
  private readonly tokens = inject(AuthenticationService);
  private readonly users = inject(RequestUsers);
  private readonly book = inject(RequestBook);
  readonly #problems = signal<readonly TableProblem[]>([]);
  readonly #news = signal('');

  /** The routes that are in force. */
  readonly routes = this.gateway.routes;
  /** What was wrong with the last table; none: it is in force. */
  readonly problems = this.#problems.asReadonly();
  /** What was changed last. */
  readonly news = this.#news.asReadonly();
  /** How much of the orders the new version takes, in percent; `undefined`: there is no route for them. */
  readonly share = computed(() => {
    const weightOf = (name: string) =>
      this.routes().find((route) => route.name === name)?.weight ?? 0;
    const all = weightOf(ORDERS.v1) + weightOf(ORDERS.v2);
    return all === 0 ? undefined : Math.round((weightOf(ORDERS.v2) / all) * 100);
  });

  /** Adds a route. @returns whether it is in force. */
  add(draft: RouteDraft): boolean {
    return this.set([...this.routes(), draft], `Added ${textOf(draft)}.`);
  }

  /** Changes a route; what it does besides stays. @returns whether that is in force. */
  change(name: string, draft: RouteDraft): boolean {
    const routes = this.routes().map((route) =>
      route.name === name ? { ...route, ...draft, name: ownName(route) } : route,
    );
    return this.set(routes, `Changed to ${textOf(draft)}.`);
  }

  /** Takes a route away. */
  remove(name: string): void {
    const gone = this.routes().find((route) => route.name === name);
    if (!gone) return;
    const others = this.routes().filter((route) => route !== gone);
    if (this.set(others, `Removed ${textOf(gone)}.`)) this.book.forget(name);
  }

  /** Sets how much of the orders the new version takes, in percent. */
  setShare(share: number): void {
    const names: readonly unknown[] = Object.values(ORDERS);
    const isOrder = ({ name }: RouteConfig): boolean => names.includes(name);
    const at = this.routes().findIndex(isOrder);
    const others = this.routes().filter((route) => !isOrder(route));
    const place = at < 0 ? others.length : at;
    const routes = [...others.slice(0, place), ...orderRoutes(share), ...others.slice(place)];
    if (this.set(routes, `v2 takes ${share} %.`)) this.book.forget(ORDERS.v1, ORDERS.v2);
  }

  /** Tries a table with two mistakes in it. */
  tryBad(): void {
    const [first] = this.routes();
    const orders = { method: 'GET', path: '/account', targetService: 'users' };
    this.set(
      [
        ...(first
          ? [
              { ...first, weight: undefined },
              { ...first, name: 'twin', weight: undefined },
            ]
          : []),
        { ...orders, targetPath: '/account/:nobody' },
        ...this.routes().slice(1),
      ],
      '',
    );
  }

  /** The routes of the start. */
  reset(): void {
    this.set(shopRoutes(this.tokens, this.users), 'The table is as it was at first.');
  }

  private set(routes: readonly RouteConfig[], news: string): boolean {
    try {
      this.gateway.setRoutes(routes);
    } catch (error) {
      if (!isRouteTableError(error)) throw error;
      this.#problems.set(error.problems);
      this.#news.set('');
      return false;
    }
    this.#problems.set([]);
    this.#news.set(news);
    return true;
  }
}

/** The name that a route was given; one that the gateway has made of method and path does not outlive them. */
function ownName({ method, name = '', path }: RouteConfig): string | undefined {
  return name.startsWith(`${method} ${BASE_PATH}${path}`) ? undefined : name;
}

function textOf({ method, path }: RouteDraft): string {
  return `${method} ${BASE_PATH}${path}`;
}
