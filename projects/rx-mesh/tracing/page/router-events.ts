import type { Observable } from 'rxjs';
import { membersOf } from './unknown-shape';

/** What is asked of a router: that of Angular has it. */
export interface RouterLike {
  /** What the router does. Events are told apart by their `type`, the numbers of Angular's `EventType`. */
  readonly events: Observable<unknown>;
}

/** Why a navigation came to nothing. */
export type NavigationCode =
  | 'aborted'
  | 'destroyed'
  | 'guard_rejected'
  | 'no_data'
  | 'other'
  | 'redirect'
  | 'same_url'
  | 'superseded'
  | 'url_handling';

/** What the router tells of a navigation, as far as its span has a use for it. */
export type NavigationStep = { readonly id: number } & (
  | { readonly type: 'start'; readonly trigger: string | undefined }
  | { readonly type: 'recognized'; readonly template: string | undefined }
  | { readonly type: 'phase'; readonly message: string }
  | { readonly type: 'end' }
  | { readonly type: 'cancelled' | 'skipped'; readonly code: NavigationCode }
  | { readonly type: 'error'; readonly error: unknown }
);

// EventType, NavigationCancellationCode and NavigationSkippedCode of @angular/router: public numbers, which do not change.
const PHASES: ReadonlyMap<unknown, string> = /* @__PURE__ */ new Map([
  [5, 'resolve started'],
  [6, 'resolve ended'],
  [7, 'guards started'],
  [8, 'guards ended'],
]);
const CANCELLED: readonly NavigationCode[] = [
  'redirect',
  'superseded',
  'no_data',
  'guard_rejected',
  'aborted',
];
const SKIPPED: readonly NavigationCode[] = ['same_url', 'url_handling'];
const TRIGGERS: readonly unknown[] = ['imperative', 'popstate', 'hashchange'];
const MOST_SEGMENTS = 64;

/** Reads an event of the router; `undefined` for one that says nothing of a navigation as a whole. */
export function readStep(event: unknown): NavigationStep | undefined {
  const members = membersOf<
    'code' | 'error' | 'id' | 'navigationTrigger' | 'state' | 'target' | 'type'
  >(event);
  if (typeof members?.id !== 'number') return undefined;
  const { code, error, id, navigationTrigger: trigger, state, type } = members;
  switch (type) {
    case 0:
      return {
        id,
        type: 'start',
        trigger: TRIGGERS.includes(trigger) ? String(trigger) : undefined,
      };
    case 1:
      return { id, type: 'end' };
    case 2:
      return { id, type: 'cancelled', code: codeOf(CANCELLED, code) };
    case 3:
      return { id, type: 'error', error };
    case 4:
      return { id, type: 'recognized', template: templateOf(state) };
    case 16:
      return { id, type: 'skipped', code: codeOf(SKIPPED, code) };
    default: {
      const message = PHASES.get(type);
      return message === undefined ? undefined : { id, type: 'phase', message };
    }
  }
}

function codeOf(codes: readonly NavigationCode[], code: unknown): NavigationCode {
  return (typeof code === 'number' ? codes[code] : undefined) ?? 'other';
}

/**
 * The route of a router's state as it stands in the configuration, such as `/orders/:id`: there are as many as there are
 * routes, whatever the URLs are. It follows the primary outlet; a route with a matcher is `{matcher}`.
 */
export function templateOf(state: unknown): string | undefined {
  let route = membersOf<'children' | 'routeConfig'>(membersOf<'root'>(state)?.root);
  if (!route) return undefined;
  const segments: string[] = [];
  for (let depth = 0; route && depth < MOST_SEGMENTS; depth++) {
    const segment = segmentOf(route.routeConfig);
    if (segment !== '') segments.push(segment);
    const children: readonly unknown[] = Array.isArray(route.children) ? route.children : [];
    route = membersOf(children.find((child) => membersOf<'outlet'>(child)?.outlet === 'primary'));
  }
  return `/${segments.join('/')}`;
}

function segmentOf(config: unknown): string {
  const { path, matcher } = membersOf<'matcher' | 'path'>(config) ?? {};
  if (typeof path === 'string') return path;
  return matcher === undefined ? '' : '{matcher}';
}
