import type { RandomSource } from 'rx-mesh/kernel';
import type { RouteConfig } from '../route-config';
import { chanceArm, stickyArm } from './canary';
import { pathStart, type RouteRequest } from './request-facts';
import { RouteSearch } from './route-search';
import type { CompiledRoute, RouteGroup, TrieNode } from './route-trie';

/** What a route table says of a request. */
export type RouteMatch =
  | {
      readonly kind: 'found';
      /** The route, as it was compiled: method in capitals, always with a name. */
      readonly route: RouteConfig;
      /** The parameters of the path, decoded. Without a prototype. */
      readonly params: Readonly<Record<string, string>>;
      /** The pattern with the base path: for metrics, as it holds nothing of the request. */
      readonly template: string;
    }
  | {
      /** No route has this path. */
      readonly kind: 'not-found';
    }
  | {
      /** Routes have this path, for other methods. */
      readonly kind: 'method-not-allowed';
      /** For which, in order of the alphabet. */
      readonly allow: readonly string[];
    }
  | {
      /** A path that means something else to whoever reads it next, or nothing: it is to be refused. */
      readonly kind: 'bad-path';
      /** What is wrong with it; repeats nothing of it. */
      readonly detail: string;
    };

/** What a table is made of. */
export interface RouteTableParts {
  readonly root: TrieNode;
  readonly depth: number;
  readonly routes: readonly RouteConfig[];
  readonly basePath: string;
  readonly host: string;
  readonly random: RandomSource;
  readonly seed: string;
}

type StickyBy = (request: RouteRequest) => string | undefined;

const NOT_FOUND: RouteMatch = /* @__PURE__ */ Object.freeze({ kind: 'not-found' });
const BACKSLASH: RouteMatch = /* @__PURE__ */ Object.freeze({
  kind: 'bad-path',
  detail: 'it has a backslash',
});
const NO_PARAMS: Readonly<Record<string, string>> = /* @__PURE__ */ Object.freeze(
  /* @__PURE__ */ Object.create(null) as Record<string, string>,
);

/**
 * Routes, compiled by {@link compileRoutes}. It never changes: other routes are another table.
 *
 * A slash at the end of a path makes no difference, but stays in what `*rest` takes. A path is decoded once, part by part.
 */
export interface RouteTable {
  /** The routes, in their order. */
  readonly routes: readonly RouteConfig[];

  /**
   * Which route takes a request. HEAD is answered by what takes GET, where nothing takes HEAD; OPTIONS is a method as others.
   * An address that is no path and no URL of http(s) is not found; neither is what lies beside the base path, however it is written.
   *
   * @param request The request. An `HttpRequest` is one.
   * @param stickyId Who it is of, for routes with weights that do not say it by `stickyBy`; without it chance decides.
   * @throws what `stickyBy` throws.
   */
  match(request: RouteRequest, stickyId?: string): RouteMatch;
}

/** A table of routes, as a trie. */
export class CompiledTable implements RouteTable {
  /** The routes, in their order. */
  readonly routes: readonly RouteConfig[];
  private spare: RouteSearch | undefined;

  constructor(private readonly parts: RouteTableParts) {
    this.routes = Object.freeze([...parts.routes]);
  }

  /** Which route takes a request. */
  match(request: RouteRequest, stickyId?: string): RouteMatch {
    const { url } = request;
    const { basePath } = this.parts;
    let start = pathStart(url).at;
    if (start < 0) return NOT_FOUND;
    if (basePath !== '') {
      if (!url.startsWith(basePath, start)) return NOT_FOUND;
      start += basePath.length;
    }
    const first = url.charCodeAt(start);
    // Browsers read a backslash as a slash.
    if (first === 0x5c) return BACKSLASH;
    // `/apis` is beside `/api`. No character at all, a query or a fragment: it is the root.
    if (first !== 0x2f && start < url.length && first !== 0x3f && first !== 0x23) return NOT_FOUND;
    const path = first === 0x2f ? url.slice(start) : '/';
    // While a search is out (a request may have been made to search, too) another one is made.
    const search = this.spare ?? new RouteSearch(this.parts.depth, this.parts.host);
    this.spare = undefined;
    const result = this.search(search, request, path, stickyId);
    search.close();
    this.spare = search;
    return result;
  }

  private search(
    search: RouteSearch,
    request: RouteRequest,
    path: string,
    stickyId: string | undefined,
  ): RouteMatch {
    const detail = search.read(request, path);
    if (detail !== undefined) return { kind: 'bad-path', detail };
    const group = search.find(this.parts.root);
    if (!group) {
      const allow = search.allowed();
      return allow.length === 0 ? NOT_FOUND : { kind: 'method-not-allowed', allow };
    }
    const { arms } = group;
    const taken = arms.length === 1 ? arms[0] : this.armOf(arms, request, stickyId);
    const params = taken.names.length === 0 ? NO_PARAMS : search.params(taken);
    return { kind: 'found', route: taken.route, params, template: taken.template };
  }

  private armOf(
    arms: RouteGroup['arms'],
    request: RouteRequest,
    stickyId: string | undefined,
  ): CompiledRoute {
    // Whoever asks by method and URL only has no other request to show.
    const stickyBy = arms.find(({ route }) => route.stickyBy)?.route.stickyBy as
      StickyBy | undefined;
    const id = stickyBy?.(request) ?? stickyId;
    const { random, seed } = this.parts;
    return (id === undefined ? chanceArm(arms, random) : stickyArm(arms, id, seed)) ?? arms[0];
  }
}
