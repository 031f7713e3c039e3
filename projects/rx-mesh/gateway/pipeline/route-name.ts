import type { RouteConfig } from '../route-config';

/** What metrics and messages call a route. */
export function nameOf({ method, name, path }: RouteConfig): string {
  return name ?? `${method} ${path}`;
}
