import type { RouteConfig } from '../route-config';
import type { CanaryArm } from './canary';
import type { PathPattern } from './path-pattern';
import { relate, type CompiledPredicates } from './route-predicates';

/** One route, compiled. */
export interface CompiledRoute extends CanaryArm {
  readonly route: RouteConfig;
  /** The method, in capitals; `*`: any. */
  readonly method: string;
  readonly predicates: CompiledPredicates;
  /** The pattern with the base path. */
  readonly template: string;
  /** The parameters; the last may be the rest. */
  readonly names: readonly string[];
  /** Which part of the path each of them is. */
  readonly parts: readonly number[];
  readonly hasRest: boolean;
}

/** Routes of the same path, method and predicates: more than one share their requests by weight. */
export interface RouteGroup {
  readonly predicates: CompiledPredicates;
  readonly arms: readonly [CompiledRoute, ...CompiledRoute[]];
}

/** The routes of one path. */
export class RouteLeaf {
  /** All of them, as they stand in the table. */
  readonly routes: CompiledRoute[] = [];
  /** For each method that is named, what to ask, in this order: those of the method (HEAD: of GET too), then those of any. */
  readonly byMethod = new Map<string, readonly RouteGroup[]>();
  /** What any other method asks. */
  ofAny: readonly RouteGroup[] = [];

  /** Puts the routes in their order, once all are there. */
  close(): void {
    this.ofAny = groupsOf(this.routes, '*');
    const methods = new Set(this.routes.map(({ method }) => method));
    methods.delete('*');
    if (methods.has('GET')) methods.add('HEAD');
    for (const method of methods) {
      const own = groupsOf(this.routes, method);
      const got = method === 'HEAD' ? groupsOf(this.routes, 'GET') : [];
      this.byMethod.set(method, [...own, ...got, ...this.ofAny]);
    }
  }
}

/** With what the hash of a part begins. */
export const HASH_START = 17;

/** The hash of a part, one character further. It need not resist anybody: the texts that it finds are those of the table. */
export function hashStep(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}

/** A place in the trie: what may follow here. */
export class TrieNode {
  /** What follows by a static part, by the hash of its text. */
  readonly statics = new Map<number, TrieNode>();
  /** How many static parts may follow. */
  size = 0;
  parameter: TrieNode | undefined;
  /** The routes that end here. */
  end: RouteLeaf | undefined;
  /** The routes that take the rest from here on. */
  rest: RouteLeaf | undefined;

  /**
   * @param text The static part that leads here.
   * @param sameHash Another place, whose text has the same hash.
   */
  constructor(
    readonly text = '',
    readonly sameHash?: TrieNode,
  ) {}

  /** The place that follows by a static part; made, where there is none. */
  follow(text: string): TrieNode {
    let hash = HASH_START;
    for (let i = 0; i < text.length; i++) hash = hashStep(hash, text.charCodeAt(i));
    const first = this.statics.get(hash);
    for (let node = first; node; node = node.sameHash) if (node.text === text) return node;
    const added = new TrieNode(text, first);
    this.statics.set(hash, added);
    this.size++;
    return added;
  }
}

/** The leaf of a pattern; made, where there is none. */
export function leafOf(root: TrieNode, { segments }: PathPattern): RouteLeaf {
  let node = root;
  for (const segment of segments) {
    if (segment.kind === 'static') {
      node = node.follow(segment.text);
    } else if (segment.kind === 'parameter') {
      node = node.parameter ??= new TrieNode();
    } else {
      return (node.rest ??= new RouteLeaf());
    }
  }
  return (node.end ??= new RouteLeaf());
}

/** The routes of one method in groups, narrower predicates first, and then as they stand in the table. */
function groupsOf(routes: readonly CompiledRoute[], method: string): readonly RouteGroup[] {
  const groups: { predicates: CompiledPredicates; arms: [CompiledRoute, ...CompiledRoute[]] }[] =
    [];
  for (const route of routes) {
    if (route.method !== method) continue;
    const same = groups.find((group) => relate(group.predicates, route.predicates) === 'same');
    if (same) same.arms.push(route);
    else groups.push({ predicates: route.predicates, arms: [route] });
  }
  return groups.sort((a, b) => b.predicates.rank - a.predicates.rank);
}
